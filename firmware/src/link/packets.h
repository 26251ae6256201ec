/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet device as the stack sees it. Only the network task calls these. */
#ifndef AX_LINK_PACKETS_H
#define AX_LINK_PACKETS_H

#include <stdbool.h>

#include <ax/packets.h>

/* Wakes `self` at the next push, and at the next pull behind a refusal. */
void packets_wait(struct ax_packets *packets, ax_tasks self);

/* The oldest pushed packet, lent until released, in any order. AX_OK, or
 * AX_E_WOULD_BLOCK. */
int packets_next(struct ax_packets *packets, struct ax_span *packet);
void packets_release(struct ax_packets *packets, struct ax_span packet);

/* Whether `count` more can be sent; false is a refusal. */
bool packets_have_room(struct ax_packets *packets, unsigned count);

/* Sends one packet of at most AX_PACKET_MAX bytes. AX_OK or AX_E_WOULD_BLOCK. */
int packets_send(struct ax_packets *packets, const struct ax_span *pieces, size_t count);

#endif
