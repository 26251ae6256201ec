/* SPDX-License-Identifier: BSD-3-Clause */
#include "sums.h"

#include "stack/checksum.h"

#ifndef LWIP_CHKSUM

bool sums_are_right(void) { return true; }

#else

enum { AREA = 2048, ALIGNMENTS = 8, SHORT = 200, STEP = 37 };

static _Alignas(8) uint8_t area[AREA];

/* RFC 1071, byte by byte. */
static uint16_t plain_sum(const uint8_t *at, int len)
{
    uint32_t sum = 0;

    for (int i = 0; i < len; i++)
        sum += i % 2 ? (uint32_t)at[i] << 8 : at[i];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

static bool is_right(const uint8_t *at, int len)
{
    return stack_checksum(at, len) == plain_sum(at, len);
}

static bool are_right(void)
{
    for (int shift = 0; shift < ALIGNMENTS; shift++)
        for (int len = 0; shift + len <= AREA; len += len < SHORT ? 1 : STEP)
            if (!is_right(area + shift, len))
                return false;
    return true;
}

bool sums_are_right(void)
{
    bool right;

    for (int i = 0; i < AREA; i++)
        area[i] = (uint8_t)(i * i + i / 3);
    right = are_right();
    for (int i = 0; i < AREA; i++)
        area[i] = 0xff;
    return right && are_right();
}

#endif
