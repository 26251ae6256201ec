/* SPDX-License-Identifier: BSD-3-Clause */
#include "seeded_random.h"

/* G. Steele, D. Lea, C. Flood: Fast Splittable Pseudorandom Number Generators,
 * OOPSLA 2014, with the constants of Vigna's variant. */
static uint64_t next_word(struct seeded_random *random)
{
    random->state += 0x9e3779b97f4a7c15;
    uint64_t x = random->state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint8_t next_byte(struct seeded_random *random)
{
    if (random->left == 0) {
        random->word = next_word(random);
        random->left = sizeof random->word;
    }
    uint8_t byte = (uint8_t)random->word;
    random->word >>= 8;
    random->left--;
    return byte;
}

void seeded_random_fill(struct seeded_random *random, void *dst, size_t len)
{
    uint8_t *to = dst;

    for (size_t i = 0; i < len; i++)
        to[i] = next_byte(random);
}
