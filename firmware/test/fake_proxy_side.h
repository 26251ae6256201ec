/* SPDX-License-Identifier: BSD-3-Clause */
/* The stack below the proxy, for tests without one: it takes whatever begins. */
#ifndef FAKE_PROXY_SIDE_H
#define FAKE_PROXY_SIDE_H

#include <ax/proxy.h>

extern struct ax_proxy *fake_proxy; /* that began last */

#endif
