/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of commands: names, how many arguments, help, and who carries it out. */
#ifndef AX_SHELL_COMMANDS_H
#define AX_SHELL_COMMANDS_H

#include "shell/shell.h"

/* Finds the command that the request names, checks how many arguments it has,
 * and carries it out. Returns what its handler returned, or
 * SHELL_E_UNKNOWN_COMMAND or SHELL_E_USAGE. */
int commands_run(struct shell *shell, struct request *request, struct text *reply);

#endif
