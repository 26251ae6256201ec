/* SPDX-License-Identifier: BSD-3-Clause */
/* The last words of a device, in RAM that no start clears: told by the start that
 * comes next, whoever was there to hear them the first time.
 */
#ifndef CORTEX_M_KEPT_H
#define CORTEX_M_KEPT_H

/* What the start before kept, or NULL. Forgets it: before anything else is kept. */
const char *kept_take(void);

/* Adds a byte; what does not fit is left out. */
void kept_add(char byte);

/* What was added is whole and in memory, whatever happens to the caches. */
void kept_end(void);

#endif
