/* SPDX-License-Identifier: BSD-3-Clause */
/* The link as the stack sees it: frames in through a queue, frames out, and the
 * cable. Only the network task calls these.
 *
 * A poll of the network task is: link_wait(), then link_intake() if there may be
 * something to take, then frames by link_next() and link_release(), and at its end
 * it wakes itself again while frames it may take are queued or link_has_more().
 */
#ifndef AX_LINK_LINK_H
#define AX_LINK_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include <ax/exec.h>
#include <ax/link.h>
#include <ax/span.h>

/* Wakes `self` once there is something to look at again: the device's activity,
 * a fence answered, a fault lifted, the end of an advance. Call it before
 * looking, or a signal may slip between. Returns whether there may be something
 * already. */
bool link_wait(struct ax_link *link, ax_tasks self);

/* Moves frames from the device to the queue, and drops and counts those that
 * cannot be queued; looks at `max` frames at most. Returns how many were moved.
 * Takes nothing while a fence waits for its answer and during an advance of the
 * clock. Frames that find the queue full stay in the device, but are dropped
 * while the stack does not look (link_is_unwatched()). */
unsigned link_intake(struct ax_link *link, unsigned max);

/* Whether link_intake() may find a frame now: it stopped before the device had
 * no more, and nothing forbids it to go on. */
bool link_has_more(struct ax_link *link);

/* Frames queue and the stack does not look: by hand, or while the receive event
 * is deferred. Fences do not wait for such frames. */
bool link_is_unwatched(const struct ax_link *link);

/* The oldest queued frame, lent until released. AX_OK, or AX_E_WOULD_BLOCK. */
int link_next(struct ax_link *link, struct ax_span *frame);
void link_release(struct ax_link *link, struct ax_span frame);

/* Releases a frame that the stack had no buffer for, and counts it as dropped
 * instead of handed to the stack. */
void link_drop_alloc(struct ax_link *link, struct ax_span frame);

/* Whether the device has found its sums right; else nobody has added them up yet. */
#if AX_LINK_SUMS
bool link_sums_are_right(const struct ax_link *link, struct ax_span frame);
#endif

/* Sends one frame of AX_FRAME_MIN to AX_FRAME_MAX bytes, as it is. AX_OK, also
 * when the link is down (dropped, counted), or AX_E_WOULD_BLOCK: try again in
 * each poll, after link_intake() and unless link_is_full(): a try costs an IP
 * identification. Until then no fence is answered. */
int link_send(struct ax_link *link, const struct ax_span *pieces, size_t count);

/* Whether link_send() is known to refuse, without trying. Activity tells the end
 * of it. Where the device's transmitter is full only trying tells. */
bool link_is_full(const struct ax_link *link);

/* Its Ethernet address, AX_MAC_LEN bytes. */
const uint8_t *link_mac(const struct ax_link *link);

/* The device's word on the cable now. It decides what is dropped. */
bool link_is_cable_in(struct ax_link *link);

/* What the stack made of it after debouncing. Only shown. */
void link_set_up(struct ax_link *link, bool up);

/* Polling by hand: fences no longer wait for the queue to be empty. */
void link_set_by_hand(struct ax_link *link, bool by_hand);

/* Says that one poll of the stack processed `frames` frames. */
void link_note_poll(struct ax_link *link, unsigned frames);

#endif
