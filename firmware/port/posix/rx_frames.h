/* SPDX-License-Identifier: BSD-3-Clause */
/* The memory received frames lie in while they are lent: a fixed number of
 * blocks. Under the address sanitizer every byte outside the frames lent is
 * poisoned, and a block is used again as late as can be, so that reading past a
 * frame or after its release is seen.
 */
#ifndef POSIX_RX_FRAMES_H
#define POSIX_RX_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include <ax/link.h>

enum {
    RX_FRAMES = AX_LINK_RX_FRAMES,
    RX_FRAME_SIZE = 2048, /* longer frames are cut: over AX_FRAME_MAX either way */
};

/* Makes all blocks free. */
void rx_frames_init(void);

/* RX_FRAME_SIZE bytes to receive into; NULL when all are lent. */
uint8_t *rx_frames_take(void);

/* Says that only the first `len` bytes were used. */
void rx_frames_cut(uint8_t *frame, size_t len);

void rx_frames_give(uint8_t *frame);

#endif
