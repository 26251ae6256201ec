/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole firmware as one process (docs/bench-protocol.md, "The boot word").
 *
 *   dut [--wire FD|PATH|tap:NAME] [--shell FD|-] [--switch FD] [--hold [MS]] [--seed N]
 *
 * Without --wire the device has no cable; without --shell the shell is on
 * standard input and output.
 */
#ifndef POSIX_PORT_H
#define POSIX_PORT_H

/* How the process ends when nothing is wrong with the device itself. */
enum posix_exit { POSIX_SHELL_CLOSED = 0, POSIX_USAGE = 2, POSIX_WIRE_CLOSED = 4 };

#endif
