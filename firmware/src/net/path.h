/* SPDX-License-Identifier: BSD-3-Clause */
/* What the network below can do, as the stack last said. Private to net. */
#ifndef AX_NET_PATH_H
#define AX_NET_PATH_H

#include "net/stack_side.h"

const struct net_path *net_path(void);

#endif
