/* SPDX-License-Identifier: BSD-3-Clause */
/* The readiness driver at the prompt, as others know it. */
#ifndef AX_SHELL_DRIVER_H
#define AX_SHELL_DRIVER_H

#include "shell/shell.h"

/* Deregisters a socket that is about to go, if there is a driver that has it. */
void driver_forget(struct shell *shell, const void *socket);

#endif
