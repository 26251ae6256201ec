/* SPDX-License-Identifier: BSD-3-Clause */
/* Ring of datagrams, each in one piece, over storage that somebody else owns.
 *
 * Payloads lie in one byte area, what is known of them in slots. A datagram goes
 * behind the newest one if it fits there, else to the front of the area; the gap
 * it leaves takes no slot and is given back when the reader passes it. When no
 * payload byte is queued the area starts afresh, so that a datagram as large as
 * the area is always taken once it has drained.
 *
 *   tail:     [....oldest...newest|new|..]     front:  [new|...oldest.....newest|gap]
 *
 * Context: task code only.
 */
#ifndef AX_PACKET_RING_H
#define AX_PACKET_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/addr.h>
#include <ax/span.h>

/* What is known of one datagram. */
struct ax_packet {
    uint32_t at; /* offset of its payload in the area; private */
    uint32_t len;
    uint32_t id; /* counts the datagrams of this ring from 1; wraps past 0 */
    struct ax_endpoint remote;
    struct ax_endpoint local;
};

/* Fields are private. */
struct ax_packet_ring {
    uint8_t *storage;
    uint32_t size;
    struct ax_packet *slots;
    uint16_t slot_count, first, used;
    uint32_t read, written; /* offsets of the oldest byte and behind the newest */
    uint32_t payload;       /* payload bytes queued, gaps not counted */
    uint32_t wrap_at;       /* where the reader goes back to the front */
    uint32_t room_at;       /* the room lent last */
    bool wrapped;           /* the newest lies in front of the oldest */
    uint32_t next_id;
};

/* Starts an empty ring; storage and slots are borrowed while it is in use. */
void ax_packet_ring_init(struct ax_packet_ring *ring, void *storage, uint32_t size,
                         struct ax_packet *slots, uint16_t slot_count);

/* Whether a datagram of `len` bytes would be taken: AX_OK, AX_E_WOULD_BLOCK not
 * now, AX_E_TOO_LARGE never. A room lent stays as it is. */
int ax_packet_ring_fits(const struct ax_packet_ring *ring, size_t len);

/* Lends room for a datagram, exactly `len` bytes, until the next room. Errors as
 * ax_packet_ring_fits(). Datagrams may be consumed before the commit. */
int ax_packet_ring_room(struct ax_packet_ring *ring, size_t len, struct ax_span *room);

/* Queues the datagram just written to the last room, of `len` bytes. Returns its
 * slot, to be filled in (remote, local); len and id are set. */
struct ax_packet *ax_packet_ring_commit(struct ax_packet_ring *ring, size_t len);

/* The oldest datagram and its payload; NULL when there is none. */
const struct ax_packet *ax_packet_ring_oldest(const struct ax_packet_ring *ring,
                                              struct ax_span *payload);

/* Drops the oldest datagram. */
void ax_packet_ring_consume(struct ax_packet_ring *ring);

/* Levels: slots in use, payload bytes queued. */
uint16_t ax_packet_ring_used(const struct ax_packet_ring *ring);
uint32_t ax_packet_ring_payload(const struct ax_packet_ring *ring);

/* Drops everything; ids go on. */
void ax_packet_ring_clear(struct ax_packet_ring *ring);

#endif
