/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames between memory and the Ethernet DMA: a ring of descriptors each way, and what
 * they point to. All of it is in D2 SRAM, which no cache holds (memory.c), and none of
 * it is ever anybody else's: a frame in flight when the cable is pulled is still here.
 *
 * Context: task code only.
 */
#ifndef STM32H7_ETH_RINGS_H
#define STM32H7_ETH_RINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <ax/span.h>

enum { RINGS_BUFFER_BYTES = 1520 }; /* of each receive descriptor */

/* Both rings as new, the DMA told of them; it is stopped and knows of no frame. Again:
 * after a reset of the DMA; frames that are lent stay lent. */
void rings_start(void);
void rings_start_again(void);

/* A frame has come, whole or bad. */
bool rings_have_frame(void);

/* Lends the oldest; one with an error as one of no bytes. Only when there is one. */
struct ax_span rings_take_frame(void);
void rings_give_back(struct ax_span frame);

/* Whether the MAC has found the sums of this lent frame right, and may be believed. */
bool rings_sums_are_right(struct ax_span frame);

/* Descriptors that came back with frames since the start, and were armed again; wraps.
 * Whether the next one is back. Context of both: any. */
uint32_t rings_taken(void);
bool rings_are_waiting(void);

/* Descriptors that came back from being sent since the start; wraps. Whether any is still
 * the DMA's own. Context of both: any. */
uint32_t rings_sent(void);
bool rings_are_sending(void);

/* A frame more can be sent. */
bool rings_have_room(void);

/* Copies the pieces, AX_FRAME_MAX bytes at most in all, and sends them; the MAC puts
 * in the sums of whole packets of TCP and UDP. Only when there is room. */
void rings_send(const struct ax_span *pieces, size_t count);

/* Reception has stopped for want of descriptors though there are some: it goes on. */
void rings_wake_receiver(void);

#endif
