/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/mac_filter.h"

static const uint8_t own[AX_MAC_LEN] = {0x02, 0, 0, 0, 0, 0x02};

static bool passes(const uint8_t to[AX_MAC_LEN])
{
    uint8_t frame[AX_FRAME_MIN] = {0};

    memcpy(frame, to, AX_MAC_LEN);
    return mac_filter_passes(own, (struct ax_span){frame, sizeof frame});
}

static void what_is_for_it_and_for_many_passes(void **state)
{
    (void)state;
    assert_true(passes(own));
    assert_true(passes((const uint8_t[]){0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
    assert_true(passes((const uint8_t[]){0x01, 0x00, 0x5e, 0, 0, 0x01}));
}

static void what_differs_in_any_one_bit_is_for_another(void **state)
{
    (void)state;
    for (unsigned bit = 1; bit < 8 * AX_MAC_LEN; bit++) { /* bit 0 is "to many" */
        uint8_t to[AX_MAC_LEN];
        memcpy(to, own, sizeof to);
        to[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(passes(to));
    }
}

static void what_has_no_whole_header_passes_unread(void **state)
{
    (void)state;
    for (size_t len = 0; len < AX_FRAME_MIN; len++) {
        uint8_t *frame = test_malloc(len + 1);
        assert_true(mac_filter_passes(own, (struct ax_span){frame + 1, len}));
        test_free(frame);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_for_it_and_for_many_passes),
        cmocka_unit_test(what_differs_in_any_one_bit_is_for_another),
        cmocka_unit_test(what_has_no_whole_header_passes_unread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
