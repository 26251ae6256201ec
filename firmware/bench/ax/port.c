/* SPDX-License-Identifier: BSD-3-Clause */
/* What ax needs of a port here: the bench's time, no interrupts, no sleep. */
#include <ax/port.h>

#include "../console.h"
#include "../wire.h"

uint32_t ax_port_now_ms(void) { return wire_now_ms; }
uint32_t ax_port_lock(void) { return 0; }
void ax_port_unlock(uint32_t was) { (void)was; }
void ax_port_sleep(uint32_t at_most_ms) { (void)at_most_ms; }

void ax_port_random(void *dst, size_t len)
{
    static uint8_t next = 1;

    for (uint8_t *at = dst; len > 0; len--)
        *at++ = next++;
}

_Noreturn void ax_check_failed(const char *file, int line)
{
    (void)line;
    machine_say("ax: a check failed in ");
    machine_say(file);
    machine_say("\n");
    machine_fail();
}
