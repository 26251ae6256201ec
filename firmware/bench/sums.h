/* SPDX-License-Identifier: BSD-3-Clause */
/* Holds ax's checksum, where the core has one, against the plainest sum: every
 * alignment, every length up to two blocks, long ones, and all bits set. */
#ifndef BENCH_SUMS_H
#define BENCH_SUMS_H

#include <stdbool.h>

bool sums_are_right(void);

#endif
