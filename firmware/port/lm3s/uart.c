/* SPDX-License-Identifier: BSD-3-Clause */
#include "uart.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/console.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "clocks.h"
#include "interrupts.h"

/* PrimeCell UART (PL011) Technical Reference Manual, chapter 3. */
enum {
    UART0 = 0x4000c000,
    DR = UART0 + 0x00,
    FR = UART0 + 0x18,
    IBRD = UART0 + 0x24,
    FBRD = UART0 + 0x28,
    LCRH = UART0 + 0x2c,
    CTL = UART0 + 0x30,
    IM = UART0 + 0x38,
    ICR = UART0 + 0x44,
};
enum { FR_RX_EMPTY = 1 << 4, FR_TX_FULL = 1 << 5 };
enum { LCRH_8_BITS = 3 << 5, LCRH_FIFOS = 1 << 4 };
enum { CTL_UART = 1, CTL_TX = 1 << 8, CTL_RX = 1 << 9 };
enum { INT_RX = 1 << 4, INT_TX = 1 << 5, INT_RX_TIMEOUT = 1 << 6 };
enum { BAUD = 115200, DIVISOR_64THS = (CLOCKS_HZ * 8LL / BAUD + 1) / 2 };

/* The divisor is taken over by the write to LCRH: it comes last. */
void uart_start(void)
{
    reg_write(CTL, 0);
    reg_write(IBRD, DIVISOR_64THS / 64);
    reg_write(FBRD, DIVISOR_64THS % 64);
    reg_write(LCRH, LCRH_8_BITS | LCRH_FIFOS);
    reg_write(IM, INT_RX | INT_RX_TIMEOUT | INT_TX);
    reg_write(CTL, CTL_UART | CTL_TX | CTL_RX);
    core_enable(UART_IRQ);
}

bool chip_uart_take(uint8_t *byte)
{
    if ((reg_read(FR) & FR_RX_EMPTY) != 0)
        return false;
    *byte = (uint8_t)reg_read(DR);
    return true;
}

bool chip_uart_put(uint8_t byte)
{
    if ((reg_read(FR) & FR_TX_FULL) != 0)
        return false;
    reg_write(DR, byte);
    return true;
}

/* Cleared before the FIFO is read empty: the next byte passes the trigger anew.
 * With the console's ring full it stays non-empty and silent, until somebody has
 * read the ring. */
void uart_interrupt(void)
{
    reg_write(ICR, INT_RX | INT_RX_TIMEOUT | INT_TX);
    console_interrupt();
}
