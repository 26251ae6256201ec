/* SPDX-License-Identifier: BSD-3-Clause */
/* The one stack: reserved at the bottom of RAM, painted at reset, so that how
 * deep it ever was can be seen.
 */
#ifndef CORTEX_M_STACK_H
#define CORTEX_M_STACK_H

#include <stdbool.h>

/* Paints what is not in use. Before anything else runs. */
void stack_paint(void);

/* Remembers the depth of the caller as that of a device at rest. */
void stack_note_rest(void);

/* Whether its last words are as painted: for a core without an MPU, where an
 * overflow need not be a fault. */
bool stack_is_whole(void);

#endif
