/* SPDX-License-Identifier: BSD-3-Clause */
/* The switch beside the wire: each byte `d` pulls the cable, each byte `u` puts
 * it back. It is read at each look, so that a frame sent behind a `d` is lost. */
#ifndef POSIX_CABLE_H
#define POSIX_CABLE_H

#include <poll.h>
#include <stdbool.h>

#include <ax/exec.h>

/* `fd` is a socket, or -1: then the cable stays as it is. `moved` is signalled
 * whenever it moves. */
void cable_init(int fd, bool in, struct ax_event *moved);

bool cable_is_in(void);

/* For the one poll(2) of the port. */
struct pollfd cable_wants(void);
void cable_saw(short events);

#endif
