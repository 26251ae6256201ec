/* SPDX-License-Identifier: BSD-3-Clause */
#include "mirror.h"

#include <string.h>

enum {
    ETHERTYPE = 12,
    ARP_OPCODE = 21,
    ARP_SENDER = 22,
    ARP_TARGET = 32,
    ARP_LEN = 42,
    IP_ADDRESSES = 26,
    IP_PROTOCOL = 23,
    PORTS = 34,
    IP_LEN = 38,
    TCP_SEQ = 38,
    TCP_ACK = 42,
    TCP_OFFSET_AND_FLAGS = 46,
    TCP_CHECKSUM = 50,
    TCP_LEN = 54,
    SYN = 2,
    ACK = 16,
};

static const uint8_t mac[] = {2, 0, 0, 0, 0, 1};

static void swap(uint8_t *a, uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

/* Who has an address is told that we do; what is announced is left alone. */
static bool answer_arp(uint8_t *frame)
{
    if (frame[ARP_OPCODE] != 1 || memcmp(frame + ARP_SENDER + 6, frame + ARP_TARGET + 6, 4) == 0)
        return false;
    frame[ARP_OPCODE] = 2;
    swap(frame + ARP_SENDER, frame + ARP_TARGET, 10);
    memcpy(frame + ARP_SENDER, mac, sizeof mac);
    return true;
}

static uint16_t read16(const uint8_t *at) { return (uint16_t)(at[0] << 8 | at[1]); }

static void write16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Changes one word and the checksum with it (RFC 1624, eqn. 3). */
static void change16(uint8_t *frame, size_t at, uint32_t value)
{
    uint32_t sum = (uint16_t)~read16(frame + TCP_CHECKSUM) + (uint16_t)~read16(frame + at) + value;

    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    write16(frame + at, value);
    write16(frame + TCP_CHECKSUM, ~sum);
}

static void change32(uint8_t *frame, size_t at, uint32_t value)
{
    change16(frame, at, value >> 16);
    change16(frame, at + 2, value & 0xffff);
}

static uint32_t read32(const uint8_t *at) { return (uint32_t)read16(at) << 16 | read16(at + 2); }

/* A SYN is taken with a SYN-ACK of the same number, so that from then on what is
 * sent is also what would be answered. A SYN-ACK is acknowledged. */
static void answer_syn(uint8_t *frame)
{
    uint16_t flags = read16(frame + TCP_OFFSET_AND_FLAGS);
    uint32_t seq = read32(frame + TCP_SEQ);

    if (!(flags & SYN))
        return;
    if (flags & ACK) {
        change32(frame, TCP_SEQ, read32(frame + TCP_ACK));
        change16(frame, TCP_OFFSET_AND_FLAGS, flags & ~(unsigned)SYN);
    } else {
        change16(frame, TCP_OFFSET_AND_FLAGS, flags | (unsigned)ACK);
    }
    change32(frame, TCP_ACK, seq + 1);
}

/* Sums do not change when their parts change places. */
static bool answer_ip(uint8_t *frame, size_t len)
{
    swap(frame + IP_ADDRESSES, frame + IP_ADDRESSES + 4, 4);
    swap(frame + PORTS, frame + PORTS + 2, 2);
    if (frame[IP_PROTOCOL] == 6 && len >= TCP_LEN)
        answer_syn(frame);
    return true;
}

bool mirror(uint8_t *frame, size_t len)
{
    memcpy(frame, frame + 6, 6);
    memcpy(frame + 6, mac, sizeof mac);
    if (len >= ARP_LEN && frame[ETHERTYPE] == 8 && frame[ETHERTYPE + 1] == 6)
        return answer_arp(frame);
    if (len >= IP_LEN && frame[ETHERTYPE] == 8 && frame[ETHERTYPE + 1] == 0)
        return answer_ip(frame, len);
    return false;
}
