/* SPDX-License-Identifier: BSD-3-Clause */
/* Watches: tasks that wait on a socket and tell what woke them. */
#ifndef AX_SHELL_WATCH_H
#define AX_SHELL_WATCH_H

#include "shell/shell.h"

/* Ends, in silence, the watches of a socket that is about to go. Those that wait
 * for it to be released end with that. */
void watches_end(struct shell *shell, struct shell_socket socket);

/* Looks whether what the watches that go on have told has ceased to hold, and if
 * so waits for it anew. Called when something was done to sockets. */
void watches_look(struct shell *shell);

#endif
