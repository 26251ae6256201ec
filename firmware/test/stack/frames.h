/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of a peer, made and read by hand, for tests without a wire. Each maker
 * writes into `frame`, which holds AX_FRAME_MAX bytes, and returns the length. */
#ifndef FRAMES_H
#define FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/link.h>

enum {
    FRAMES_DUT_IP = 0x0a000002,
    FRAMES_PEER_IP = 0x0a000001,
    FRAMES_FIN = 1,
    FRAMES_SYN = 2,
    FRAMES_RST = 4,
    FRAMES_ACK = 16,
    FRAMES_OTHER_PORT = 256, /* from the peer's other port; no bit of the header */
};

extern const uint8_t frames_dut_mac[AX_MAC_LEN];

struct frames_tcp {
    uint32_t seq, ack;
    unsigned flags, window;
};

size_t frames_arp_request(uint8_t *frame);
size_t frames_tcp(uint8_t *frame, uint16_t port, uint32_t seq, uint32_t ack, unsigned flags,
                  const void *payload, size_t len);

/* `said` is the payload length that LEN tells; -1 makes LEN 7. No checksum. */
size_t frames_udp(uint8_t *frame, uint16_t port, const void *payload, size_t len, int said);

/* False when it is no TCP segment from the DUT. */
bool frames_read_tcp(const uint8_t *frame, size_t len, struct frames_tcp *segment);

#endif
