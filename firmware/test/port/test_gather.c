/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/gather.h"

enum { MOST = 40, PIECES = 5 };

static uint8_t frame[MOST];

/* Cuts `len` bytes of the frame into pieces, each in memory of its own size so
 * that reading past one is seen, and gathers them again. */
static void gathers(const uint8_t cuts[PIECES], size_t len)
{
    struct ax_span pieces[PIECES];
    uint8_t whole[MOST + 4] = {0}, expected[MOST + 4] = {0};
    size_t at = 0;
    memcpy(expected, frame, len);
    for (unsigned i = 0; i < PIECES; i++) {
        size_t n = i + 1 < PIECES && cuts[i] < len - at ? cuts[i] : i + 1 < PIECES ? 0 : len - at;
        pieces[i] = (struct ax_span){test_malloc(n + 1), n};
        memcpy(pieces[i].at + 1, frame + at, n);
        pieces[i].at++;
        at += n;
    }

    struct gather gather = gather_begin(pieces, PIECES);
    assert_int_equal(gather_total(pieces, PIECES), len);
    for (size_t i = 0; i < len; i += 4) {
        uint32_t word = gather_word(&gather);
        for (unsigned byte = 0; byte < 4; byte++)
            whole[i + byte] = (uint8_t)(word >> 8 * byte);
    }

    assert_memory_equal(whole, expected, (len + 3) / 4 * 4);
    for (unsigned i = 0; i < PIECES; i++)
        test_free(pieces[i].at - 1);
}

static void any_cut_into_pieces_gives_the_same_words_with_zeros_behind(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < MOST; i++)
        frame[i] = (uint8_t)(0x80 + i);
    for (size_t len = 1; len <= MOST; len += 3)
        for (unsigned code = 0; code < 6 * 6 * 6 * 6; code++)
            gathers((const uint8_t[PIECES]){(uint8_t)(code % 6), (uint8_t)(code / 6 % 6),
                                            (uint8_t)(code / 36 % 6), (uint8_t)(code / 216)},
                    len);
}

static void words_begin_where_the_bytes_asked_for_before_ended(void **state)
{
    uint8_t first[] = {1, 2, 3}, rest[] = {4, 5, 6, 7};
    struct ax_span pieces[] = {{first, 3}, {rest, 4}};
    struct gather gather = gather_begin(pieces, 2);
    (void)state;

    assert_int_equal(gather_bytes(&gather, 2), 0x0201);
    assert_int_equal(gather_word(&gather), 0x06050403);
    assert_int_equal(gather_word(&gather), 7);
    assert_int_equal(gather_word(&gather), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_cut_into_pieces_gives_the_same_words_with_zeros_behind),
        cmocka_unit_test(words_begin_where_the_bytes_asked_for_before_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
