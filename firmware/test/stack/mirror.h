/* SPDX-License-Identifier: BSD-3-Clause */
/* The cheapest peer: what it gets it sends back, from itself. ARP is answered, a
 * SYN is taken, data comes back as data, a FIN meets a FIN, and each name has an address. */
#ifndef MIRROR_H
#define MIRROR_H

#include <stddef.h>
#include <stdint.h>

enum { MIRROR_MORE = 16 }; /* bytes, at most, by which it grows */

/* Turns a frame of the device into the mirror's. Its length; 0: it has no answer. */
size_t mirror(uint8_t *frame, size_t len);

#endif
