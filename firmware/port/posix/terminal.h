/* SPDX-License-Identifier: BSD-3-Clause */
/* The person's terminal: keys one by one and without the system's echo, while
 * this process runs and no longer. Ctrl-C still ends the process. */
#ifndef POSIX_TERMINAL_H
#define POSIX_TERMINAL_H

#include <stdbool.h>

/* Returns whether `fd` is a terminal. */
bool terminal_enter(int fd);

/* As it was before. Also done at exit and by the signals that end a process. */
void terminal_leave(void);

#endif
