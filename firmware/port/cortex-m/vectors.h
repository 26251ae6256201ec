/* SPDX-License-Identifier: BSD-3-Clause */
/* The vector table: sixteen entries of the core (start.c), and behind them one
 * for each interrupt of the chip, which its port defines:
 *
 *   VECTORS_IRQ const vector chip_vectors[] = {[UART0_IRQ] = uart_interrupt, ...};
 *
 * An interrupt without an entry must not be enabled; it would be a fault.
 */
#ifndef CORTEX_M_VECTORS_H
#define CORTEX_M_VECTORS_H

typedef void (*vector)(void);

#define VECTORS_CORE __attribute__((section(".vectors.core"), used))
#define VECTORS_IRQ __attribute__((section(".vectors.irq"), used))

#endif
