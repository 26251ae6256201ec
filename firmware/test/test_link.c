/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/timer.h>

#include "fake_port.h"
#include "link_bench.h"

static int start(void **state)
{
    (void)state;
    bench_start(BENCH_SLOTS);
    return 0;
}

static struct ax_link_stats stats(void) { return ax_link_stats(&bench_link); }

static void push_many(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        bench_push((uint8_t)i);
}

static void frames_reach_the_stack_in_order(void **state)
{
    (void)state;
    push_many(20);
    bench_run_to_idle();

    assert_int_equal(bench_seen_count, 20);
    for (uint8_t i = 0; i < 20; i++)
        assert_int_equal(bench_seen[i], i);
    assert_int_equal(stats().rx_frames, 20);
}

static void one_poll_takes_no_more_than_it_was_told_to(void **state)
{
    (void)state;
    push_many(10);

    assert_int_equal(link_intake(&bench_link, 4), 4);
    assert_int_equal(ax_link_waiting(&bench_link), 4);
    assert_true(link_has_more(&bench_link));
}

static void frames_dropped_count_as_looked_at(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++)
        bench_push_len(1);

    assert_int_equal(link_intake(&bench_link, 4), 0);
    assert_int_equal(stats().rx_dropped_size, 4);
    assert_true(link_has_more(&bench_link));
}

static void with_the_device_empty_there_is_no_more(void **state)
{
    (void)state;
    push_many(4);
    assert_int_equal(link_intake(&bench_link, 4), 4);
    assert_true(link_has_more(&bench_link)); /* it has not found it empty yet */

    assert_int_equal(link_intake(&bench_link, 4), 0);
    assert_false(link_has_more(&bench_link));
}

static void it_takes_no_more_than_the_queue_holds(void **state)
{
    (void)state;
    push_many(AX_LINK_RX_QUEUE + 6);

    assert_int_equal(link_intake(&bench_link, 1000), AX_LINK_RX_QUEUE);
    assert_int_equal(link_intake(&bench_link, 1000), 0);
    assert_false(link_has_more(&bench_link));
    assert_int_equal(stats().rx_dropped_queue, 0);

    struct ax_span frame;
    assert_int_equal(link_next(&bench_link, &frame), AX_OK);
    link_release(&bench_link, frame);
    assert_true(link_has_more(&bench_link));
    bench_run_to_idle();
    assert_int_equal(stats().rx_frames, AX_LINK_RX_QUEUE + 6);
}

static void an_empty_queue_would_block(void **state)
{
    struct ax_span frame;
    (void)state;
    assert_int_equal(link_next(&bench_link, &frame), AX_E_WOULD_BLOCK);
    assert_int_equal(stats().rx_frames, 0);
}

static void wrong_sizes_are_dropped_and_counted(void **state)
{
    (void)state;
    bench_push_len(0);
    bench_push_len(AX_FRAME_MIN - 1);
    bench_push_len(AX_FRAME_MIN);
    bench_push_len(AX_FRAME_MAX);
    bench_run_to_idle();

    assert_int_equal(stats().rx_dropped_size, 2);
    assert_int_equal(stats().rx_frames, 2);
}

/* A device whose only frame is longer than any may be. */
static int receive_one_too_long(struct ax_link_device *device, struct ax_span *frame)
{
    static uint8_t bytes[AX_FRAME_MAX + 1];

    if (device->rx_frames == 0)
        return AX_E_WOULD_BLOCK;
    device->rx_frames = 0;
    *frame = (struct ax_span){bytes, sizeof bytes};
    return AX_OK;
}

static void release_nothing(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    (void)frame;
}

static void a_frame_longer_than_any_may_be_is_dropped_and_counted(void **state)
{
    static const struct ax_link_ops ops = {.receive = receive_one_too_long,
                                           .release = release_nothing};
    struct ax_link_device device = {.ops = &ops, .rx_frames = 1};
    struct ax_link link;
    (void)state;
    ax_link_init(&link, &device);

    assert_int_equal(link_intake(&link, 2), 0);
    assert_int_equal(ax_link_stats(&link).rx_dropped_size, 1);
}

static void with_the_cable_out_frames_are_dropped_either_way(void **state)
{
    (void)state;
    ax_queue_set_up(&bench_device, false);
    push_many(3);
    bench_run_to_idle();

    assert_int_equal(bench_send(1), AX_OK);

    assert_int_equal(stats().rx_dropped_down, 3);
    assert_int_equal(stats().tx_dropped_down, 1);
    assert_int_equal(stats().rx_frames + stats().tx_frames, 0);
    assert_int_equal(bench_pull(NULL), -1);
}

static void a_cable_that_moves_wakes_the_stack(void **state)
{
    (void)state;
    uint32_t polls = bench_net.polls;

    ax_queue_set_up(&bench_device, false);
    bench_run_to_idle();

    assert_int_equal(bench_net.polls, polls + 1);
    assert_false(link_is_cable_in(&bench_link));
}

/* A cable that goes in the moment after it was asked for. */
static bool is_out_and_then_in(struct ax_link_device *device)
{
    (void)device;
    if (!bench_device.down)
        return true;
    ax_queue_set_up(&bench_device, true);
    return false;
}

static bool was_seen_in;

static enum ax_poll watch_cable(struct ax_task *task)
{
    was_seen_in = ax_link_watch_cable(&bench_link, task->self);
    return AX_PENDING;
}

static void a_cable_that_moves_behind_the_look_wakes_who_watches_it(void **state)
{
    struct ax_task watcher = {.poll = watch_cable};
    struct ax_link_ops ops = *bench_device.device.ops;
    (void)state;
    ops.is_up = is_out_and_then_in;
    bench_device.device.ops = &ops;
    ax_task_stop(&bench_net);
    ax_queue_set_up(&bench_device, false);
    assert_int_equal(ax_task_start(&watcher), AX_OK);
    bench_run_to_idle();

    assert_true(was_seen_in);
    ax_task_stop(&watcher);
}

static void what_the_stack_made_of_the_cable_is_shown(void **state)
{
    (void)state;
    assert_false(ax_link_is_up(&bench_link));
    link_set_up(&bench_link, true);
    assert_true(ax_link_is_up(&bench_link));
}

static void a_frame_without_a_buffer_counts_as_dropped_only(void **state)
{
    struct ax_span frame;
    (void)state;
    bench_push(1);
    link_intake(&bench_link, 1);
    assert_int_equal(link_next(&bench_link, &frame), AX_OK);

    link_drop_alloc(&bench_link, frame);

    assert_int_equal(stats().rx_frames, 0);
    assert_int_equal(stats().rx_dropped_alloc, 1);
    push_many(BENCH_SLOTS); /* and its slot is free again */
}

static void by_hand_frames_wait_in_the_queue(void **state)
{
    (void)state;
    link_set_by_hand(&bench_link, true);
    push_many(10);
    bench_run_to_idle();

    assert_int_equal(bench_seen_count, 0);
    assert_int_equal(ax_link_waiting(&bench_link), 10);
    assert_int_equal(stats().rx_frames, 0);
}

static void by_hand_frames_that_find_the_queue_full_are_dropped(void **state)
{
    (void)state;
    link_set_by_hand(&bench_link, true);
    push_many(AX_LINK_RX_QUEUE + 3);
    bench_run_to_idle();

    assert_int_equal(ax_link_waiting(&bench_link), AX_LINK_RX_QUEUE);
    assert_int_equal(stats().rx_dropped_queue, 3);
}

static void sent_frames_are_gathered_and_counted(void **state)
{
    (void)state;
    assert_int_equal(bench_send(7), AX_OK);
    assert_int_equal(bench_pull(NULL), 7);
    assert_int_equal(stats().tx_frames, 1);
}

static void a_full_transmit_ring_would_block_and_wakes_when_there_is_room(void **state)
{
    (void)state;
    bench_start(2);
    assert_int_equal(bench_send(1), AX_OK);
    assert_int_equal(bench_send(2), AX_OK);
    uint32_t polls = bench_net.polls;

    assert_int_equal(bench_send(3), AX_E_WOULD_BLOCK);
    assert_int_equal(stats().tx_full, 1);
    assert_int_equal(stats().tx_frames, 2);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls);

    assert_int_equal(bench_pull(NULL), 1);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls + 1);
}

static void sending_what_is_no_frame_is_a_bug(void **state)
{
    static uint8_t bytes[AX_FRAME_MAX + 1];
    struct ax_span longest = {bytes, sizeof bytes}, shortest = {bytes, AX_FRAME_MIN - 1};
    (void)state;
    expect_assert_failure(link_send(&bench_link, &longest, 1));
    expect_assert_failure(link_send(&bench_link, &shortest, 1));
}

static void only_frames_taken_by_the_device_mark_the_clock(void **state)
{
    struct ax_advance how = {.ms = 5, .until_marked = true};
    struct ax_timer timer = {0};
    (void)state;
    ax_clock_hold();
    for (int cable = 0; cable <= 1; cable++) {
        ax_queue_set_up(&bench_device, cable);
        ax_timer_arm_in(&timer, 1, 0);
        assert_int_equal(ax_clock_advance(&how, 0), AX_OK);
        while (!ax_timer_has_fired(&timer))
            ax_run_once();
        bench_send(1);
        bench_run_to_idle();
        assert_int_equal(ax_clock_advanced().marked, cable);
    }
}

static void during_an_advance_frames_wait_and_come_in_at_its_end(void **state)
{
    struct ax_advance how = {.ms = 100};
    struct ax_timer timer = {0};
    (void)state;
    ax_clock_hold();
    ax_timer_arm_in(&timer, 50, bench_net.self);
    assert_int_equal(ax_clock_advance(&how, 0), AX_OK);
    bench_push(1);

    while (ax_clock_is_advancing()) {
        assert_int_equal(bench_seen_count, 0);
        ax_run_once();
    }
    bench_run_to_idle();
    assert_int_equal(bench_seen_count, 1);
}

static void forced_allocation_failures_drop_that_many(void **state)
{
    (void)state;
    ax_link_fault_rx_alloc(&bench_link, 2);
    push_many(3);
    bench_run_to_idle();

    assert_int_equal(stats().rx_dropped_alloc, 2);
    assert_int_equal(bench_seen_count, 1);
    assert_int_equal(bench_seen[0], 2);
}

static void forced_allocation_failures_can_last(void **state)
{
    (void)state;
    ax_link_fault_rx_alloc(&bench_link, AX_FAULT_ALL);
    push_many(50);
    bench_run_to_idle();
    assert_int_equal(stats().rx_dropped_alloc, 50);

    ax_link_fault_rx_alloc(&bench_link, 0);
    bench_push(1);
    bench_run_to_idle();
    assert_int_equal(bench_seen_count, 1);
}

static void deferred_frames_are_not_noticed_until_told(void **state)
{
    (void)state;
    ax_link_fault_rx_defer(&bench_link, true);
    push_many(3);
    bench_run_to_idle();
    assert_int_equal(bench_seen_count, 0);
    assert_int_equal(ax_link_waiting(&bench_link), 3);

    ax_link_fault_rx_defer(&bench_link, false);
    bench_run_to_idle();
    assert_int_equal(bench_seen_count, 3);
}

static void a_forced_full_ring_refuses_that_many_and_each_is_worth_another_try(void **state)
{
    (void)state;
    uint32_t polls = bench_net.polls;
    ax_link_fault_tx_full(&bench_link, 2);

    assert_int_equal(bench_send(1), AX_E_WOULD_BLOCK);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls + 1);
    assert_int_equal(bench_send(1), AX_E_WOULD_BLOCK);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls + 2);
    assert_int_equal(bench_send(1), AX_OK);
    assert_int_equal(stats().tx_full, 2);
}

static void a_forced_full_ring_lasts_until_lifted(void **state)
{
    (void)state;
    uint32_t polls = bench_net.polls;
    ax_link_fault_tx_full(&bench_link, AX_FAULT_ALL);
    for (int i = 0; i < 100; i++)
        assert_int_equal(bench_send(1), AX_E_WOULD_BLOCK);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls);

    ax_link_fault_tx_full(&bench_link, 0);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls + 1);
    assert_int_equal(bench_send(1), AX_OK);
}

static void a_bounded_ring_takes_that_many_more_and_then_is_full(void **state)
{
    (void)state;
    uint32_t polls = bench_net.polls;

    ax_link_fault_tx_room(&bench_link, 2);
    bench_run_to_idle();
    assert_int_equal(bench_net.polls, polls + 1);
    assert_int_equal(bench_send(1), AX_OK);
    assert_int_equal(bench_send(1), AX_OK);
    assert_int_equal(bench_send(1), AX_E_WOULD_BLOCK);
    assert_int_equal(bench_send(1), AX_E_WOULD_BLOCK);
    ax_link_fault_tx_room(&bench_link, AX_FAULT_ALL);
    for (int i = 0; i < 10; i++)
        assert_int_equal(bench_send(1), AX_OK);
    assert_int_equal(stats().tx_full, 2);
}

static void every_frame_is_in_exactly_one_counter(void **state)
{
    (void)state;
    ax_link_fault_rx_alloc(&bench_link, 1);
    push_many(2);
    bench_push_len(3);
    bench_run_to_idle();
    ax_queue_set_up(&bench_device, false);
    push_many(2);
    bench_run_to_idle();

    struct ax_link_stats s = stats();
    assert_int_equal(s.rx_frames, 1);
    assert_int_equal(s.rx_dropped_alloc, 1);
    assert_int_equal(s.rx_dropped_size, 1);
    assert_int_equal(s.rx_dropped_down, 2);
    assert_int_equal(s.rx_dropped_queue, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(frames_reach_the_stack_in_order),
        TEST(one_poll_takes_no_more_than_it_was_told_to),
        TEST(frames_dropped_count_as_looked_at),
        TEST(with_the_device_empty_there_is_no_more),
        TEST(it_takes_no_more_than_the_queue_holds),
        TEST(an_empty_queue_would_block),
        TEST(wrong_sizes_are_dropped_and_counted),
        TEST(a_frame_longer_than_any_may_be_is_dropped_and_counted),
        TEST(with_the_cable_out_frames_are_dropped_either_way),
        TEST(a_cable_that_moves_wakes_the_stack),
        TEST(a_cable_that_moves_behind_the_look_wakes_who_watches_it),
        TEST(what_the_stack_made_of_the_cable_is_shown),
        TEST(a_frame_without_a_buffer_counts_as_dropped_only),
        TEST(by_hand_frames_wait_in_the_queue),
        TEST(by_hand_frames_that_find_the_queue_full_are_dropped),
        TEST(sent_frames_are_gathered_and_counted),
        TEST(a_full_transmit_ring_would_block_and_wakes_when_there_is_room),
        TEST(sending_what_is_no_frame_is_a_bug),
        TEST(only_frames_taken_by_the_device_mark_the_clock),
        TEST(during_an_advance_frames_wait_and_come_in_at_its_end),
        TEST(forced_allocation_failures_drop_that_many),
        TEST(forced_allocation_failures_can_last),
        TEST(deferred_frames_are_not_noticed_until_told),
        TEST(a_forced_full_ring_refuses_that_many_and_each_is_worth_another_try),
        TEST(a_forced_full_ring_lasts_until_lifted),
        TEST(a_bounded_ring_takes_that_many_more_and_then_is_full),
        TEST(every_frame_is_in_exactly_one_counter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
