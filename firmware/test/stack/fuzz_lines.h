/* SPDX-License-Identifier: BSD-3-Clause */
/* What somebody might type at a shell, good and bad, as a function of a seed. */
#ifndef FUZZ_LINES_H
#define FUZZ_LINES_H

#include <stddef.h>
#include <stdint.h>

enum { FUZZ_LINE_MAX = 1024 };

void fuzz_seed(uint32_t seed);

/* A number below `limit`, which is not 0. */
uint32_t fuzz_below(uint32_t limit);

/* The next line and its end; perhaps more than one. Returns its length. It never
 * resets the device, and never asks for what takes long: much time, many datagrams. */
size_t fuzz_line(char line[FUZZ_LINE_MAX]);

#endif
