/* SPDX-License-Identifier: BSD-3-Clause */
/* Every way in which this process ends for a reason outside the device. */
#ifndef POSIX_END_H
#define POSIX_END_H

/* Exit statuses (docs/bench-protocol.md). Every other end is the device's own. */
enum posix_exit {
    POSIX_INPUT_ENDED = 0, /* the shell's, on standard input */
    POSIX_USAGE = 2,
    POSIX_SHELL_CLOSED = 3, /* an inherited one */
    POSIX_WIRE_CLOSED = 4,
};

/* Says "dut: WHAT: NAME: WHY" on standard error and exits. `why` may be NULL. */
_Noreturn void posix_end(enum posix_exit status, const char *what, const char *name,
                         const char *why);

#endif
