/* SPDX-License-Identifier: BSD-3-Clause */
/* ax_port_random(): the system's generator, or a sequence that a seed decides. */
#ifndef POSIX_RANDOM_H
#define POSIX_RANDOM_H

#include <stdint.h>

/* From now on the bytes are a function of the seed alone (port/seeded_random.h). */
void random_seed(uint64_t seed);

#endif
