/* SPDX-License-Identifier: BSD-3-Clause */
/* The console of ax/port.h: a stream socket, or standard input and output. What
 * is written is in the system's hands on return. The process ends, well, when
 * the other end closes it or a person types Ctrl-D. */
#ifndef POSIX_CONSOLE_H
#define POSIX_CONSOLE_H

#include <poll.h>

void console_init(int in, int out);

/* Ends the process if the shell was closed; everything read before has been
 * acted on by the time of a sleep. Call it before each. */
void console_before_sleep(void);

/* For the one poll(2) of the port, reading and writing apart. */
struct pollfd console_wants_in(void);
struct pollfd console_wants_out(void);
void console_saw(short in_events, short out_events);

#endif
