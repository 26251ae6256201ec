/* SPDX-License-Identifier: BSD-3-Clause */
/* The independent watchdog: a clock of its own, 32 kHz give or take a tenth. */
#ifndef STM32H7_WATCHDOG_H
#define STM32H7_WATCHDOG_H

enum { WATCHDOG_MS = 8000 };

/* From here on a device that is not alive for that long is reset (chip_is_alive()).
 * Cannot be undone. A debugger that halts the core halts it too, if it asks the chip
 * to (DBGMCU_APB4FZ1). */
void watchdog_start(void);

#endif
