/* SPDX-License-Identifier: BSD-3-Clause */
#include "../cortex-m/chip.h"

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

void chip_start(void)
{
    clocks_start();
    uart_start();
    timers_start();
}

struct ax_link_device *chip_ethernet_start(void) { return mac_start(); }
