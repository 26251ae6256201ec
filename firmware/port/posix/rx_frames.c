/* SPDX-License-Identifier: BSD-3-Clause */
#include "rx_frames.h"

#include <sanitizer/asan_interface.h>

#include "base/check.h"

enum { GUARD = 64 }; /* bytes in front of each frame that nobody may touch */

struct block {
    uint8_t guard[GUARD];
    uint8_t bytes[RX_FRAME_SIZE];
};

static _Alignas(GUARD) struct block blocks[RX_FRAMES];
static struct block *unused[RX_FRAMES]; /* a ring, so that the one free longest goes first */
static unsigned unused_first, unused_count;

static unsigned wrapped(unsigned index) { return index < RX_FRAMES ? index : index - RX_FRAMES; }

void rx_frames_init(void)
{
    unused_first = 0;
    unused_count = RX_FRAMES;
    for (unsigned i = 0; i < RX_FRAMES; i++)
        unused[i] = &blocks[i];
    ASAN_POISON_MEMORY_REGION(blocks, sizeof blocks);
}

uint8_t *rx_frames_take(void)
{
    if (unused_count == 0)
        return NULL;

    struct block *block = unused[unused_first];
    unused_first = wrapped(unused_first + 1);
    unused_count--;
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, sizeof block->bytes);
    return block->bytes;
}

void rx_frames_cut(uint8_t *frame, size_t len)
{
    AX_CHECK(len <= RX_FRAME_SIZE);
    ASAN_POISON_MEMORY_REGION(frame + len, RX_FRAME_SIZE - len);
}

void rx_frames_give(uint8_t *frame)
{
    size_t offset = (size_t)(frame - blocks[0].bytes);

    AX_CHECK(frame >= blocks[0].bytes && frame <= blocks[RX_FRAMES - 1].bytes);
    AX_CHECK(offset % sizeof(struct block) == 0 && unused_count < RX_FRAMES);
    unused[wrapped(unused_first + unused_count)] = &blocks[offset / sizeof(struct block)];
    unused_count++;
    ASAN_POISON_MEMORY_REGION(frame, RX_FRAME_SIZE);
}
