/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet device: frames as messages of a socket, or of a TAP. */
#ifndef POSIX_WIRE_H
#define POSIX_WIRE_H

#include <poll.h>

#include <ax/link.h>

#include "wire_open.h"

/* Prepares the device; `end` is open for good. */
struct ax_link_device *wire_init(struct wire_end end);

/* For the one poll(2) of the port. Ends the process when the wire is closed. */
struct pollfd wire_wants(void);
void wire_saw(short events);

#endif
