/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/packet_ring.h>

#include <ax/err.h>

#include "base/check.h"

/* Queued bytes lie in [read, written) or, once wrapped, in [read, wrap_at) and
 * [0, written); then written <= read. Datagrams abut, so the reader meets
 * wrap_at exactly. With no payload queued the offsets mean nothing: the next
 * datagram starts the area afresh. */

static bool is_empty_area(const struct ax_packet_ring *ring) { return ring->payload == 0; }

static uint32_t room_behind_newest(const struct ax_packet_ring *ring)
{
    return (ring->wrapped ? ring->read : ring->size) - ring->written;
}

static uint32_t room_at_front(const struct ax_packet_ring *ring)
{
    return ring->wrapped ? 0 : ring->read;
}

static bool is_free(const struct ax_packet_ring *ring, uint32_t at, size_t len)
{
    if (is_empty_area(ring))
        return len <= ring->size - at;
    return (at == ring->written && len <= room_behind_newest(ring)) ||
           (at == 0 && len <= room_at_front(ring)) || len == 0;
}

void ax_packet_ring_init(struct ax_packet_ring *ring, void *storage, uint32_t size,
                         struct ax_packet *slots, uint16_t slot_count)
{
    AX_CHECK(storage != NULL || size == 0);
    AX_CHECK(slots != NULL || slot_count == 0);
    *ring = (struct ax_packet_ring){
        .storage = storage,
        .size = size,
        .slots = slots,
        .slot_count = slot_count,
        .next_id = 1,
    };
}

/* Where `len` bytes in one piece go, in *at. */
static int place(const struct ax_packet_ring *ring, size_t len, uint32_t *at)
{
    if (len > ring->size)
        return AX_E_TOO_LARGE;
    if (ring->used == ring->slot_count)
        return AX_E_WOULD_BLOCK;

    if (is_empty_area(ring))
        *at = 0;
    else if (len <= room_behind_newest(ring))
        *at = ring->written;
    else if (len <= room_at_front(ring))
        *at = 0;
    else
        return AX_E_WOULD_BLOCK;
    return AX_OK;
}

int ax_packet_ring_fits(const struct ax_packet_ring *ring, size_t len)
{
    uint32_t at;

    return place(ring, len, &at);
}

/* Storage may be NULL in a ring of size 0, and NULL takes no offset. */
static struct ax_span span_at(const struct ax_packet_ring *ring, uint32_t at, size_t len)
{
    return (struct ax_span){.at = len > 0 ? ring->storage + at : ring->storage, .len = len};
}

int ax_packet_ring_room(struct ax_packet_ring *ring, size_t len, struct ax_span *room)
{
    int err = place(ring, len, &ring->room_at);

    if (err == AX_OK)
        *room = span_at(ring, ring->room_at, len);
    return err;
}

static void extend(struct ax_packet_ring *ring, uint32_t at, uint32_t len)
{
    if (len == 0)
        return;
    if (is_empty_area(ring)) {
        ring->read = at;
        ring->wrapped = false;
    } else if (at != ring->written) {
        ring->wrap_at = ring->written;
        ring->wrapped = true;
    }
    ring->written = at + len;
    ring->payload += len;
}

static uint16_t slot_at(const struct ax_packet_ring *ring, uint16_t distance)
{
    uint16_t to_end = (uint16_t)(ring->slot_count - ring->first);

    return (uint16_t)(distance < to_end ? ring->first + distance : distance - to_end);
}

struct ax_packet *ax_packet_ring_commit(struct ax_packet_ring *ring, size_t len)
{
    AX_CHECK(ring->used < ring->slot_count && is_free(ring, ring->room_at, len));
    struct ax_packet *packet = &ring->slots[slot_at(ring, ring->used)];

    *packet = (struct ax_packet){.at = ring->room_at, .len = (uint32_t)len, .id = ring->next_id};
    ring->used++;
    ring->next_id = ring->next_id == UINT32_MAX ? 1 : ring->next_id + 1;
    extend(ring, packet->at, packet->len);
    return packet;
}

const struct ax_packet *ax_packet_ring_oldest(const struct ax_packet_ring *ring,
                                              struct ax_span *payload)
{
    if (ring->used == 0)
        return NULL;

    const struct ax_packet *packet = &ring->slots[ring->first];
    *payload = span_at(ring, packet->at, packet->len);
    return packet;
}

static void drop_payload(struct ax_packet_ring *ring, const struct ax_packet *packet)
{
    if (packet->len == 0)
        return;
    ring->read = packet->at + packet->len;
    ring->payload -= packet->len;
    if (ring->wrapped && ring->read == ring->wrap_at) {
        ring->read = 0;
        ring->wrapped = false;
    }
}

void ax_packet_ring_consume(struct ax_packet_ring *ring)
{
    AX_CHECK(ring->used > 0);
    drop_payload(ring, &ring->slots[ring->first]);
    ring->first = slot_at(ring, 1);
    ring->used--;
}

uint16_t ax_packet_ring_used(const struct ax_packet_ring *ring) { return ring->used; }

uint32_t ax_packet_ring_payload(const struct ax_packet_ring *ring) { return ring->payload; }

void ax_packet_ring_clear(struct ax_packet_ring *ring)
{
    ring->used = 0;
    ring->payload = 0;
}
