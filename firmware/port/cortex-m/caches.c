/* SPDX-License-Identifier: BSD-3-Clause */
#include "caches.h"

#include <stdint.h>

#include "registers.h"

/* ARMv7-M Architecture Reference Manual, B2.2.7 and B4.5 to B4.8. */
static const uint32_t CCR = 0xe000ed14, CCSIDR = 0xe000ed80, CSSELR = 0xe000ed84;
static const uint32_t ICIALLU = 0xe000ef50, DCISW = 0xe000ef60, DCCMVAC = 0xe000ef68;
enum { CCR_DC = 1 << 16, CCR_IC = 1 << 17 };

static void barrier(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }

/* By set and way: 32 bytes a line; the way stands at the top of the word. */
static void forget_data(void)
{
    enum { SETS_SHIFT = 13, SETS_MASK = 0x7fff, WAYS_SHIFT = 3, WAYS_MASK = 0x3ff, SET_SHIFT = 5 };
    uint32_t size, sets, ways;

    reg_write(CSSELR, 0); /* level 1, data */
    barrier();
    size = reg_read(CCSIDR);
    sets = (size >> SETS_SHIFT & SETS_MASK) + 1;
    ways = (size >> WAYS_SHIFT & WAYS_MASK) + 1;
    for (uint32_t set = 0; set < sets; set++)
        for (uint32_t way = 0; way < ways; way++)
            reg_write(DCISW, set << SET_SHIFT | way << __builtin_clz(ways - 1));
}

void caches_start(void)
{
    uint32_t on = reg_read(CCR);

    if ((on & CCR_IC) == 0) {
        reg_write(ICIALLU, 0);
        barrier();
        reg_write(CCR, reg_read(CCR) | CCR_IC);
    }
    if ((on & CCR_DC) == 0) {
        forget_data();
        barrier();
        reg_write(CCR, reg_read(CCR) | CCR_DC);
    }
    barrier();
}

void caches_write_back(const void *at, uint32_t bytes)
{
    enum { LINE = 32 };
    uint32_t first = (uint32_t)(uintptr_t)at & ~(uint32_t)(LINE - 1);

    if ((reg_read(CCR) & CCR_DC) == 0)
        return;
    barrier();
    for (uint32_t line = first; line < (uint32_t)(uintptr_t)at + bytes; line += LINE)
        reg_write(DCCMVAC, line);
    barrier();
}
