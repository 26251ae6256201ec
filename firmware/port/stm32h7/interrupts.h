/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupt numbers of the STM32H743 (RM0433, table 148). */
#ifndef STM32H7_INTERRUPTS_H
#define STM32H7_INTERRUPTS_H

enum { TIM2_IRQ = 28, USART3_IRQ = 39, ETHERNET_IRQ = 61, INTERRUPTS = 150 };

#endif
