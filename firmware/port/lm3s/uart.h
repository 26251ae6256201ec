/* SPDX-License-Identifier: BSD-3-Clause */
/* UART 0: a PL011, sixteen bytes deep each way. */
#ifndef LM3S_UART_H
#define LM3S_UART_H

void uart_start(void);
void uart_interrupt(void);

#endif
