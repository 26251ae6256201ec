/* SPDX-License-Identifier: BSD-3-Clause */
/* Chance as a function of a seed, for tests that walk at random. */
#ifndef DICE_H
#define DICE_H

#include <stdbool.h>
#include <stdint.h>

/* The seed from AX_SEED, else `seed`; and how many steps, from AX_STEPS, else `steps`.
 * Both are printed, so that what fails can be seen again. */
void dice_start(const char *test, uint32_t seed, uint32_t *steps);

/* A number below `limit`, which is not 0. */
uint32_t dice_below(uint32_t limit);

/* True once in so many. */
bool dice_one_in(uint32_t many);

#endif
