/* SPDX-License-Identifier: BSD-3-Clause */
/* USART3: the serial line that the board's ST-LINK shows as a port of USB. */
#ifndef STM32H7_UART_H
#define STM32H7_UART_H

/* Once, with the clocks set: 8N1 at BOARD_CONSOLE_BAUD. What is said before is lost. Bytes are
 * taken and given by chip_uart_*(). */
void uart_start(void);

/* Of the chip's vector: bytes came, or there is room for some. */
void uart_interrupt(void);

#endif
