/* SPDX-License-Identifier: BSD-3-Clause */
/* From the word after --wire to a descriptor that takes one frame a message. */
#ifndef POSIX_WIRE_OPEN_H
#define POSIX_WIRE_OPEN_H

#include <stdbool.h>

struct wire_end {
    int fd; /* -1: no wire */
    bool is_socket;
    bool is_inherited;
};

/* `where` is a descriptor, a path, tap:NAME, or NULL for no wire. Ends the
 * process with a message when it cannot be opened. */
struct wire_end wire_open(const char *where);

#endif
