/* SPDX-License-Identifier: BSD-3-Clause */
/* memcpy() by words. Picolibc, as Debian builds it, is small and copies byte by
 * byte: more instructions for a full segment than all that TCP does with it. */
#include <stdint.h>
#include <string.h>

/* At any address: the core takes it from there, unless CCR.UNALIGN_TRP is set. */
struct word {
    uint32_t bits;
} __attribute__((packed, may_alias));

enum { BLOCK = 8 }; /* words */

static void copy_block(struct word *to, const struct word *from)
{
#pragma GCC unroll 8
    for (int i = 0; i < BLOCK; i++)
        to[i] = from[i];
}

void *memcpy(void *restrict dst, const void *restrict src, size_t len)
{
    struct word *to = dst;
    const struct word *from = src;

    for (; len >= BLOCK * sizeof *to; len -= BLOCK * sizeof *to, to += BLOCK, from += BLOCK)
        copy_block(to, from);
    for (; len >= sizeof *to; len -= sizeof *to)
        *to++ = *from++;
    for (size_t i = 0; i < len; i++)
        ((uint8_t *)to)[i] = ((const uint8_t *)from)[i];
    return dst;
}
