/* SPDX-License-Identifier: BSD-3-Clause */
/* The random bytes of a seeded run, the same on every port: SplitMix64's numbers,
 * eight bytes of each, low byte first.
 */
#ifndef PORT_SEEDED_RANDOM_H
#define PORT_SEEDED_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* All that decides what comes; zero but for `state`, the seed. */
struct seeded_random {
    uint64_t state;
    uint64_t word;
    unsigned left; /* bytes of `word` not yet given */
};

void seeded_random_fill(struct seeded_random *random, void *dst, size_t len);

#endif
