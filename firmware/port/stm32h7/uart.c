/* SPDX-License-Identifier: BSD-3-Clause */
#include "uart.h"

#include "../cortex-m/chip.h"
#include "../cortex-m/console.h"
#include "../cortex-m/core.h"
#include "../cortex-m/registers.h"
#include "board.h"
#include "clocks.h"
#include "interrupts.h"
#include "pins.h"

/* RM0433, chapter 48: with its FIFOs, sixteen bytes each way. */
enum {
    USART3 = 0x40004800,
    CR1 = USART3 + 0x00,
    CR3 = USART3 + 0x08,
    BRR = USART3 + 0x0c,
    ISR = USART3 + 0x1c,
    ICR = USART3 + 0x20,
    RDR = USART3 + 0x24,
    TDR = USART3 + 0x28,
};
enum { CR1_UE = 1, CR1_RE = 1 << 2, CR1_TE = 1 << 3, CR1_FIFOEN = 1 << 29 };
enum { CR1_RXFNEIE = 1 << 5, CR1_TXFEIE = 1 << 30 };
enum { ISR_ERRORS = 0xf, ISR_RXFNE = 1 << 5, ISR_TXFNF = 1 << 7 };
enum { USART3_CLOCK = 1 << 18, AF_USART3 = 7 };

/* Its clock is APB1's, as after a reset of the chip. The other end samples by its own:
 * with both off by less than 2 percent the last bit of a byte is still the last. */
enum { DIVIDER = (CLOCKS_APB1_HZ + BOARD_CONSOLE_BAUD / 2) / BOARD_CONSOLE_BAUD };
_Static_assert(DIVIDER >= 16 && CLOCKS_APB1_HZ / DIVIDER < BOARD_CONSOLE_BAUD / 100 * 102 &&
                   CLOCKS_APB1_HZ / DIVIDER > BOARD_CONSOLE_BAUD / 100 * 98,
               "within 2 percent");

static bool is_started; /* before that it has no clock, and its registers are out of bounds */

static void allow(uint32_t sources) { reg_write(CR1, reg_read(CR1) | sources); }

static void mask(uint32_t sources) { reg_write(CR1, reg_read(CR1) & ~sources); }

/* The ST-LINK's serial port (of MB1364 revision C see SB7, where nothing is heard). */
void uart_start(void)
{
    pin_give((struct pin){'D', 8}, AF_USART3);
    pin_give((struct pin){'D', 9}, AF_USART3);
    clocks_enable(CLOCKS_APB1L, USART3_CLOCK);
    reg_write(CR1, 0);
    reg_write(CR3, 0);
    reg_write(BRR, DIVIDER);
    reg_write(CR1, CR1_FIFOEN); /* while UE is 0, or it is not taken */
    reg_write(CR1, CR1_FIFOEN | CR1_UE);
    reg_write(CR1, CR1_FIFOEN | CR1_UE | CR1_RE | CR1_TE | CR1_RXFNEIE);
    is_started = true;
    core_enable(USART3_IRQ);
}

/* An empty FIFO interrupts again when it is not. */
bool chip_uart_take(uint8_t *byte)
{
    uint32_t state = reg_read(ISR);

    /* A byte was lost or bad: whoever reads will see. Left set, ORE interrupts for ever. */
    reg_write(ICR, state & ISR_ERRORS);
    if ((state & ISR_RXFNE) == 0) {
        allow(CR1_RXFNEIE);
        return false;
    }
    *byte = (uint8_t)reg_read(RDR);
    return true;
}

/* A full FIFO interrupts once it is empty. */
bool chip_uart_put(uint8_t byte)
{
    if (!is_started)
        return false;
    if ((reg_read(ISR) & ISR_TXFNF) == 0) {
        allow(CR1_TXFEIE);
        return false;
    }
    reg_write(TDR, byte);
    return true;
}

/* Both lines stay asserted while what they tell of lasts: masked here, allowed again by
 * whoever finds the FIFO empty or full. With the console's ring full bytes wait, and
 * nothing interrupts until somebody has read the ring. */
void uart_interrupt(void)
{
    mask(CR1_RXFNEIE | CR1_TXFEIE);
    console_interrupt();
}
