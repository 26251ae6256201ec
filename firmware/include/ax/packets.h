/* SPDX-License-Identifier: BSD-3-Clause */
/* A device whose IP packets come from the application and go to it: no wire, no
 * Ethernet. What is pushed is received by the any-IP proxy (ax/proxy.h), what the
 * proxy sends can be pulled.
 *
 * Both ways are bounded queues of whole packets in storage of the caller's. A push that
 * finds no slot says so and the application decides; what the proxy sends waits in
 * its socket until packets are pulled, but for answers to pings, resets and other
 * answers without a socket, which are dropped and counted.
 *
 * Context: task code only.
 */
#ifndef AX_PACKETS_H
#define AX_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/link.h>
#include <ax/wait.h>

enum { AX_PACKET_MIN = 20, AX_PACKET_MAX = AX_LINK_MTU }; /* bytes, header included */

/* Counters since init; each wraps. */
struct ax_packets_stats {
    uint32_t pushed;    /* queued for the proxy */
    uint32_t push_full; /* pushes that found no slot */
    uint32_t refused;   /* pushed, and dropped for its addresses; see ax/proxy.h */
    uint32_t no_buffer; /* pushed, and dropped: the stack holds as many as it can */
    uint32_t sent;      /* queued for the application */
    uint32_t send_full; /* found no slot: sent again by a socket, else dropped */
    uint32_t pulled;
};

/* Declare one; fields are private to src/link. */
struct ax_packets {
    struct ax_queue_device queue; /* whose frames have no Ethernet header */
    struct ax_event readable, writable;
    bool wanted; /* the stack has something for which there was no room */
    struct ax_packets_stats stats;
};

/* Prepares it; `slots` of each way are borrowed for good. A packet that lwIP holds
 * (a fragment, a segment ahead of a gap) keeps its slot. */
void ax_packets_init(struct ax_packets *packets, struct ax_queue_slot *rx, struct ax_queue_slot *tx,
                     uint16_t slots);

/* Puts a packet in, from its IPv4 header on. Copied. AX_OK; AX_E_WOULD_BLOCK when all
 * slots are taken; AX_E_ARG for a length out of range. */
int ax_packets_push(struct ax_packets *packets, const void *packet, size_t len);

/* Takes the oldest packet that was sent. Returns its length; AX_E_WOULD_BLOCK for
 * none; AX_E_SMALL, and keeps it, when it does not fit. */
int ax_packets_pull(struct ax_packets *packets, void *dst, size_t size);

/* As ax/wait.h says. Readable: a pull would not say would-block; writable: a push. */
unsigned ax_packets_ready(const struct ax_packets *packets);
void ax_packets_wait(struct ax_packets *packets, unsigned interest, ax_tasks self);
void ax_packets_unwait(struct ax_packets *packets, ax_tasks self);

struct ax_packets_stats ax_packets_stats(const struct ax_packets *packets);

#endif
