/* SPDX-License-Identifier: BSD-3-Clause */
#include "uart.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/console.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "interrupts.h"

/* Cortex-M System Design Kit Technical Reference Manual, 4.3 (APB UART). */
enum {
    UART0 = 0x40004000,
    DATA = UART0 + 0x0,
    STATE = UART0 + 0x4,
    CTRL = UART0 + 0x8,
    INTCLEAR = UART0 + 0xc,
    BAUDDIV = UART0 + 0x10,
};
enum { STATE_TX_FULL = 1, STATE_RX_FULL = 2 };
enum { CTRL_TX = 1, CTRL_RX = 2, CTRL_TX_INTERRUPT = 4, CTRL_RX_INTERRUPT = 8 };
enum { INT_TX = 1, INT_RX = 2 };
enum { CLOCK_HZ = 25000000, BAUD = 115200 };

void uart_start(void)
{
    reg_write(BAUDDIV, CLOCK_HZ / BAUD);
    reg_write(CTRL, CTRL_TX | CTRL_RX | CTRL_TX_INTERRUPT | CTRL_RX_INTERRUPT);
    core_enable(UART_RX_IRQ);
    core_enable(UART_TX_IRQ);
}

bool chip_uart_take(uint8_t *byte)
{
    if ((reg_read(STATE) & STATE_RX_FULL) == 0)
        return false;
    *byte = (uint8_t)reg_read(DATA);
    return true;
}

bool chip_uart_put(uint8_t byte)
{
    if ((reg_read(STATE) & STATE_TX_FULL) != 0)
        return false;
    reg_write(DATA, byte);
    return true;
}

/* Cleared before the look: a byte that comes in between interrupts again. */
void uart_rx_interrupt(void)
{
    reg_write(INTCLEAR, INT_RX);
    console_interrupt();
}

void uart_tx_interrupt(void)
{
    reg_write(INTCLEAR, INT_TX);
    console_interrupt();
}
