/* SPDX-License-Identifier: BSD-3-Clause */
/* Words by pairs, with the carry of each addition going into the next. lwIP's own
 * sum adds halfwords and keeps the carries in the upper half: three times the
 * instructions. */
#include "stack/checksum.h"

#ifdef LWIP_CHKSUM

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LARGE = 64, SMALL = 16 };

/* Both leave `sum` less than all ones where a carry is added last, so that this
 * addition has none. LDRD wants a word address. */
#define PAIR(add) \
    "ldrd %[one], %[two], [%[at]], #8\n" \
    "\t" add " %[sum], %[sum], %[one]\n" \
    "\tadcs %[sum], %[sum], %[two]\n\t"
#define FIRST PAIR("adds")
#define NEXT PAIR("adcs")
#define ADD_BLOCKS(pairs, at, blocks, sum) \
    do { \
        uint32_t one, two; \
        __asm__("1:\t" pairs "adc %[sum], %[sum], #0\n\t" \
                "subs %[left], #1\n\t" \
                "bne 1b" \
                : [sum] "+r"(sum), [at] "+r"(at), [left] "+l"(blocks), [one] "=&r"(one), \
                  [two] "=&r"(two)::"cc", "memory"); \
    } while (0)

static uint32_t add(uint32_t sum, uint32_t more)
{
    sum += more;
    return sum + (sum < more);
}

static uint16_t fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)(sum + (sum >> 16));
}

static uint32_t add_half(uint32_t sum, const uint8_t *at)
{
    uint16_t half;

    memcpy(&half, at, sizeof half);
    return add(sum, half);
}

static uint32_t add_word(uint32_t sum, const uint8_t *at)
{
    uint32_t word;

    memcpy(&word, at, sizeof word);
    return add(sum, word);
}

/* From a word address on. */
static uint32_t add_aligned(uint32_t sum, const uint8_t *at, size_t len)
{
    size_t large = len / LARGE, small = len % LARGE / SMALL;

    if (large)
        ADD_BLOCKS(FIRST NEXT NEXT NEXT NEXT NEXT NEXT NEXT, at, large, sum);
    if (small)
        ADD_BLOCKS(FIRST NEXT, at, small, sum);
    for (len %= SMALL; len >= 4; len -= 4, at += 4)
        sum = add_word(sum, at);
    if (len & 2) {
        sum = add_half(sum, at);
        at += 2;
    }
    return len & 1 ? add(sum, *at) : sum;
}

/* From an even address on. */
static uint32_t add_even(uint32_t sum, const uint8_t *at, size_t len)
{
    if (((uintptr_t)at & 2) == 0 || len < 2)
        return add_aligned(sum, at, len);
    return add_aligned(add_half(sum, at), at + 2, len - 2);
}

/* From an odd address on every byte lies in the other half of its halfword, so the
 * halves of the sum change places. */
uint16_t stack_checksum(const void *bytes, int len)
{
    const uint8_t *at = bytes;
    uint16_t sum;

    if (((uintptr_t)at & 1) == 0 || len == 0)
        return fold(add_even(0, at, (size_t)len));
    sum = fold(add_even((uint32_t)*at << 8, at + 1, (size_t)len - 1));
    return (uint16_t)(sum << 8 | sum >> 8);
}

#endif
