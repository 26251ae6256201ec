/* SPDX-License-Identifier: BSD-3-Clause */
#include "../cortex-m/chip.h"

#include "../cortex-m/core.h"
#include "../cortex-m/mpu.h"
#include "../cortex-m/vectors.h"
#include "clocks.h"
#include "interrupts.h"
#include "mac.h"
#include "timers.h"
#include "uart.h"

VECTORS_IRQ static const vector chip_vectors[44] = {
    [UART_IRQ] = uart_interrupt,
    [ALARM_IRQ] = alarm_interrupt,
    [ETHERNET_IRQ] = mac_interrupt,
};

/* One of QEMU's: nothing is cached, and nothing is worse for being looked at. */
const struct mpu_region chip_regions[] = {{0}};
const uint32_t chip_region_count = 0;

struct ax_port_origin chip_origin(void) { return (struct ax_port_origin){.cause = "start"}; }

void chip_start(void)
{
    clocks_start();
    uart_start();
    timers_start();
}

struct ax_link_device *chip_ethernet_start(void) { return mac_start(); }

_Noreturn void chip_restart(void) { core_reset(); }

void chip_is_alive(void) {}

uint32_t chip_entropy(void) { return chip_count(); }
