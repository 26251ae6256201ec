/* SPDX-License-Identifier: BSD-3-Clause */
#include "rx_blocks.h"

#include "base/check.h"

static struct {
    rx_block *blocks;
    unsigned count, lent, offset;
    uint32_t first; /* index of the first free one; in it the next one's, and so on */
} rx;

static void free_block(uint32_t index)
{
    rx.blocks[index][0] = rx.first;
    rx.first = index;
    rx.lent--;
}

void rx_blocks_init(rx_block *blocks, unsigned count, unsigned offset)
{
    AX_CHECK(offset <= RX_BLOCK_OFFSET);
    rx.blocks = blocks;
    rx.offset = offset;
    rx.lent = rx.count = count;
    for (uint32_t index = count; index-- > 0;)
        free_block(index);
}

uint32_t *rx_blocks_take(void)
{
    uint32_t *block;

    if (rx.lent == rx.count)
        return NULL;
    block = rx.blocks[rx.first];
    rx.first = block[0];
    rx.lent++;
    return block;
}

struct ax_span rx_blocks_frame(uint32_t *block, size_t len)
{
    return (struct ax_span){(uint8_t *)block + rx.offset,
                            len <= AX_FRAME_MAX ? len : AX_FRAME_MAX + 1};
}

void rx_blocks_give(struct ax_span frame)
{
    size_t offset = (size_t)(frame.at - rx.offset - (uint8_t *)rx.blocks);

    AX_CHECK(offset < rx.count * sizeof rx.blocks[0] && offset % sizeof rx.blocks[0] == 0);
    AX_CHECK(rx.lent > 0);
    free_block((uint32_t)(offset / sizeof rx.blocks[0]));
}
