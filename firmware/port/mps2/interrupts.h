/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupt numbers, the same on AN385, AN386 and AN500. */
#ifndef MPS2_INTERRUPTS_H
#define MPS2_INTERRUPTS_H

enum { UART_RX_IRQ = 0, UART_TX_IRQ = 1, ALARM_IRQ = 9, ETHERNET_IRQ = 13 };

#endif
