/* SPDX-License-Identifier: BSD-3-Clause */
#include "ms_count.h"

void ms_count_start(struct ms_count *clock, uint32_t mask, uint32_t ticks_per_ms, uint32_t count)
{
    *clock = (struct ms_count){.mask = mask, .ticks_per_ms = ticks_per_ms, .seen = count};
}

uint32_t ms_count_look(struct ms_count *clock, uint32_t count)
{
    uint32_t passed = (count - clock->seen) & clock->mask;

    clock->seen = count;
    clock->ms += passed / clock->ticks_per_ms;
    clock->rest += passed % clock->ticks_per_ms; /* the sum would not fit before */
    if (clock->rest >= clock->ticks_per_ms) {
        clock->rest -= clock->ticks_per_ms;
        clock->ms++;
    }
    return clock->ms;
}

uint32_t ms_count_ticks_until(const struct ms_count *clock, uint32_t ms)
{
    uint32_t most = clock->mask / 2;

    if (ms > most / clock->ticks_per_ms)
        return most;
    return ms == 0 ? 1 : ms * clock->ticks_per_ms - clock->rest;
}
