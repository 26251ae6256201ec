/* SPDX-License-Identifier: BSD-3-Clause */
/* What the two frames of a fence hold. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>

#include "link/fence.h"
#include "link_bench.h"

static uint32_t said; /* lines, to the console */

static int start(void **state)
{
    (void)state;
    said = 0;
    bench_start(BENCH_SLOTS);
    assert_int_equal(ax_link_answer_fences(&bench_link, &said), AX_OK);
    bench_run_to_idle();
    return 0;
}

/* A request as the bench sends it: to the device, from its peer, number 0x01020304. */
static const uint8_t request[] = {2, 0,    0,    0,    0,    2, 2, 0, 0, 0, 0,
                                  1, 0x88, 0xb5, 0x50, 0x4c, 1, 1, 1, 2, 3, 4};

static bool decodes(const uint8_t *frame, size_t len)
{
    struct fence_request found;
    uint8_t bytes[AX_FRAME_MAX + 1] = {0};

    memcpy(bytes, frame, len < sizeof request ? len : sizeof request);
    return fence_decode((struct ax_span){bytes, len}, bench_mac, &found);
}

static void a_request_says_who_asks_and_the_number(void **state)
{
    struct fence_request found;
    uint8_t bytes[sizeof request];
    (void)state;
    memcpy(bytes, request, sizeof bytes);

    assert_true(fence_decode((struct ax_span){bytes, sizeof bytes}, bench_mac, &found));
    assert_int_equal(found.number, 0x01020304);
    assert_memory_equal(found.from, bench_peer_mac, AX_MAC_LEN);
}

static void a_request_may_be_padded_or_sent_to_all(void **state)
{
    uint8_t to_all[sizeof request];
    (void)state;
    memcpy(to_all, request, sizeof to_all);
    memset(to_all, 0xff, AX_MAC_LEN);

    assert_true(decodes(to_all, sizeof to_all));
    assert_true(decodes(request, 60));
    assert_true(decodes(request, AX_FRAME_MAX));
}

static void what_differs_in_any_byte_before_the_number_is_no_request(void **state)
{
    (void)state;
    for (size_t i = 0; i < AX_FRAME_MIN + 4; i++) {
        uint8_t other[sizeof request];
        bool is_source = i >= AX_MAC_LEN && i < 2 * AX_MAC_LEN;
        memcpy(other, request, sizeof other);
        other[i] ^= 0x40;
        assert_int_equal(decodes(other, sizeof other), is_source);
    }
}

static void what_is_too_short_or_too_long_is_no_request(void **state)
{
    (void)state;
    for (size_t len = 0; len < sizeof request; len++)
        assert_false(decodes(request, len));
    assert_false(decodes(request, AX_FRAME_MAX + 1));
}

static void an_answer_is_laid_out_as_the_protocol_says(void **state)
{
    const struct fence_answer answer = {.number = 0x01020304,
                                        .now_ms = 0x11121314,
                                        .received = 2,
                                        .sent = 3,
                                        .dropped = 4,
                                        .polls = 5,
                                        .wakes = 6,
                                        .idles = 7,
                                        .longest_poll = 8,
                                        .deadlines = 9,
                                        .waiting = 0xfffefdfc,
                                        .refused = 10,
                                        .said = 0x21222324};
    static const uint8_t expected[] = {
        2,    0,   0, 0,  0,    1,    2,    0,    0,    0,    0,    2,    0x88,
        0xb5,                                                             /* to, from, type */
        'P',  'L', 1, 2,  1,    2,    3,    4,    0x11, 0x12, 0x13, 0x14, /* start, number, clock */
        0,    0,   0, 2,  0,    0,    0,    3,    0,    0,    0,    4,    /* frames */
        0,    0,   0, 5,  0,    0,    0,    6,    0,    0,    0,    7,    /* executor */
        0,    0,   0, 8,  0,    0,    0,    9,    0xff, 0xfe, 0xfd, 0xfc, /* longest, deadlines,
                                                                             waiting */
        0,    0,   0, 10, 0x21, 0x22, 0x23, 0x24,                         /* refused, said */
    };
    uint8_t frame[FENCE_ANSWER_LEN];
    (void)state;

    fence_encode(frame, bench_peer_mac, bench_mac, &answer);

    assert_int_equal(sizeof expected, sizeof frame);
    assert_memory_equal(frame, expected, sizeof frame);
}

static void what_is_no_request_is_a_frame_like_any_other(void **state)
{
    uint8_t frame[60] = {0};
    (void)state;
    memcpy(frame, request, sizeof request);
    frame[AX_FRAME_MIN + 2] = 2; /* another version */
    ax_queue_push(&bench_device, frame, sizeof frame);
    bench_run_to_idle();

    assert_int_equal(bench_seen_count, 1);
    assert_int_equal(bench_pull(NULL), -1);
}

static void it_is_answered_by_the_same_number_and_counted_apart(void **state)
{
    (void)state;
    bench_push_fence(42);
    bench_run_to_idle();

    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 42);
    assert_int_equal(bench_pull(NULL), -1);
    struct ax_link_stats stats = ax_link_stats(&bench_link);
    assert_int_equal(stats.fences, 1);
    assert_int_equal(stats.rx_frames + stats.tx_frames, 0);
}

static void the_answer_carries_the_counters(void **state)
{
    uint8_t answer[AX_FRAME_MAX];
    (void)state;
    ax_clock_start_held(77);
    for (uint8_t i = 0; i < 5; i++)
        bench_push(i);
    bench_push_len(3);
    bench_run_to_idle();
    bench_send(1);
    bench_pull(NULL);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_pull(answer), BENCH_FENCE + 1);
    struct ax_exec_stats exec = ax_exec_stats();
    assert_int_equal(bench_number_at(answer, 8), 77);
    assert_int_equal(bench_number_at(answer, 12), 5);
    assert_int_equal(bench_number_at(answer, 16), 1);
    assert_int_equal(bench_number_at(answer, 20), 1);
    assert_in_range(bench_number_at(answer, 24), 1, exec.polls);
    assert_in_range(bench_number_at(answer, 28), 1, exec.wakes);
    assert_in_range(bench_number_at(answer, 32), 1, exec.idles);
    assert_int_equal(bench_number_at(answer, 36), 4);
    assert_int_equal(bench_number_at(answer, 40), 0);
    assert_int_equal(bench_number_at(answer, 44), 0);
}

static void the_answer_carries_what_was_said_by_then(void **state)
{
    uint8_t answer[AX_FRAME_MAX];
    (void)state;
    bench_push_fence(1);
    said = 12;
    bench_run_to_idle();
    said = 13;

    assert_int_equal(bench_pull(answer), BENCH_FENCE + 1);
    assert_int_equal(bench_number_at(answer, 52), 12);
}

static void without_a_console_nothing_was_said(void **state)
{
    uint8_t answer[AX_FRAME_MAX];
    (void)state;
    said = 12;
    bench_start(BENCH_SLOTS);
    assert_int_equal(ax_link_answer_fences(&bench_link, NULL), AX_OK);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_pull(answer), BENCH_FENCE + 1);
    assert_int_equal(bench_number_at(answer, 52), 0);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_says_who_asks_and_the_number),
        TEST(a_request_may_be_padded_or_sent_to_all),
        TEST(what_differs_in_any_byte_before_the_number_is_no_request),
        TEST(what_is_too_short_or_too_long_is_no_request),
        TEST(an_answer_is_laid_out_as_the_protocol_says),
        TEST(what_is_no_request_is_a_frame_like_any_other),
        TEST(it_is_answered_by_the_same_number_and_counted_apart),
        TEST(the_answer_carries_the_counters),
        TEST(the_answer_carries_what_was_said_by_then),
        TEST(without_a_console_nothing_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
