/* SPDX-License-Identifier: BSD-3-Clause */
/* The last line of a device that stops for good: "!dead WHAT key=value ..."
 * (docs/bench-protocol.md), written by polling behind what the console still held.
 */
#ifndef CORTEX_M_DEAD_H
#define CORTEX_M_DEAD_H

#include <stdint.h>

/* Masks all and begins the line. */
void dead_begin(const char *what);

/* " key=value"; a number in hexadecimal. */
void dead_text(const char *key, const char *value);
void dead_number(const char *key, uint32_t value);

/* Ends the line; the core sleeps for good. */
_Noreturn void dead_end(void);

#endif
