/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 packets of any five-tuple, made and read by hand, with all sums right. Each
 * maker writes into `packet`, which holds AX_PACKET_MAX bytes, and returns the length. */
#ifndef PACKETS_OF_H
#define PACKETS_OF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/addr.h>

enum { OF_ICMP = 1, OF_TCP = 6, OF_UDP = 17 };

struct five_tuple {
    struct ax_endpoint from, to;
};

struct segment {
    uint32_t seq, ack;
    unsigned flags; /* as FRAMES_SYN and so on */
    const void *payload;
    size_t len;
};

size_t packet_of_tcp(uint8_t *packet, const struct five_tuple *tuple,
                     const struct segment *segment);
size_t packet_of_udp(uint8_t *packet, const struct five_tuple *tuple, const void *payload,
                     size_t len);
size_t packet_of_ping(uint8_t *packet, const struct five_tuple *tuple);

/* Of a protocol that nobody knows. */
size_t packet_of_other(uint8_t *packet, const struct five_tuple *tuple);

/* Writes the part of a packet that begins `at` bytes behind its header, of `len` bytes. */
size_t packet_part(uint8_t *part, const uint8_t *packet, size_t at, size_t len);

/* Puts an Ethernet header in front: to the device, or to all. */
size_t frame_of(uint8_t *frame, const uint8_t *packet, size_t len, bool to_all);

/* What is in a packet. */
struct seen {
    uint8_t proto;
    struct five_tuple tuple; /* ports 0 for ICMP */
    uint32_t seq, ack;
    unsigned flags, window;
    uint8_t type, code; /* of ICMP */
    const uint8_t *payload;
    size_t len;
};

/* False when it is no whole packet, or one of its sums is wrong. */
bool packet_read(const uint8_t *packet, size_t len, struct seen *seen);

#endif
