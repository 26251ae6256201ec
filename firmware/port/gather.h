/* SPDX-License-Identifier: BSD-3-Clause */
/* A frame in pieces of any length and alignment, as the 32-bit words, low byte
 * first, that a MAC with a transmit FIFO wants. Nothing is copied in between.
 *
 * Inline, because a driver asks for each word of each frame.
 */
#ifndef PORT_GATHER_H
#define PORT_GATHER_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <ax/span.h>

struct gather {
    const struct ax_span *piece, *end;
    size_t at; /* in *piece */
};

static inline struct gather gather_begin(const struct ax_span *pieces, size_t count)
{
    return (struct gather){.piece = pieces, .end = pieces + count};
}

static inline size_t gather_total(const struct ax_span *pieces, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += pieces[i].len;
    return len;
}

/* The next `len` bytes, at most 4; zeros behind the end of the frame. */
static inline uint32_t gather_bytes(struct gather *gather, unsigned len)
{
    uint32_t word = 0;

    for (unsigned i = 0; i < len; i++) {
        while (gather->piece != gather->end && gather->at == gather->piece->len) {
            gather->piece++;
            gather->at = 0;
        }
        if (gather->piece == gather->end)
            break;
        word |= (uint32_t)gather->piece->at[gather->at++] << (8 * i);
    }
    return word;
}

/* The next 4 bytes. */
static inline uint32_t gather_word(struct gather *gather)
{
    uint32_t word;

    if (gather->piece == gather->end || gather->piece->len - gather->at < sizeof word)
        return gather_bytes(gather, sizeof word);
    memcpy(&word, gather->piece->at + gather->at,
           sizeof word); /* little-endian, as all our chips are */
    gather->at += sizeof word;
    return word;
}

#endif
