/* SPDX-License-Identifier: BSD-3-Clause */
#include "../cortex-m/chip.h"

#include "../cortex-m/core.h"
#include "../cortex-m/mpu.h"
#include "../cortex-m/vectors.h"
#include "interrupts.h"
#include "lan9118.h"
#include "timers.h"
#include "uart.h"

VECTORS_IRQ static const vector chip_vectors[32] = {
    [UART_RX_IRQ] = uart_rx_interrupt,
    [UART_TX_IRQ] = uart_tx_interrupt,
    [ALARM_IRQ] = alarm_interrupt,
    [ETHERNET_IRQ] = lan9118_interrupt,
};

/* One of QEMU's: nothing is cached, and nothing is worse for being looked at. */
const struct mpu_region chip_regions[] = {{0}};
const uint32_t chip_region_count = 0;

struct ax_port_origin chip_origin(void) { return (struct ax_port_origin){.cause = "start"}; }

void chip_start(void)
{
    uart_start();
    timers_start();
}

struct ax_link_device *chip_ethernet_start(void) { return lan9118_start(); }

_Noreturn void chip_restart(void) { core_reset(); }

void chip_is_alive(void) {}

uint32_t chip_entropy(void) { return chip_count(); }
