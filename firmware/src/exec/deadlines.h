/* SPDX-License-Identifier: BSD-3-Clause */
/* What exec.c, timer.c and clock.c know of one another. */
#ifndef AX_EXEC_DEADLINES_H
#define AX_EXEC_DEADLINES_H

#include <stdbool.h>
#include <stdint.h>

/* clock.c: one turn of the clock, for a moment when no task is awake: fires one
 * deadline or ends an advance. False when there is nothing to do now. */
bool clock_turn(void);
void clock_reset(void);

/* timer.c: the queue of deadlines. Firing needs one that is armed. */
void timers_fire_first(void);
uint32_t timers_fired(void);
void timers_reset(void);

#endif
