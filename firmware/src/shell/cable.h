/* SPDX-License-Identifier: BSD-3-Clause */
/* The driver's word on the cable, told once it is what somebody waits for. */
#ifndef AX_SHELL_CABLE_H
#define AX_SHELL_CABLE_H

#include "shell/shell.h"

/* Tells, if that was asked for and it is so by now; else the shell is woken by what
 * may change it. */
void cable_look(struct shell *shell);

#endif
