/* SPDX-License-Identifier: BSD-3-Clause */
/* Where received frames lie while they are lent: blocks of memory that the driver
 * names. A frame begins a few bytes behind the start of its block, if the device can
 * do that: two bytes align its IP header.
 *
 * Context: task code only.
 */
#ifndef PORT_RX_BLOCKS_H
#define PORT_RX_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

#include <ax/config.h>
#include <ax/link.h>
#include <ax/span.h>

enum {
    RX_BLOCK_OFFSET = 2,                             /* of a frame in its block, at most */
    RX_BLOCK_WORDS = (AX_FRAME_MAX + 1 + 2 + 3) / 4, /* a frame that is too long shows that it is */
};

typedef uint32_t rx_block[RX_BLOCK_WORDS];

/* Makes `count` blocks free, in which frames begin at `offset`. The blocks are borrowed
 * for good; the first word of a free one is this room's. */
void rx_blocks_init(rx_block *blocks, unsigned count, unsigned offset);

/* RX_BLOCK_WORDS words to receive into, the block given back last first: it is
 * warmest. NULL when all are lent. */
uint32_t *rx_blocks_take(void);

/* What is lent of a block into which a frame of `len` bytes was read: one that is
 * too long is cut, and longer than AX_FRAME_MAX all the same. */
struct ax_span rx_blocks_frame(uint32_t *block, size_t len);

/* Takes back the block of that frame. */
void rx_blocks_give(struct ax_span frame);

#endif
