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
    const uint8_t *from = src;
    uint32_t total = least(ax_ring_free(ring), len);

    for (uint32_t done = 0; done < total;) { /* at most twice: before and after the wrap */
        struct ax_span room = ax_ring_room(ring);
        uint32_t n = least(total - done, room.len);
        memcpy(room.at, from + done, n);
        ax_ring_commit(ring, n);
        done += n;
    }
    return total;
}

uint32_t ax_ring_take(struct ax_ring *ring, void *dst, size_t len)
{
    uint8_t *to = dst;
    uint32_t total = least(ring->used, len);

    for (uint32_t done = 0; done < total;) {
        struct ax_span data = ax_ring_data(ring, 0);
        uint32_t n = least(total - done, data.len);
        memcpy(to + done, data.at, n);
        ax_ring_consume(ring, n);
        done += n;
    }
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
