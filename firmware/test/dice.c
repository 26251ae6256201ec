/* SPDX-License-Identifier: BSD-3-Clause */
#include "dice.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static uint32_t number_from(const char *name, uint32_t otherwise)
{
    const char *value = getenv(name);

    return value ? (uint32_t)strtoul(value, NULL, 0) : otherwise;
}

void dice_start(const char *test, uint32_t seed, uint32_t *steps)
{
    seed = number_from("AX_SEED", seed);
    *steps = number_from("AX_STEPS", *steps);
    state = seed;
    printf("AX_SEED=%u AX_STEPS=%u %s\n", (unsigned)seed, (unsigned)*steps, test);
}

/* Knuth's constants for 64 bits; the upper half is the random one. */
uint32_t dice_below(uint32_t limit)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (uint32_t)(state >> 33) % limit;
}

bool dice_one_in(uint32_t many) { return dice_below(many) == 0; }
