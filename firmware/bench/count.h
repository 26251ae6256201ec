/* SPDX-License-Identifier: BSD-3-Clause */
/* The trace points. On the Cortex-M7 a plugin of QEMU counts from count_begin()
 * to count_end(), on x86-64 callgrind counts inside counted(); both know them by
 * these names, and a row by count_row_begin() and count_row_end().
 */
#ifndef BENCH_COUNT_H
#define BENCH_COUNT_H

/* Runs `step`. Nothing else is counted. */
void counted(void (*step)(void));
extern unsigned counted_steps; /* since start */

void count_begin(void);
void count_end(void);

void count_row_begin(void);
void count_row_end(void);

/* For what the hardware does and the stack does not: such a function may call
 * only its like, and its name begins with uncounted_. */
#define UNCOUNTED __attribute__((section(".uncounted"), noinline))

#endif
