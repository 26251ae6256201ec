/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupt numbers of the LM3S6965 (data sheet, table 2-9). */
#ifndef LM3S_INTERRUPTS_H
#define LM3S_INTERRUPTS_H

enum { UART_IRQ = 5, ALARM_IRQ = 19, ETHERNET_IRQ = 42 };

#endif
