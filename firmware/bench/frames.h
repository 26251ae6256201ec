/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of the peer: 192.168.1.2, MAC 02:00:00:00:00:02. */
#ifndef BENCH_FRAMES_H
#define BENCH_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire.h"

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };
enum { UDP = 17, TCP = 6 };

/* A TCP segment, built or read. A SYN carries the MSS option. */
struct segment {
    uint16_t from_port, to_port;
    uint32_t seq, ack;
    unsigned flags;
    uint16_t window;
    const uint8_t *text;
    size_t len;
};

void frame_tcp(struct wire_frame *frame, const struct segment *segment);
void frame_udp(struct wire_frame *frame, uint16_t from_port, uint16_t to_port, const uint8_t *text,
               size_t len);
void frame_arp_answer(struct wire_frame *frame);

/* Whether it is a question for the peer's Ethernet address. */
bool frame_asks_for_us(const struct wire_frame *frame);

/* The protocol of an IPv4 packet to the peer; 0 for any other frame. */
unsigned frame_protocol(const struct wire_frame *frame);

/* Lengths and addresses are consistent, and the checksums right, of a packet to
 * the peer. Without `sums` they are the device's to fill in. */
bool frame_is_sound(const struct wire_frame *frame, bool sums);

struct segment frame_segment(const struct wire_frame *frame);
const uint8_t *frame_udp_text(const struct wire_frame *frame);
size_t frame_udp_len(const struct wire_frame *frame); /* of the text */

#endif
