/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/ring.h>

#include <string.h>

#include "base/check.h"

/* An emptied ring keeps its `first`: a room lent before the last byte was
 * consumed must still be the room that is committed. */

static uint32_t least(uint32_t a, size_t b) { return a < b ? a : (uint32_t)b; }

/* The offset `distance` bytes after the oldest; `distance` is at most `size`.
 * Subtracts before it adds, so that any size up to 2^32 - 1 is right. */
static uint32_t offset_of(const struct ax_ring *ring, uint32_t distance)
{
    uint32_t to_end = ring->size - ring->first;

    return distance < to_end ? ring->first + distance : distance - to_end;
}

/* `len` bytes from there on, cut at the end of storage. */
static struct ax_span span_at(const struct ax_ring *ring, uint32_t offset, uint32_t len)
{
    if (len == 0)
        return (struct ax_span){.at = ring->storage};
    return (struct ax_span){
        .at = ring->storage + offset,
        .len = least(ring->size - offset, len),
    };
}

void ax_ring_init(struct ax_ring *ring, void *storage, uint32_t size)
{
    AX_CHECK(storage != NULL || size == 0);
    *ring = (struct ax_ring){.storage = storage, .size = size};
}

uint32_t ax_ring_used(const struct ax_ring *ring) { return ring->used; }

uint32_t ax_ring_free(const struct ax_ring *ring) { return ring->size - ring->used; }

uint32_t ax_ring_put(struct ax_ring *ring, const void *src, size_t len)
{
    uint32_t total = least(ax_ring_free(ring), len);
    uint32_t offset = offset_of(ring, ring->used);
    uint32_t to_end = least(ring->size - offset, total);

    if (to_end != 0)
        memcpy(ring->storage + offset, src, to_end);
    if (total != to_end)
        memcpy(ring->storage, (const uint8_t *)src + to_end, total - to_end);
    ring->used += total;
    return total;
}

uint32_t ax_ring_take(struct ax_ring *ring, void *dst, size_t len)
{
    uint32_t total = least(ring->used, len);
    uint32_t to_end = least(ring->size - ring->first, total);

    if (to_end != 0)
        memcpy(dst, ring->storage + ring->first, to_end);
    if (total != to_end)
        memcpy((uint8_t *)dst + to_end, ring->storage, total - to_end);
    ax_ring_consume(ring, total);
    return total;
}

struct ax_span ax_ring_room(struct ax_ring *ring)
{
    return span_at(ring, offset_of(ring, ring->used), ax_ring_free(ring));
}

void ax_ring_commit(struct ax_ring *ring, size_t len)
{
    AX_CHECK(len <= ax_ring_free(ring));
    ring->used += (uint32_t)len;
}

struct ax_span ax_ring_data(const struct ax_ring *ring, uint32_t offset)
{
    uint32_t from = least(ring->used, offset);

    return span_at(ring, offset_of(ring, from), ring->used - from);
}

void ax_ring_consume(struct ax_ring *ring, size_t len)
{
    AX_CHECK(len <= ring->used);
    ring->first = offset_of(ring, (uint32_t)len);
    ring->used -= (uint32_t)len;
}
