/* SPDX-License-Identifier: BSD-3-Clause */
#include "clock.h"

#include <ax/port.h>

#include "../ms_count.h"
#include "chip.h"
#include "core.h"
#include "cycles.h"
#include "dead.h"
#include "stack.h"

static struct ms_count clock;

void clock_start(void) { ms_count_start(&clock, chip_count_mask, chip_ticks_per_ms, chip_count()); }

uint32_t ax_port_now_ms(void)
{
    uint32_t was = ax_port_lock();
    uint32_t now = ms_count_look(&clock, chip_count());

    ax_port_unlock(was);
    return now;
}

/* No sleep is longer than half a wrap of the counter, so none is missed; whoever
 * wanted to sleep longer looks and sleeps again. */
void ax_port_sleep(uint32_t at_most_ms)
{
    if (!stack_is_whole()) {
        dead_begin("stack-overflow");
        dead_end();
    }
    chip_is_alive();
    if (at_most_ms == 0)
        return;
    (void)ms_count_look(&clock, chip_count());
    chip_alarm(ms_count_ticks_until(&clock, at_most_ms));
    cycles_note_sleep();
    core_sleep();
    cycles_note_wake();
}
