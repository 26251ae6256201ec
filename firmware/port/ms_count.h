/* SPDX-License-Identifier: BSD-3-Clause */
/* Milliseconds out of a counter that runs for ever and wraps: no time is lost or
 * made up at a wrap, as long as somebody looks once in each.
 */
#ifndef PORT_MS_COUNT_H
#define PORT_MS_COUNT_H

#include <stdint.h>

struct ms_count {
    uint32_t mask;         /* the counter counts up from 0 to this */
    uint32_t ticks_per_ms; /* at most a quarter of that */

    /* Private. */
    uint32_t seen; /* where the counter was */
    uint32_t rest; /* ticks since the last whole millisecond */
    uint32_t ms;
};

/* `count` is where the counter is: 0 ms. */
void ms_count_start(struct ms_count *clock, uint32_t mask, uint32_t ticks_per_ms, uint32_t count);

/* The milliseconds since, now that the counter is at `count`. Wraps at 2^32. */
uint32_t ms_count_look(struct ms_count *clock, uint32_t count);

/* Ticks from the last look to the end of that many milliseconds, the one under
 * way included; for longer times half a wrap, so that the next look is not too
 * late. At least 1. */
uint32_t ms_count_ticks_until(const struct ms_count *clock, uint32_t ms);

#endif
