/* SPDX-License-Identifier: BSD-3-Clause */
/* What a family of chips gives to this folder, which makes ax/port.h of it. Its
 * interrupts are entered in a table of its own (vectors.h).
 */
#ifndef CORTEX_M_CHIP_H
#define CORTEX_M_CHIP_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/port.h>

struct ax_link_device;

/* Why it started, and its number; the rest is not the chip's. Called first. */
struct ax_port_origin chip_origin(void);

/* Clocks, pins, UART and timers. With interrupts masked. */
void chip_start(void);

/* Starts the firmware anew, RAM kept; called with interrupts masked. By the core's
 * reset (core_reset()), unless the chip has something that should not lose its
 * state: a cable that takes seconds to be found again. */
_Noreturn void chip_restart(void);

/* Called before each sleep and for each frame that is looked for: a device that does
 * neither for seconds is dead, and a watchdog ends it. */
void chip_is_alive(void);

/* 32 bits that nobody outside can predict; on a chip without a generator its counter,
 * which is less (README.md). */
uint32_t chip_entropy(void);

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
