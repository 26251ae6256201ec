/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/ring.h>

static uint8_t storage[64];
static struct ax_ring ring;

static void given_an_empty_ring(uint32_t size) { ax_ring_init(&ring, storage, size); }

static void given_a_ring_of_8_about_to_wrap(void)
{
    given_an_empty_ring(8);
    assert_int_equal(ax_ring_put(&ring, "abcdef", 6), 6);
    ax_ring_consume(&ring, 6);
}

static void an_empty_ring_has_all_its_room(void **state)
{
    (void)state;
    given_an_empty_ring(7);

    assert_int_equal(ax_ring_used(&ring), 0);
    assert_int_equal(ax_ring_free(&ring), 7);
    assert_int_equal(ax_ring_room(&ring).len, 7);
    assert_int_equal(ax_ring_data(&ring, 0).len, 0);
}

static void put_stops_when_full(void **state)
{
    (void)state;
    given_an_empty_ring(7);

    assert_int_equal(ax_ring_put(&ring, "0123456789", 10), 7);
    assert_int_equal(ax_ring_put(&ring, "x", 1), 0);
    assert_int_equal(ax_ring_room(&ring).len, 0);
}

static void take_stops_when_empty(void **state)
{
    char out[8] = {0};
    (void)state;
    given_an_empty_ring(7);
    ax_ring_put(&ring, "abc", 3);

    assert_int_equal(ax_ring_take(&ring, out, sizeof out), 3);
    assert_string_equal(out, "abc");
    assert_int_equal(ax_ring_take(&ring, out, sizeof out), 0);
}

static void bytes_come_out_in_order_across_the_wrap(void **state)
{
    char out[6] = {0};
    (void)state;
    given_a_ring_of_8_about_to_wrap();

    assert_int_equal(ax_ring_put(&ring, "vwxyz", 5), 5);

    assert_int_equal(ax_ring_take(&ring, out, 5), 5);
    assert_string_equal(out, "vwxyz");
}

static void room_is_cut_at_the_end_of_storage(void **state)
{
    (void)state;
    given_a_ring_of_8_about_to_wrap();

    assert_ptr_equal(ax_ring_room(&ring).at, storage + 6);
    assert_int_equal(ax_ring_room(&ring).len, 2);
    ax_ring_commit(&ring, 2);
    assert_ptr_equal(ax_ring_room(&ring).at, storage);
    assert_int_equal(ax_ring_room(&ring).len, 6);
}

static void data_is_cut_at_the_end_of_storage(void **state)
{
    (void)state;
    given_a_ring_of_8_about_to_wrap();
    ax_ring_put(&ring, "vwxyz", 5);

    assert_int_equal(ax_ring_data(&ring, 0).len, 2);
    assert_int_equal(ax_ring_data(&ring, 1).len, 1);
    assert_int_equal(ax_ring_data(&ring, 2).len, 3);
    assert_memory_equal(ax_ring_data(&ring, 2).at, "xyz", 3);
}

static void there_is_no_data_at_or_behind_the_used_bytes(void **state)
{
    (void)state;
    given_a_ring_of_8_about_to_wrap();
    ax_ring_put(&ring, "vwxyz", 5);

    assert_int_equal(ax_ring_data(&ring, 5).len, 0);
    assert_int_equal(ax_ring_data(&ring, UINT32_MAX).len, 0);
}

static void a_room_lent_stays_good_when_the_last_byte_leaves(void **state)
{
    (void)state;
    given_an_empty_ring(8);
    ax_ring_put(&ring, "ab", 2);
    struct ax_span room = ax_ring_room(&ring);
    memcpy(room.at, "cd", 2);

    ax_ring_consume(&ring, 2);
    ax_ring_commit(&ring, 2);

    assert_memory_equal(ax_ring_data(&ring, 0).at, "cd", 2);
}

static void a_ring_of_one_byte_works(void **state)
{
    char out = 0;
    (void)state;
    given_an_empty_ring(1);

    for (char c = 'a'; c <= 'z'; c++) {
        assert_int_equal(ax_ring_put(&ring, &c, 1), 1);
        assert_int_equal(ax_ring_put(&ring, &c, 1), 0);
        assert_int_equal(ax_ring_take(&ring, &out, 1), 1);
        assert_int_equal(out, c);
    }
}

static void a_ring_of_no_bytes_takes_none(void **state)
{
    char out;
    (void)state;
    ax_ring_init(&ring, NULL, 0);

    assert_int_equal(ax_ring_put(&ring, "x", 1), 0);
    assert_int_equal(ax_ring_take(&ring, &out, 1), 0);
    assert_int_equal(ax_ring_room(&ring).len, 0);
    assert_int_equal(ax_ring_data(&ring, 0).len, 0);
}

/* Nothing is stored that far: only the offset is looked at. */
static void offsets_do_not_overflow_in_the_largest_ring(void **state)
{
    (void)state;
    ring = (struct ax_ring){
        .storage = storage, .size = UINT32_MAX, .first = UINT32_MAX - 1, .used = UINT32_MAX - 5};

    struct ax_span room = ax_ring_room(&ring);

    assert_true((uintptr_t)room.at - (uintptr_t)storage == UINT32_MAX - 6U);
    assert_int_equal(room.len, 5);
}

static void committing_more_than_fits_is_a_bug(void **state)
{
    (void)state;
    given_an_empty_ring(4);
    expect_assert_failure(ax_ring_commit(&ring, 5));
}

static void consuming_more_than_there_is_is_a_bug(void **state)
{
    (void)state;
    given_an_empty_ring(4);
    ax_ring_put(&ring, "abc", 3);
    expect_assert_failure(ax_ring_consume(&ring, 4));
}

static uint32_t random_below(uint32_t bound)
{
    static uint32_t seed = 1;

    seed = seed * 1664525U + 1013904223U;
    return (seed >> 16) % bound;
}

/* The model is a plain array from which the oldest bytes are shifted out. */
static void it_agrees_with_a_shifted_array_whatever_is_done(void **state)
{
    (void)state;
    for (uint32_t size = 1; size <= 19; size++) {
        uint8_t model[19], bytes[32], next = 0;
        uint32_t used = 0;
        given_an_empty_ring(size);

        for (int step = 0; step < 4000; step++) {
            uint32_t len = random_below(size + 4), done;
            if (random_below(2)) {
                for (uint32_t i = 0; i < len; i++)
                    bytes[i] = (uint8_t)(next + i);
                done = ax_ring_put(&ring, bytes, len);
                assert_int_equal(done, len < size - used ? len : size - used);
                memcpy(model + used, bytes, done);
                next = (uint8_t)(next + done);
                used += done;
            } else {
                done = ax_ring_take(&ring, bytes, len);
                assert_int_equal(done, len < used ? len : used);
                assert_memory_equal(bytes, model, done);
                memmove(model, model + done, used - done);
                used -= done;
            }
            assert_int_equal(ax_ring_used(&ring), used);
            for (uint32_t at = 0; at < used; at++)
                assert_int_equal(*ax_ring_data(&ring, at).at, model[at]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_ring_has_all_its_room),
        cmocka_unit_test(put_stops_when_full),
        cmocka_unit_test(take_stops_when_empty),
        cmocka_unit_test(bytes_come_out_in_order_across_the_wrap),
        cmocka_unit_test(room_is_cut_at_the_end_of_storage),
        cmocka_unit_test(data_is_cut_at_the_end_of_storage),
        cmocka_unit_test(there_is_no_data_at_or_behind_the_used_bytes),
        cmocka_unit_test(a_room_lent_stays_good_when_the_last_byte_leaves),
        cmocka_unit_test(a_ring_of_one_byte_works),
        cmocka_unit_test(a_ring_of_no_bytes_takes_none),
        cmocka_unit_test(offsets_do_not_overflow_in_the_largest_ring),
        cmocka_unit_test(committing_more_than_fits_is_a_bug),
        cmocka_unit_test(consuming_more_than_there_is_is_a_bug),
        cmocka_unit_test(it_agrees_with_a_shifted_array_whatever_is_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
