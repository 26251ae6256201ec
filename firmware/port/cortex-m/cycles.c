/* SPDX-License-Identifier: BSD-3-Clause */
#include "cycles.h"

#include <stdint.h>

#include <ax/port.h>

#include "registers.h"

/* ARMv7-M Architecture Reference Manual, C1.6.5 and C1.8; the lock is the Cortex-M7's. */
static const uint32_t DEMCR = 0xe000edfc, DWT_CTRL = 0xe0001000, DWT_CYCCNT = 0xe0001004;
static const uint32_t DWT_LAR = 0xe0001fb0, DWT_KEY = 0xc5acce55;
enum { DEMCR_TRCENA = 1 << 24, CTRL_NO_CYCCNT = 1 << 25, CTRL_CYCCNTENA = 1 };

static struct {
    uint32_t awake, longest; /* without the stretch that is under way */
    uint32_t since;          /* the counter, when that began */
} cycles;

/* A reset need not clear it, and a debugger may have set it. */
void cycles_start(void)
{
    reg_write(DEMCR, reg_read(DEMCR) | DEMCR_TRCENA);
    reg_write(DWT_LAR, DWT_KEY);
    if ((reg_read(DWT_CTRL) & CTRL_NO_CYCCNT) != 0)
        return;
    reg_write(DWT_CTRL, reg_read(DWT_CTRL) | CTRL_CYCCNTENA);
    cycles.since = reg_read(DWT_CYCCNT);
}

/* The counter may go on in a sleep, or not: that is the chip's, and its debugger's. */
static uint32_t stretch(void) { return reg_read(DWT_CYCCNT) - cycles.since; }

static uint32_t longest(void)
{
    uint32_t now = stretch();

    return now > cycles.longest ? now : cycles.longest;
}

void cycles_note_sleep(void)
{
    cycles.longest = longest();
    cycles.awake += stretch();
}

void cycles_note_wake(void) { cycles.since = reg_read(DWT_CYCCNT); }

struct ax_port_cycles ax_port_cycles(void)
{
    return (struct ax_port_cycles){.awake = cycles.awake + stretch(), .longest = longest()};
}
