/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "random.h"

#include <stdbool.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/check.h"

enum { SYSTEM_MAX = 256 }; /* bytes getentropy() gives at once */

static bool seeded;
static uint64_t state;
static uint64_t word;
static unsigned left; /* bytes of `word` not yet given */

void random_seed(uint64_t seed)
{
    seeded = true;
    state = seed;
    left = 0;
}

/* G. Steele, D. Lea, C. Flood: Fast Splittable Pseudorandom Number Generators,
 * OOPSLA 2014, with the constants of Vigna's variant. */
static uint64_t next_word(void)
{
    state += 0x9e3779b97f4a7c15;
    uint64_t x = state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint8_t next_byte(void)
{
    if (left == 0) {
        word = next_word();
        left = sizeof word;
    }
    uint8_t byte = (uint8_t)word;
    word >>= 8;
    left--;
    return byte;
}

static void from_system(uint8_t *to, size_t len)
{
    while (len > 0) {
        size_t n = len < SYSTEM_MAX ? len : SYSTEM_MAX;
        AX_CHECK(getentropy(to, n) == 0);
        to += n;
        len -= n;
    }
}

void ax_port_random(void *dst, size_t len)
{
    uint8_t *to = dst;

    if (!seeded)
        from_system(to, len);
    else
        for (size_t i = 0; i < len; i++)
            to[i] = next_byte();
}
