/* SPDX-License-Identifier: BSD-3-Clause */
#include "frames.h"

#include <string.h>

enum { ETHERNET = 14, IP = 20, UDP_HEADER = 8, TCP_HEADER = 20, MSS_OPTION = 4, MSS = 1460 };
enum { TYPE_AT = 12, TYPE_IP = 0x0800, TYPE_ARP = 0x0806, ARP_LEN = 28 };

/* The stack asks for its peer from its own address, and may be known by another. */
static const uint32_t IP_OWN = 0xc0a8010a, IP_STACK = BENCH_ADDR, IP_PEER = 0xc0a80102;
static const uint8_t mac_stack[] = {2, 0, 0, 0, 0, 1}, mac_peer[] = {2, 0, 0, 0, 0, 2};

/* ---- numbers and sums */

static void put16(uint8_t *at, size_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

static uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }
static uint32_t get32(const uint8_t *at) { return (uint32_t)get16(at) << 16 | get16(at + 2); }

static uint32_t add(const uint8_t *at, size_t len, uint32_t sum)
{
    for (; len > 1; at += 2, len -= 2)
        sum += get16(at);
    return len ? sum + (uint32_t)(at[0] << 8) : sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* Of what lies behind the IP header, with the pseudo header. */
static uint16_t sum_of(const uint8_t *ip, size_t len)
{
    return fold(add(ip + IP, len, add(ip + 12, 8, (uint32_t)(ip[9] + len))));
}

/* ---- building */

static void put_ethernet(struct wire_frame *frame, uint16_t type, size_t len)
{
    memset(frame->at, 0, WIRE_FRAME_MIN);
    memcpy(frame->at, mac_stack, sizeof mac_stack);
    memcpy(frame->at + sizeof mac_stack, mac_peer, sizeof mac_peer);
    put16(frame->at + TYPE_AT, type);
    frame->len = ETHERNET + len < WIRE_FRAME_MIN ? WIRE_FRAME_MIN : ETHERNET + len;
}

/* Returns what lies behind the IP header, `len` bytes. */
static uint8_t *put_ip(struct wire_frame *frame, uint8_t protocol, size_t len)
{
    static uint16_t ident;
    uint8_t *ip = frame->at + ETHERNET;

    put_ethernet(frame, TYPE_IP, IP + len);
    memset(ip, 0, IP + UDP_HEADER);
    ip[0] = 0x45;
    put16(ip + 2, IP + len);
    put16(ip + 4, ident++);
    ip[6] = 0x40; /* do not fragment */
    ip[8] = 64;
    ip[9] = protocol;
    put32(ip + 12, IP_PEER);
    put32(ip + 16, IP_STACK);
    put16(ip + 10, fold(add(ip, IP, 0)));
    return ip + IP;
}

void frame_tcp(struct wire_frame *frame, const struct segment *segment)
{
    size_t header = TCP_HEADER + (segment->flags & SYN ? MSS_OPTION : 0U);
    uint8_t *tcp = put_ip(frame, TCP, header + segment->len);

    put16(tcp, segment->from_port);
    put16(tcp + 2, segment->to_port);
    put32(tcp + 4, segment->seq);
    put32(tcp + 8, segment->flags & ACK ? segment->ack : 0);
    tcp[12] = (uint8_t)(header << 2);
    tcp[13] = (uint8_t)segment->flags;
    put16(tcp + 14, segment->window);
    put32(tcp + 16, 0);
    if (segment->flags & SYN)
        put32(tcp + TCP_HEADER, 2U << 24 | MSS_OPTION << 16 | MSS);
    memcpy(tcp + header, segment->text, segment->len);
    put16(tcp + 16, sum_of(frame->at + ETHERNET, header + segment->len));
}

void frame_udp(struct wire_frame *frame, uint16_t from_port, uint16_t to_port, const uint8_t *text,
               size_t len)
{
    uint8_t *udp = put_ip(frame, UDP, UDP_HEADER + len);
    uint16_t sum;

    put16(udp, from_port);
    put16(udp + 2, to_port);
    put16(udp + 4, UDP_HEADER + len);
    put16(udp + 6, 0);
    memcpy(udp + UDP_HEADER, text, len);
    sum = sum_of(frame->at + ETHERNET, UDP_HEADER + len);
    put16(udp + 6, sum ? sum : 0xffff);
}

void frame_arp_answer(struct wire_frame *frame)
{
    static const uint8_t start[] = {0, 1, 8, 0, 6, 4, 0, 2};
    uint8_t *arp = frame->at + ETHERNET;

    put_ethernet(frame, TYPE_ARP, ARP_LEN);
    memcpy(arp, start, sizeof start);
    memcpy(arp + 8, mac_peer, sizeof mac_peer);
    put32(arp + 14, IP_PEER);
    memcpy(arp + 18, mac_stack, sizeof mac_stack);
    put32(arp + 24, IP_OWN);
}

/* ---- reading */

static uint16_t type_of(const struct wire_frame *frame) { return get16(frame->at + TYPE_AT); }

bool frame_asks_for_us(const struct wire_frame *frame)
{
    return type_of(frame) == TYPE_ARP && get16(frame->at + ETHERNET + 6) == 1 &&
           get32(frame->at + ETHERNET + 24) == IP_PEER;
}

unsigned frame_protocol(const struct wire_frame *frame)
{
    const uint8_t *ip = frame->at + ETHERNET;

    return type_of(frame) == TYPE_IP && get32(ip + 16) == IP_PEER ? ip[9] : 0;
}

static size_t behind_ip(const struct wire_frame *frame)
{
    return (size_t)get16(frame->at + ETHERNET + 2) - IP;
}

static bool sums_are_right(const uint8_t *ip, size_t len)
{
    bool none = ip[9] == UDP && get16(ip + IP + 6) == 0;

    return fold(add(ip, IP, 0)) == 0 && (none || sum_of(ip, len) == 0);
}

bool frame_is_sound(const struct wire_frame *frame, bool sums)
{
    const uint8_t *ip = frame->at + ETHERNET;

    return ip[0] == 0x45 && memcmp(frame->at, mac_peer, sizeof mac_peer) == 0 &&
           ETHERNET + IP + behind_ip(frame) <= frame->len && get32(ip + 12) == IP_STACK &&
           (!sums || sums_are_right(ip, behind_ip(frame)));
}

struct segment frame_segment(const struct wire_frame *frame)
{
    const uint8_t *tcp = frame->at + ETHERNET + IP;
    size_t header = (size_t)(tcp[12] >> 4) * 4;

    return (struct segment){
        .from_port = get16(tcp),
        .to_port = get16(tcp + 2),
        .seq = get32(tcp + 4),
        .ack = get32(tcp + 8),
        .flags = tcp[13],
        .window = get16(tcp + 14),
        .text = tcp + header,
        .len = behind_ip(frame) - header,
    };
}

size_t frame_udp_len(const struct wire_frame *frame)
{
    return (size_t)get16(frame->at + ETHERNET + IP + 4) - UDP_HEADER;
}

const uint8_t *frame_udp_text(const struct wire_frame *frame)
{
    return frame->at + ETHERNET + IP + UDP_HEADER;
}
