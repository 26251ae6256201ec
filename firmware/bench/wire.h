/* SPDX-License-Identifier: BSD-3-Clause */
/* The Ethernet device: frames in memory. Neither way is a frame copied by the
 * stack's driver: the one received is lent, the one sent is gathered by what
 * stands for DMA.
 */
#ifndef BENCH_WIRE_H
#define BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WIRE_FRAME_MAX = 1514, WIRE_FRAME_MIN = 60 };

struct wire_frame {
    size_t len;
    _Alignas(32) uint8_t at[1536];
};

/* The time, in ms, as both stacks see it. */
extern uint32_t wire_now_ms;

/* ---- the stack's side */

/* The frame that has just arrived; the stack may write to it. */
struct wire_frame *wire_arrived(void);

/* A frame is sent piece by piece. */
void uncounted_piece(const void *at, size_t len);
void uncounted_sent(void);

/* ---- the peer's side */

/* The oldest frame sent and not yet taken; NULL for none. Valid until the stack
 * runs again. */
const struct wire_frame *wire_take(void);

#endif
