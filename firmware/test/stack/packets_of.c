/* SPDX-License-Identifier: BSD-3-Clause */
#include "packets_of.h"

#include <string.h>

#include "frames.h"

enum { IP = 20, TCP = 20, UDP = 8, ICMP = 8, ETHERNET = 14, WINDOW = 65535, MORE = 0x2000 };
enum { PING = 8, NOBODY_KNOWS = 253 };

static const uint8_t peer_mac[] = {2, 0, 0, 0, 0, 1};

static uint8_t *put16(uint8_t *at, unsigned value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
    return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t value) { return put16(put16(at, value >> 16), value); }
static unsigned get16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static uint32_t sum(const uint8_t *at, size_t len, uint32_t start)
{
    for (size_t i = 0; i < len; i++)
        start += i % 2 ? at[i] : (uint32_t)at[i] << 8;
    return start;
}

static unsigned folded(uint32_t value)
{
    while (value >> 16)
        value = (value & 0xffff) + (value >> 16);
    return ~value & 0xffff;
}

/* The sum of what is behind the header, with the addresses for TCP and UDP. */
static unsigned sum_behind(const uint8_t *packet, size_t len)
{
    uint8_t proto = packet[9];

    if (proto == OF_ICMP)
        return folded(sum(packet + IP, len - IP, 0));
    return folded(sum(packet + 12, 8 + len - IP, proto + (uint32_t)(len - IP)));
}

static void finish_header(uint8_t *packet)
{
    put16(packet + 10, 0);
    put16(packet + 10, folded(sum(packet, IP, 0)));
}

static uint8_t *put_ip(uint8_t *packet, const struct five_tuple *tuple, unsigned proto, size_t len)
{
    uint8_t *at = packet;

    at = put16(put16(at, 0x4500), (unsigned)(IP + len));
    at = put32(put32(at, 0x12340000), 0x40000000 | proto << 16);
    at = put32(put32(at, tuple->from.addr), tuple->to.addr);
    finish_header(packet);
    return at;
}

size_t packet_of_tcp(uint8_t *packet, const struct five_tuple *tuple, const struct segment *segment)
{
    uint8_t *tcp = put_ip(packet, tuple, OF_TCP, TCP + segment->len), *at = tcp;

    at = put16(put16(at, tuple->from.port), tuple->to.port);
    at = put16(put32(put32(at, segment->seq), segment->ack), 0x5000 | segment->flags);
    at = put32(put16(at, WINDOW), 0);
    if (segment->len != 0)
        memcpy(at, segment->payload, segment->len);
    put16(tcp + 16, sum_behind(packet, IP + TCP + segment->len));
    return IP + TCP + segment->len;
}

size_t packet_of_udp(uint8_t *packet, const struct five_tuple *tuple, const void *payload,
                     size_t len)
{
    uint8_t *udp = put_ip(packet, tuple, OF_UDP, UDP + len), *at = udp;

    at = put16(put16(at, tuple->from.port), tuple->to.port);
    at = put16(put16(at, (unsigned)(UDP + len)), 0);
    if (len != 0)
        memcpy(at, payload, len);
    put16(udp + 6, sum_behind(packet, IP + UDP + len));
    return IP + UDP + len;
}

size_t packet_of_ping(uint8_t *packet, const struct five_tuple *tuple)
{
    uint8_t *icmp = put_ip(packet, tuple, OF_ICMP, ICMP);

    put32(put32(icmp, PING << 24), 0x00010001);
    put16(icmp + 2, sum_behind(packet, IP + ICMP));
    return IP + ICMP;
}

size_t packet_of_other(uint8_t *packet, const struct five_tuple *tuple)
{
    put32(put_ip(packet, tuple, NOBODY_KNOWS, 4), 0);
    return IP + 4;
}

size_t packet_part(uint8_t *part, const uint8_t *packet, size_t at, size_t len)
{
    bool is_last = IP + at + len == get16(packet + 2);

    memcpy(part, packet, IP);
    memcpy(part + IP, packet + IP + at, len);
    put16(part + 2, (unsigned)(IP + len));
    put16(part + 6, (unsigned)(at / 8) | (is_last ? 0 : MORE));
    finish_header(part);
    return IP + len;
}

size_t frame_of(uint8_t *frame, const uint8_t *packet, size_t len, bool to_all)
{
    memmove(frame + ETHERNET, packet, len);
    memcpy(frame, frames_dut_mac, sizeof peer_mac);
    if (to_all)
        memset(frame, 0xff, sizeof peer_mac);
    memcpy(frame + sizeof peer_mac, peer_mac, sizeof peer_mac);
    put16(frame + 12, 0x0800);
    return ETHERNET + len;
}

static void read_behind(const uint8_t *at, size_t len, struct seen *seen)
{
    size_t header = seen->proto == OF_TCP ? (size_t)(at[12] >> 4) * 4 : UDP;

    seen->payload = at + header;
    seen->len = len - header;
    if (seen->proto == OF_ICMP) {
        seen->type = at[0];
        seen->code = at[1];
        return;
    }
    seen->tuple.from.port = (uint16_t)get16(at);
    seen->tuple.to.port = (uint16_t)get16(at + 2);
    if (seen->proto != OF_TCP)
        return;
    seen->seq = get32(at + 4);
    seen->ack = get32(at + 8);
    seen->flags = at[13];
    seen->window = get16(at + 14);
}

bool packet_read(const uint8_t *packet, size_t len, struct seen *seen)
{
    size_t least = IP + (len > 9 && packet[9] == OF_TCP ? TCP : UDP);

    if (len < least || packet[0] != 0x45 || get16(packet + 2) != len ||
        folded(sum(packet, IP, 0)) != 0 || sum_behind(packet, len) != 0)
        return false;
    *seen =
        (struct seen){.proto = packet[9],
                      .tuple = {.from.addr = get32(packet + 12), .to.addr = get32(packet + 16)}};
    read_behind(packet + IP, len - IP, seen);
    return true;
}
