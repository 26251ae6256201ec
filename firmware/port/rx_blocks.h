/* SPDX-License-Identifier: BSD-3-Clause */
/* Where received frames lie while they are lent: AX_LINK_RX_FRAMES blocks. Words
 * are written from the start of a block; the frame begins two bytes behind it, so
 * that its IP header is aligned.
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
    RX_BLOCK_OFFSET = 2,                             /* of the frame in its block */
    RX_BLOCK_WORDS = (AX_FRAME_MAX + 1 + 2 + 3) / 4, /* a frame that is too long shows that it is */
};

/* Makes all blocks free. */
void rx_blocks_init(void);

/* RX_BLOCK_WORDS words to receive into; NULL when all are lent. */
uint32_t *rx_blocks_take(void);

/* What is lent of a block into which a frame of `len` bytes was read: one that is
 * too long is cut, and longer than AX_FRAME_MAX all the same. */
struct ax_span rx_blocks_frame(uint32_t *block, size_t len);

/* Takes back the block of that frame. */
void rx_blocks_give(struct ax_span frame);

#endif
