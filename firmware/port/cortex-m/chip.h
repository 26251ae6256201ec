/* SPDX-License-Identifier: BSD-3-Clause */
/* What a family of chips gives to this folder, which makes ax/port.h of it. Its
 * interrupts are entered in a table of its own (vectors.h).
 */
#ifndef CORTEX_M_CHIP_H
#define CORTEX_M_CHIP_H

#include <stdbool.h>
#include <stdint.h>

struct ax_link_device;

/* Clocks, pins, UART and timers. Called first and with interrupts masked. */
void chip_start(void);

/* ---- time: one counter that runs for ever, one alarm */

extern const uint32_t chip_count_mask; /* it counts up from 0 to this, and wraps */
extern const uint32_t chip_ticks_per_ms;
uint32_t chip_count(void);

/* Interrupts once, `ticks` from now, at least 1 and at most half a wrap. Replaces
 * the one before. Its interrupt does nothing but end a sleep. */
void chip_alarm(uint32_t ticks);

/* ---- serial line: a byte in, a byte out, if that is possible now. The UART's
 * interrupts call console_interrupt(). */

bool chip_uart_take(uint8_t *byte);
bool chip_uart_put(uint8_t byte);

/* ---- Ethernet: starts the device, with interrupts masked */

struct ax_link_device *chip_ethernet_start(void);

#endif
