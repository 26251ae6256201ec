/* SPDX-License-Identifier: BSD-3-Clause */
#include "../cortex-m/chip.h"

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

void chip_start(void)
{
    uart_start();
    timers_start();
}

struct ax_link_device *chip_ethernet_start(void) { return lan9118_start(); }
