/* SPDX-License-Identifier: BSD-3-Clause */
/* UART 0: a CMSDK APB UART, one byte deep each way. */
#ifndef MPS2_UART_H
#define MPS2_UART_H

void uart_start(void);
void uart_rx_interrupt(void);
void uart_tx_interrupt(void);

#endif
