/* SPDX-License-Identifier: BSD-3-Clause */
/* A link over a queue device, and a network task that does what the stack's
 * does, for the unit tests of the link. */
#ifndef LINK_BENCH_H
#define LINK_BENCH_H

#include <ax/debug.h>
#include <ax/link.h>

#include "link/link.h"

enum { BENCH_SLOTS = 80, BENCH_FRAME_LEN = 60 };

extern const uint8_t bench_mac[AX_MAC_LEN];      /* the device's */
extern const uint8_t bench_peer_mac[AX_MAC_LEN]; /* whoever sends to it */

extern struct ax_queue_device bench_device;
extern struct ax_link bench_link;

/* The network task: how often it was polled, and the last byte of each frame it
 * was handed. Its frames are released at once unless `bench_keeps`. */
extern struct ax_task bench_net;
extern uint8_t bench_seen[256];
extern unsigned bench_seen_count;
extern bool bench_keeps;
extern struct ax_span bench_kept[BENCH_SLOTS];

/* Everything fresh; `slots` frames each way, the network task idle. */
void bench_start(uint16_t slots);

void bench_run_to_idle(void);

/* Puts a frame on the wire that ends with `tag`, or one of any length. */
void bench_push(uint8_t tag);
void bench_push_len(size_t len);

/* Puts a fence on the wire. */
void bench_push_fence(uint32_t number);

/* The link sends a frame that ends with `tag`. */
int bench_send(uint8_t tag);

/* Takes the oldest frame off the wire: its tag, -1 for none, or the number of
 * the fence it answers; then *answer is the whole answer (may be NULL). */
int bench_pull(uint8_t answer[AX_FRAME_MAX]);
enum { BENCH_FENCE = 1000 }; /* what bench_pull() adds to a fence's number */

/* A number in an answer, by its offset as docs/bench-protocol.md has it. */
uint32_t bench_number_at(const uint8_t *answer, unsigned offset);

#endif
