/* SPDX-License-Identifier: BSD-3-Clause */
#include "timers.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "interrupts.h"

/* Cortex-M System Design Kit Technical Reference Manual, 4.1 (APB timer). They
 * count down, and begin anew at RELOAD unless that is 0. */
enum { COUNTER = 0x40000000, ALARM = 0x40001000 };
enum { CTRL = 0x0, VALUE = 0x4, RELOAD = 0x8, INTCLEAR = 0xc };
enum { CTRL_ENABLE = 1, CTRL_INTERRUPT = 8 };

const uint32_t chip_count_mask = UINT32_MAX;
const uint32_t chip_ticks_per_ms = 25000;

void timers_start(void)
{
    reg_write(COUNTER + RELOAD, UINT32_MAX); /* sets VALUE as well */
    reg_write(COUNTER + CTRL, CTRL_ENABLE);
    core_enable(ALARM_IRQ);
}

uint32_t chip_count(void) { return ~reg_read(COUNTER + VALUE); }

void chip_alarm(uint32_t ticks)
{
    reg_write(ALARM + CTRL, 0);
    reg_write(ALARM + INTCLEAR, 1);
    reg_write(ALARM + RELOAD, 0); /* once; before VALUE, which it sets as well */
    reg_write(ALARM + VALUE, ticks);
    reg_write(ALARM + CTRL, CTRL_ENABLE | CTRL_INTERRUPT);
}

void alarm_interrupt(void) { reg_write(ALARM + INTCLEAR, 1); }
