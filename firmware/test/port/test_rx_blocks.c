/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/port.h>

#include "../../port/rx_blocks.h"

static rx_block blocks[AX_LINK_RX_FRAMES];

static void every_block_is_lent_once_and_comes_back_in_any_order(void **state)
{
    struct ax_span frames[AX_LINK_RX_FRAMES];
    (void)state;
    rx_blocks_init(blocks, AX_LINK_RX_FRAMES, RX_BLOCK_OFFSET);
    for (unsigned i = 0; i < AX_LINK_RX_FRAMES; i++) {
        uint32_t *block = rx_blocks_take();
        assert_non_null(block);
        memset(block, (int)i, RX_BLOCK_WORDS * sizeof *block);
        frames[i] = rx_blocks_frame(block, AX_FRAME_MAX);
    }
    assert_null(rx_blocks_take());

    for (unsigned i = 0; i < AX_LINK_RX_FRAMES; i++) {
        assert_int_equal(frames[i].at[0], (uint8_t)i);
        assert_int_equal(frames[i].at[AX_FRAME_MAX - 1], (uint8_t)i);
    }
    for (unsigned i = AX_LINK_RX_FRAMES; i-- > 0;)
        rx_blocks_give(frames[(i + 3) % AX_LINK_RX_FRAMES]);
    assert_non_null(rx_blocks_take());
}

static void the_ip_header_of_a_frame_is_aligned(void **state)
{
    (void)state;
    rx_blocks_init(blocks, AX_LINK_RX_FRAMES, RX_BLOCK_OFFSET);
    assert_int_equal(((uintptr_t)rx_blocks_frame(rx_blocks_take(), 60).at + AX_FRAME_MIN) % 4, 0);
}

static void a_frame_that_is_too_long_is_cut_and_still_too_long(void **state)
{
    struct ax_span frame;
    (void)state;
    rx_blocks_init(blocks, AX_LINK_RX_FRAMES, RX_BLOCK_OFFSET);

    frame = rx_blocks_frame(rx_blocks_take(), 2047);

    assert_true(frame.len > AX_FRAME_MAX);
    assert_true(RX_BLOCK_OFFSET + frame.len <= RX_BLOCK_WORDS * sizeof(uint32_t));
}

static void a_block_that_was_not_lent_is_a_bug_of_ours(void **state)
{
    struct ax_span frame, beside;
    (void)state;
    rx_blocks_init(blocks, AX_LINK_RX_FRAMES, RX_BLOCK_OFFSET);
    frame = rx_blocks_frame(rx_blocks_take(), 60);
    beside = (struct ax_span){frame.at + 1, frame.len};

    expect_assert_failure(rx_blocks_give(beside));
    rx_blocks_give(frame);
    expect_assert_failure(rx_blocks_give(frame));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_block_is_lent_once_and_comes_back_in_any_order),
        cmocka_unit_test(the_ip_header_of_a_frame_is_aligned),
        cmocka_unit_test(a_frame_that_is_too_long_is_cut_and_still_too_long),
        cmocka_unit_test(a_block_that_was_not_lent_is_a_bug_of_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
