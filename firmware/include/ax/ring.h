/* SPDX-License-Identifier: BSD-3-Clause */
/* Byte ring over storage that somebody else owns, of any size from 1 byte.
 *
 * Two ways in and two ways out: copy (put, take), or work in place (room then
 * commit, data then consume). A ring never allocates and knows no networks.
 *
 * Context: task code only.
 */
#ifndef AX_RING_H
#define AX_RING_H

#include <stddef.h>
#include <stdint.h>

#include <ax/span.h>

/* Fields are private. `first` is where the oldest byte lies, below `size`
 * unless the size is 0; `used` is how many there are, at most `size`. */
struct ax_ring {
    uint8_t *storage;
    uint32_t size;
    uint32_t first;
    uint32_t used;
};

/* Starts an empty ring; `storage` is borrowed while the ring is in use. */
void ax_ring_init(struct ax_ring *ring, void *storage, uint32_t size);

/* Bytes in the ring, and bytes that still fit. */
uint32_t ax_ring_used(const struct ax_ring *ring);
uint32_t ax_ring_free(const struct ax_ring *ring);

/* Copies in as much of `src` as fits. Returns the bytes copied. */
uint32_t ax_ring_put(struct ax_ring *ring, const void *src, size_t len);

/* Copies out at most `len` bytes, oldest first, and drops them. Returns the
 * bytes copied. */
uint32_t ax_ring_take(struct ax_ring *ring, void *dst, size_t len);

/* The free bytes up to the end of storage. Call again after commit: the rest of
 * the room may lie at the start. */
struct ax_span ax_ring_room(struct ax_ring *ring);

/* Says that `len` bytes of the last room were written. */
void ax_ring_commit(struct ax_ring *ring, size_t len);

/* The bytes from `offset` after the oldest, up to the end of storage; none
 * when `offset` is not below the used bytes. */
struct ax_span ax_ring_data(const struct ax_ring *ring, uint32_t offset);

/* Drops the `len` oldest bytes. */
void ax_ring_consume(struct ax_ring *ring, size_t len);

#endif
