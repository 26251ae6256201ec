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
    PORTS = 34,
    IP_LEN = 38,
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

/* Sums do not change when their parts change places. */
static bool answer_ip(uint8_t *frame)
{
    swap(frame + IP_ADDRESSES, frame + IP_ADDRESSES + 4, 4);
    swap(frame + PORTS, frame + PORTS + 2, 2);
    return true;
}

bool mirror(uint8_t *frame, size_t len)
{
    memcpy(frame, frame + 6, 6);
    memcpy(frame + 6, mac, sizeof mac);
    if (len >= ARP_LEN && frame[ETHERTYPE] == 8 && frame[ETHERTYPE + 1] == 6)
        return answer_arp(frame);
    if (len >= IP_LEN && frame[ETHERTYPE] == 8 && frame[ETHERTYPE + 1] == 0)
        return answer_ip(frame);
    return false;
}
