/* SPDX-License-Identifier: BSD-3-Clause */
#include "frames.h"

#include <string.h>

enum { ETHERNET = 14, IP = 20, TCP = 20, UDP = 8, PORT = 4001, PROTO_TCP = 6, PROTO_UDP = 17 };

const uint8_t frames_dut_mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 2};
static const uint8_t peer_mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 1};

static uint8_t *put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value) { return put16(put16(at, value >> 16), value); }

static unsigned get16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static uint8_t *put_ethernet(uint8_t *frame, unsigned type)
{
    memcpy(frame, frames_dut_mac, AX_MAC_LEN);
    memcpy(frame + AX_MAC_LEN, peer_mac, AX_MAC_LEN);
    return put16(frame + 12, type);
}

size_t frames_arp_request(uint8_t *frame)
{
    uint8_t *at = put_ethernet(frame, 0x0806);

    at = put16(put32(put16(at, 1), 0x08000604), 1);
    memcpy(at, peer_mac, AX_MAC_LEN);
    at = put32(at + AX_MAC_LEN, FRAMES_PEER_IP);
    memset(at, 0, AX_MAC_LEN);
    at = put32(at + AX_MAC_LEN, FRAMES_DUT_IP);
    return (size_t)(at - frame);
}

static uint32_t sum(const uint8_t *at, size_t len, uint32_t start)
{
    for (size_t i = 0; i < len; i++)
        start += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    return start;
}

static unsigned fold(uint32_t value)
{
    while (value >> 16)
        value = (value & 0xffff) + (value >> 16);
    return ~value & 0xffff;
}

static uint8_t *put_ip(uint8_t *frame, unsigned proto, size_t len)
{
    uint8_t *ip = put_ethernet(frame, 0x0800), *at = ip;

    at = put16(put16(at, 0x4500), (unsigned)(IP + len));
    at = put32(put32(at, 0x00010000), 0x40000000 | proto << 16);
    at = put32(put32(at, FRAMES_PEER_IP), FRAMES_DUT_IP);
    put16(ip + 10, fold(sum(ip, IP, 0)));
    return at;
}

size_t frames_tcp(uint8_t *frame, uint16_t port, uint32_t seq, uint32_t ack, unsigned flags,
                  const void *payload, size_t len)
{
    uint8_t *tcp = put_ip(frame, PROTO_TCP, TCP + len), *at = tcp;

    at = put16(put16(at, PORT + flags / FRAMES_OTHER_PORT), port);
    at = put16(put32(put32(at, seq), ack), 0x5000 | (flags & 0xff));
    at = put32(put16(at, 65535), 0);
    if (len != 0)
        memcpy(at, payload, len);
    put16(tcp + 16, fold(sum(tcp - 8, 8 + TCP + len, PROTO_TCP + TCP + (uint32_t)len)));
    return (size_t)(at - frame) + len;
}

size_t frames_udp(uint8_t *frame, uint16_t port, const void *payload, size_t len, int said)
{
    uint8_t *at = put_ip(frame, PROTO_UDP, UDP + len);

    at = put16(put16(at, PORT), port);
    at = put16(put16(at, (unsigned)(UDP + said)), 0);
    memcpy(at, payload, len);
    return (size_t)(at - frame) + len;
}

bool frames_read_tcp(const uint8_t *frame, size_t len, struct frames_tcp *segment)
{
    const uint8_t *tcp = frame + ETHERNET + IP;

    if (len < ETHERNET + IP + TCP || frame[ETHERNET + 9] != PROTO_TCP)
        return false;
    *segment = (struct frames_tcp){
        .seq = get32(tcp + 4), .ack = get32(tcp + 8), .flags = tcp[13], .window = get16(tcp + 14)};
    return true;
}
