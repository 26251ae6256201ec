/* SPDX-License-Identifier: BSD-3-Clause */
#include "timers.h"

#include <stdbool.h>
#include <stddef.h>

#include <ax/port.h>

#include "../cortex-m/chip.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "clocks.h"
#include "interrupts.h"
#include "watchdog.h"

/* RM0433, chapter 39. SR's bits are cleared by writing 0; writing 1 leaves them. */
enum {
    TIM2 = 0x40000000,
    CR1 = TIM2 + 0x00,
    DIER = TIM2 + 0x0c,
    SR = TIM2 + 0x10,
    EGR = TIM2 + 0x14,
    CNT = TIM2 + 0x24,
    PSC = TIM2 + 0x28,
    ARR = TIM2 + 0x2c,
    CCR1 = TIM2 + 0x34,
    CCR2 = TIM2 + 0x38,
};
enum { ALARM = 1 << 1, BEAT = 1 << 2 }; /* of DIER, SR and EGR: channels 1 and 2 */
enum { CEN = 1, UPDATE = 1, TIM2_CLOCK = 1 };
enum { HZ = 1000000 };

const uint32_t chip_count_mask = UINT32_MAX;
const uint32_t chip_ticks_per_ms = HZ / 1000;

static void (*on_beat)(void);

void timers_start(void)
{
    clocks_enable(CLOCKS_APB1L, TIM2_CLOCK);
    reg_write(CR1, 0);
    reg_write(DIER, 0);
    reg_write(PSC, CLOCKS_TIMERS_HZ / HZ - 1);
    reg_write(ARR, UINT32_MAX);
    reg_write(EGR, UPDATE); /* the prescaler is taken over by this */
    reg_write(SR, 0);
    reg_write(CR1, CEN);
    core_enable(TIM2_IRQ);
}

uint32_t chip_count(void) { return reg_read(CNT); }

/* The counter may be there before the register is: then the event is made by hand, or
 * the next would be a wrap away. */
static void compare(uint32_t ccr, uint32_t channel, uint32_t at)
{
    reg_write(ccr, at);
    if ((int32_t)(at - reg_read(CNT)) <= 0)
        reg_write(EGR, channel);
}

/* Never longer than the watchdog waits. */
void chip_alarm(uint32_t ticks)
{
    uint32_t was = ax_port_lock();
    uint32_t longest = WATCHDOG_MS / 2 * chip_ticks_per_ms;

    reg_write(SR, ~(uint32_t)ALARM);
    reg_write(DIER, reg_read(DIER) | ALARM);
    compare(CCR1, ALARM, reg_read(CNT) + (ticks < longest ? ticks : longest));
    ax_port_unlock(was);
}

void timers_beat(void (*beat)(void))
{
    uint32_t was = ax_port_lock();

    on_beat = beat;
    reg_write(DIER, reg_read(DIER) | BEAT);
    compare(CCR2, BEAT, reg_read(CNT) + TIMERS_BEAT_US);
    ax_port_unlock(was);
}

void timers_interrupt(void)
{
    uint32_t came = reg_read(SR) & reg_read(DIER);

    if ((came & ALARM) != 0)
        reg_write(DIER, reg_read(DIER) & ~(uint32_t)ALARM);
    reg_write(SR, ~came);
    if ((came & BEAT) != 0) {
        compare(CCR2, BEAT, reg_read(CCR2) + TIMERS_BEAT_US);
        on_beat();
    }
}
