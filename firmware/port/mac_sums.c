/* SPDX-License-Identifier: BSD-3-Clause */
#include "mac_sums.h"

#include <ax/link.h>

/* RFC 791, 3.1: from the first byte of the packet. */
enum { HEADER_MIN = 20, TOTAL_AT = 2, FRAGMENT_AT = 6, PROTOCOL_AT = 9 };
enum { MORE_AND_OFFSET = 0x3fff, TCP = 6, UDP = 17, UDP_HEADER = 8, UDP_LEN_AT = 4 };

static uint32_t half(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

static bool is_ipv4(const uint8_t *frame, size_t len)
{
    enum { TYPE_AT = 12, TYPE = 0x0800 };

    return len >= AX_FRAME_MIN + HEADER_MIN && half(frame + TYPE_AT) == TYPE &&
           frame[AX_FRAME_MIN] >> 4 == 4;
}

bool mac_sums_may_insert(const uint8_t *frame, size_t len)
{
    const uint8_t *packet = frame + AX_FRAME_MIN;

    return is_ipv4(frame, len) && (half(packet + FRAGMENT_AT) & MORE_AND_OFFSET) == 0 &&
           (packet[PROTOCOL_AT] == TCP || packet[PROTOCOL_AT] == UDP);
}

bool mac_sums_may_trust(const uint8_t *frame, size_t len)
{
    const uint8_t *packet = frame + AX_FRAME_MIN;
    size_t header, total;

    if (!mac_sums_may_insert(frame, len))
        return false;
    header = (packet[0] & 0xfU) * 4;
    total = half(packet + TOTAL_AT);
    if (packet[PROTOCOL_AT] == TCP)
        return true;
    return AX_FRAME_MIN + header + UDP_HEADER <= len &&
           header + half(packet + header + UDP_LEN_AT) == total;
}
