/* SPDX-License-Identifier: BSD-3-Clause */
/* ax_port_random(): the system's generator, or a sequence that a seed decides. */
#ifndef POSIX_RANDOM_H
#define POSIX_RANDOM_H

#include <stdint.h>

/* From now on the bytes are SplitMix64's, eight of each number, low byte first. */
void random_seed(uint64_t seed);

#endif
