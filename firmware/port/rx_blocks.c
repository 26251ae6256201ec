/* SPDX-License-Identifier: BSD-3-Clause */
#include "rx_blocks.h"

#include "base/check.h"

static uint32_t blocks[AX_LINK_RX_FRAMES][RX_BLOCK_WORDS];
static uint16_t unused[AX_LINK_RX_FRAMES]; /* indexes; the one given back last is warmest */
static unsigned count;

void rx_blocks_init(void)
{
    for (count = 0; count < AX_LINK_RX_FRAMES; count++)
        unused[count] = (uint16_t)count;
}

uint32_t *rx_blocks_take(void) { return count == 0 ? NULL : blocks[unused[--count]]; }

struct ax_span rx_blocks_frame(uint32_t *block, size_t len)
{
    return (struct ax_span){(uint8_t *)block + RX_BLOCK_OFFSET,
                            len <= AX_FRAME_MAX ? len : AX_FRAME_MAX + 1};
}

void rx_blocks_give(struct ax_span frame)
{
    size_t offset = (size_t)(frame.at - RX_BLOCK_OFFSET - (uint8_t *)blocks);

    AX_CHECK(offset < sizeof blocks && offset % sizeof blocks[0] == 0);
    AX_CHECK(count < AX_LINK_RX_FRAMES);
    unused[count++] = (uint16_t)(offset / sizeof blocks[0]);
}
