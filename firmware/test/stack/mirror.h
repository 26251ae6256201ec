/* SPDX-License-Identifier: BSD-3-Clause */
/* The cheapest peer: what it gets it sends back, from itself. ARP is answered, a
 * SYN is taken, data comes back as data, a FIN meets a FIN. */
#ifndef MIRROR_H
#define MIRROR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Turns a frame of the device into the mirror's; false when it has no answer. */
bool mirror(uint8_t *frame, size_t len);

#endif
