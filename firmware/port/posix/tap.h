/* SPDX-License-Identifier: BSD-3-Clause */
/* A TAP interface of this host as the wire. */
#ifndef POSIX_TAP_H
#define POSIX_TAP_H

/* A descriptor that does not block. Ends the process with a message if this
 * user or this system has no TAP. */
int tap_open(const char *name);

#endif
