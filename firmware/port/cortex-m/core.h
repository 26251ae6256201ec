/* SPDX-License-Identifier: BSD-3-Clause */
/* The core's own registers: masking, sleeping, and which interrupts come. */
#ifndef CORTEX_M_CORE_H
#define CORTEX_M_CORE_H

/* Forgets what is pending of that interrupt and lets it come. */
void core_enable(unsigned irq);

/* Sleeps until an enabled interrupt is pending, masked or not. */
void core_sleep(void);

/* Resets the chip, as SYSRESETREQ does. */
_Noreturn void core_reset(void);

/* Starts the firmware anew without a reset: every interrupt disabled and forgotten,
 * the stack empty. Devices are as they are. Context: task, interrupts masked. */
_Noreturn void core_start_again(void);

/* Nothing comes any more; the core sleeps for good. */
_Noreturn void core_halt(void);

#endif
