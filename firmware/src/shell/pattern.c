/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/pattern.h"

static uint32_t mix(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352d;
    x ^= x >> 15;
    x *= 0x846ca68b;
    return x ^ x >> 16;
}

uint8_t pattern_byte(uint32_t seed, uint32_t offset)
{
    return (uint8_t)(mix(seed + (offset >> 2)) >> 8 * (offset & 3));
}

void pattern_fill(uint8_t *dst, size_t len, uint32_t seed, uint32_t offset)
{
    for (size_t i = 0; i < len; i++)
        dst[i] = pattern_byte(seed, offset + (uint32_t)i);
}

uint32_t pattern_check(const uint8_t *src, size_t len, uint32_t seed, uint32_t offset, uint32_t *at)
{
    uint32_t bad = 0;

    for (size_t i = 0; i < len; i++) {
        if (src[i] == pattern_byte(seed, offset + (uint32_t)i))
            continue;
        if (bad++ == 0 && *at == UINT32_MAX)
            *at = offset + (uint32_t)i;
    }
    return bad;
}
