/* SPDX-License-Identifier: BSD-3-Clause */
/* Checks for bugs in our own code, never for what arrives from the wire. */
#ifndef AX_BASE_CHECK_H
#define AX_BASE_CHECK_H

#include <ax/port.h>

#define AX_CHECK(cond) ((cond) ? (void)0 : ax_check_failed(__FILE__, __LINE__))

#endif
