/* SPDX-License-Identifier: BSD-3-Clause */
/* USART3: the serial line that the board's ST-LINK shows as a port of USB. */
#ifndef STM32H7_UART_H
#define STM32H7_UART_H

void uart_start(void);
void uart_interrupt(void);

#endif
