/* SPDX-License-Identifier: BSD-3-Clause */
#include "mirror.h"

#include <stdbool.h>
#include <string.h>

enum {
    ETHERTYPE = 12,
    ARP_OPCODE = 21,
    ARP_SENDER = 22,
    ARP_TARGET = 32,
    ARP_LEN = 42,
    IP_TOTAL = 16,
    IP_SUM = 24,
    IP_ADDRESSES = 26,
    IP_PROTOCOL = 23,
    PORTS = 34,
    IP_LEN = 38,
    UDP_LENGTH = 38,
    UDP_SUM = 40,
    DNS_FLAGS = 44,
    DNS_ANSWERS = 48,
    DNS_LEN = 54,
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

static void add16(uint8_t *at, uint32_t more) { write16(at, read16(at) + more); }

/* 10.0.0.1, for two seconds. */
static size_t answer_name(uint8_t *frame, size_t len)
{
    static const uint8_t record[MIRROR_MORE] = {0xc0, 12, 0, 1, 0,  1, 0, 0,
                                                0,    2,  0, 4, 10, 0, 0, 1};
    uint32_t sum = read16(frame + IP_SUM) + 0xffff - MIRROR_MORE;

    frame[DNS_FLAGS] |= 0x80;
    write16(frame + DNS_ANSWERS, 1);
    memcpy(frame + len, record, sizeof record);
    add16(frame + IP_TOTAL, sizeof record);
    write16(frame + IP_SUM, (sum & 0xffff) + (sum >> 16));
    add16(frame + UDP_LENGTH, sizeof record);
    write16(frame + UDP_SUM, 0);
    return len + sizeof record;
}

/* Sums do not change when their parts change places. */
static size_t answer_ip(uint8_t *frame, size_t len)
{
    swap(frame + IP_ADDRESSES, frame + IP_ADDRESSES + 4, 4);
    swap(frame + PORTS, frame + PORTS + 2, 2);
    if (frame[IP_PROTOCOL] == 6 && len >= TCP_LEN)
        answer_syn(frame);
    if (frame[IP_PROTOCOL] == 17 && read16(frame + PORTS) == 53 && len >= DNS_LEN)
        return answer_name(frame, len);
    return len;
}

size_t mirror(uint8_t *frame, size_t len)
{
    memcpy(frame, frame + 6, 6);
    memcpy(frame + 6, mac, sizeof mac);
    if (len >= ARP_LEN && frame[ETHERTYPE] == 8 && frame[ETHERTYPE + 1] == 6)
        return answer_arp(frame) ? len : 0;
    if (len >= IP_LEN && frame[ETHERTYPE] == 8 && frame[ETHERTYPE + 1] == 0)
        return answer_ip(frame, len);
    return 0;
}
