/* SPDX-License-Identifier: BSD-3-Clause */
#include "timers.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "clocks.h"
#include "interrupts.h"

/* ARMv7-M Architecture Reference Manual, B3.3; 24 bits, counting down. QEMU 7.2's
 * general-purpose timers count as well, but cannot be read. */
static const uint32_t SYST_CSR = 0xe000e010, SYST_RVR = 0xe000e014, SYST_CVR = 0xe000e018;
enum { CSR_ENABLE = 1, CSR_CORE_CLOCK = 4, COUNT_MAX = 0xffffff };

/* Data sheet, chapter 10. */
enum {
    TIMER0 = 0x40030000,
    CFG = TIMER0 + 0x00,
    TAMR = TIMER0 + 0x04,
    CTL = TIMER0 + 0x0c,
    IMR = TIMER0 + 0x18,
    ICR = TIMER0 + 0x24,
    TAILR = TIMER0 + 0x28,
};
enum { CFG_32_BITS = 0, TAMR_ONCE = 1, CTL_ENABLE = 1, INT_TIMEOUT = 1 };

const uint32_t chip_count_mask = COUNT_MAX;
const uint32_t chip_ticks_per_ms = CLOCKS_HZ / 1000;

void timers_start(void)
{
    reg_write(SYST_RVR, COUNT_MAX);
    reg_write(SYST_CVR, 0); /* whatever is written, it begins anew */
    reg_write(SYST_CSR, CSR_ENABLE | CSR_CORE_CLOCK);
    reg_write(CFG, CFG_32_BITS);
    reg_write(TAMR, TAMR_ONCE);
    reg_write(IMR, INT_TIMEOUT);
    core_enable(ALARM_IRQ);
}

uint32_t chip_count(void) { return COUNT_MAX - reg_read(SYST_CVR); }

void chip_alarm(uint32_t ticks)
{
    reg_write(CTL, 0);
    reg_write(ICR, INT_TIMEOUT);
    reg_write(TAILR, ticks);
    reg_write(CTL, CTL_ENABLE);
}

void alarm_interrupt(void) { reg_write(ICR, INT_TIMEOUT); }
