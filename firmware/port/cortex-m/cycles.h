/* SPDX-License-Identifier: BSD-3-Clause */
/* The core's cycle counter, behind ax_port_cycles(). Of a core without one, and of QEMU's,
 * which never counts, all stays 0. */
#ifndef CORTEX_M_CYCLES_H
#define CORTEX_M_CYCLES_H

/* From here on it counts: the core is awake. */
void cycles_start(void);

/* Around each sleep. Context: interrupts masked. */
void cycles_note_sleep(void);
void cycles_note_wake(void);

#endif
