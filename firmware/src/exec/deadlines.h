/* SPDX-License-Identifier: BSD-3-Clause */
/* What exec.c, timer.c and clock.c know of one another. */
#ifndef AX_EXEC_DEADLINES_H
#define AX_EXEC_DEADLINES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/port.h>
#include <ax/timer.h>

/* All that an idle poll looks at. `first` is timer.c's: the armed ones, in the
 * order they fire. The rest is clock.c's, which writes the number before the flag
 * that chooses it, so that an interrupt reads the right time at any instant. */
extern struct deadlines {
    _Atomic bool held;
    void (*advance)(void); /* goes on with the one under way; NULL: none. Only while held */
    struct ax_timer *first;
    _Atomic uint32_t held_at_ms; /* the time while held */
    _Atomic uint32_t offset_ms;  /* the time less the port's while it runs */
} deadlines;

/* Who reads on the one processor there is needs no barrier. */
static inline bool deadlines_held(void)
{
    return atomic_load_explicit(&deadlines.held, memory_order_relaxed);
}

static inline uint32_t deadlines_running_ms(void)
{
    return ax_port_now_ms() + atomic_load_explicit(&deadlines.offset_ms, memory_order_relaxed);
}

/* Moments are compared by how far they are from now: two armed ones can be more
 * than 2^31 ms apart, but neither is that far from now. */
static inline int32_t deadlines_distance(const struct ax_timer *timer, uint32_t now)
{
    return (int32_t)(timer->at_ms - now);
}

/* Whether clock_turn() has anything to do now. */
static inline bool deadlines_call(void)
{
    if (deadlines_held())
        return deadlines.advance != NULL;
    return deadlines.first && deadlines_distance(deadlines.first, deadlines_running_ms()) <= 0;
}

/* clock.c: one turn of the clock, for a moment when no task is awake: fires one
 * deadline or ends an advance. */
void clock_turn(void);
void clock_reset(void);

/* timer.c: the queue of deadlines. Firing needs one that is armed. */
void timers_fire_first(void);
uint32_t timers_fired(void);
void timers_reset(void);

#endif
