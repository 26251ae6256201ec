/* SPDX-License-Identifier: BSD-3-Clause */
/* When a fence is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/timer.h>

#include "fake_port.h"
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

/* A task of a higher slot that is woken by the frames before the fence and works
 * for a while, then says so on the wire. */
static struct ax_task worker;
static unsigned work_left;

static enum ax_poll work(struct ax_task *task)
{
    if (work_left == 0)
        return AX_PENDING;
    if (--work_left == 0)
        bench_send('w');
    ax_wake(task->self);
    return AX_PENDING;
}

static void given_work_under_way(unsigned rounds)
{
    work_left = rounds;
    worker = (struct ax_task){.poll = work};
    assert_int_equal(ax_task_start(&worker), AX_OK);
}

static void it_is_answered_when_every_task_has_run_to_idle(void **state)
{
    (void)state;
    given_work_under_way(30);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_pull(NULL), 'w');
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 1);
}

static void a_spurious_poll_answers_nothing(void **state)
{
    (void)state;
    given_work_under_way(30);
    bench_push_fence(1);
    for (int i = 0; i < 20; i++) {
        ax_run_once();
        ax_wake(bench_link.fence_task.self);
        assert_int_equal(bench_pull(NULL), -1);
    }
}

static void nothing_behind_it_is_taken_in_before_it_is_answered(void **state)
{
    (void)state;
    given_work_under_way(30);
    bench_push(1);
    bench_push_fence(2);
    bench_push(3);

    while (work_left > 0) {
        ax_run_once();
        assert_in_range(bench_seen_count, 0, 1);
        assert_false(link_has_more(&bench_link) && bench_link.fence_pending);
    }
    bench_run_to_idle();
    assert_int_equal(bench_seen_count, 2);
    assert_int_equal(bench_seen[1], 3);
}

static void several_are_answered_one_by_one(void **state)
{
    (void)state;
    for (uint32_t i = 1; i <= 5; i++)
        bench_push_fence(i);
    bench_run_to_idle();

    for (int i = 1; i <= 5; i++)
        assert_int_equal(bench_pull(NULL), BENCH_FENCE + i);
}

static void due_deadlines_fire_before_it_is_answered(void **state)
{
    struct ax_timer timer = {0};
    (void)state;
    ax_timer_arm_in(&timer, 5, 0);
    fake_now_ms = 5;
    bench_push_fence(1);

    while (bench_pull(NULL) == -1)
        assert_true(ax_run_once());
    assert_true(ax_timer_has_fired(&timer));
}

static void it_waits_for_the_end_of_an_advance(void **state)
{
    struct ax_advance how = {.ms = 100};
    struct ax_timer timer = {0};
    uint8_t answer[AX_FRAME_MAX];
    (void)state;
    ax_clock_start_held(0);
    ax_timer_arm_in(&timer, 50, bench_net.self);
    assert_int_equal(ax_clock_advance(&how, 0), AX_OK);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_pull(answer), BENCH_FENCE + 1);
    assert_int_equal(bench_number_at(answer, 8), 100);
}

static void by_hand_it_is_answered_at_once_and_says_how_many_wait(void **state)
{
    uint8_t answer[AX_FRAME_MAX];
    (void)state;
    link_set_by_hand(&bench_link, true);
    for (uint8_t i = 0; i < 7; i++)
        bench_push(i);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_pull(answer), BENCH_FENCE + 1);
    assert_int_equal(bench_number_at(answer, 44), 7);
    assert_int_equal(bench_number_at(answer, 12), 0);
}

static void by_hand_it_is_seen_behind_more_frames_than_the_device_lends(void **state)
{
    (void)state;
    bench_start(4);
    assert_int_equal(ax_link_answer_fences(&bench_link, &said), AX_OK);
    link_set_by_hand(&bench_link, true);
    for (uint8_t i = 0; i < 10; i++) {
        bench_push(i);
        bench_run_to_idle();
    }

    bench_push_fence(1);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 1);
    assert_int_equal(ax_link_waiting(&bench_link), 3);
    assert_int_equal(ax_link_stats(&bench_link).rx_dropped_queue, 7);
}

static void not_by_hand_it_waits_until_the_queue_is_empty(void **state)
{
    struct ax_span frame;
    (void)state;
    ax_task_stop(&bench_net);
    bench_push(1);
    bench_push(2);
    bench_push_fence(3);
    link_intake(&bench_link, 10);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), -1);

    for (int i = 0; i < 2; i++) {
        assert_int_equal(link_next(&bench_link, &frame), AX_OK);
        link_release(&bench_link, frame);
        assert_int_equal(bench_pull(NULL), -1);
    }
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 3);
}

static void leaving_the_hand_with_frames_queued_it_waits_again(void **state)
{
    struct ax_span frame;
    (void)state;
    ax_task_stop(&bench_net);
    link_set_by_hand(&bench_link, true);
    bench_push(1);
    bench_push_fence(2);
    link_intake(&bench_link, 10);
    link_set_by_hand(&bench_link, false);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), -1);

    assert_int_equal(link_next(&bench_link, &frame), AX_OK);
    link_release(&bench_link, frame);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 2);
}

static void with_the_transmit_ring_full_it_is_answered_when_there_is_room(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BENCH_SLOTS; i++)
        assert_int_equal(bench_send(1), AX_OK);
    bench_push_fence(2);
    bench_run_to_idle(); /* and it does not spin */
    assert_int_equal(ax_link_stats(&bench_link).fences, 0);
    assert_int_equal(ax_link_stats(&bench_link).tx_full, 0);

    for (unsigned i = 0; i < BENCH_SLOTS; i++)
        assert_int_equal(bench_pull(NULL), 1);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 2);
}

/* A device that is full once, and has room again before it says so. */
static const struct ax_link_ops *queue_ops;
static unsigned refusals, left_to_say;

static int send_or_refuse(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    if (refusals == 0)
        return queue_ops->send(device, pieces, count);
    refusals--;
    return AX_E_WOULD_BLOCK;
}

static enum ax_poll say(struct ax_task *task)
{
    link_wait(&bench_link, task->self);
    (void)link_intake(&bench_link, 1);
    while (left_to_say != 0 && bench_send('s') == AX_OK)
        left_to_say--;
    return AX_PENDING;
}

static void what_was_refused_comes_first_though_there_is_room_already(void **state)
{
    struct ax_task talker = {.poll = say};
    struct ax_link_ops ops;
    (void)state;
    queue_ops = bench_device.device.ops;
    ops = *queue_ops;
    ops.send = send_or_refuse;
    bench_device.device.ops = &ops;
    ax_task_stop(&bench_net);
    assert_int_equal(ax_task_start(&talker), AX_OK);
    bench_run_to_idle();

    refusals = 1;
    left_to_say = 2;
    bench_push_fence(3);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), -1);

    ax_event_signal(&bench_device.device.activity);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), 's');
    assert_int_equal(bench_pull(NULL), 's');
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 3);
    ax_task_stop(&talker);
}

static void faults_do_not_touch_it(void **state)
{
    (void)state;
    ax_link_fault_tx_full(&bench_link, AX_FAULT_ALL);
    ax_link_fault_rx_alloc(&bench_link, AX_FAULT_ALL);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 1);
}

static void its_answer_does_not_mark_the_clock(void **state)
{
    struct ax_advance how = {.ms = 100, .until_marked = true};
    struct ax_timer timer = {0};
    (void)state;
    bench_push_fence(1);
    ax_run_once(); /* it is noted, not yet answered */
    assert_true(bench_link.fence_pending);
    ax_clock_hold();
    ax_timer_arm_in(&timer, 10, 0);
    assert_int_equal(ax_clock_advance(&how, 0), AX_OK);
    bench_run_to_idle();

    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 1);
    assert_false(ax_clock_advanced().marked);
}

static void with_the_cable_out_it_is_lost(void **state)
{
    (void)state;
    ax_queue_set_up(&bench_device, false);
    bench_push_fence(1);
    bench_run_to_idle();
    ax_queue_set_up(&bench_device, true);
    bench_run_to_idle();

    assert_int_equal(bench_pull(NULL), -1);
    assert_int_equal(ax_link_stats(&bench_link).rx_dropped_down, 0);
    bench_push_fence(2);
    bench_run_to_idle();
    assert_int_equal(bench_pull(NULL), BENCH_FENCE + 2);
}

static void with_the_cable_pulled_behind_it_its_answer_is_lost(void **state)
{
    (void)state;
    bench_push_fence(1);
    bench_push(2);
    ax_run_once(); /* it is noted, not yet answered */
    ax_queue_set_up(&bench_device, false);
    bench_run_to_idle();
    ax_queue_set_up(&bench_device, true);
    bench_run_to_idle();

    assert_int_equal(bench_pull(NULL), -1);
    assert_int_equal(ax_link_stats(&bench_link).rx_dropped_down, 1);
    assert_int_equal(ax_link_stats(&bench_link).fences, 0);
}

static void an_image_that_answers_none_hands_them_to_the_stack(void **state)
{
    (void)state;
    bench_start(BENCH_SLOTS);
    bench_push_fence(1);
    bench_run_to_idle();

    assert_int_equal(bench_seen_count, 1);
    assert_int_equal(bench_pull(NULL), -1);
}

static enum ax_poll do_nothing(struct ax_task *task)
{
    (void)task;
    return AX_PENDING;
}

static void answering_needs_a_task_slot(void **state)
{
    static struct ax_task others[AX_TASKS_MAX];
    (void)state;
    bench_start(BENCH_SLOTS);
    for (unsigned i = 0; i < AX_TASKS_MAX - 1; i++) {
        others[i] = (struct ax_task){.poll = do_nothing};
        assert_int_equal(ax_task_start(&others[i]), AX_OK);
    }

    assert_int_equal(ax_link_answer_fences(&bench_link, &said), AX_E_MEMORY);
    ax_task_stop(&others[0]);
    assert_int_equal(ax_link_answer_fences(&bench_link, &said), AX_OK);
    assert_int_equal(ax_link_answer_fences(&bench_link, &said), AX_OK);
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_answered_when_every_task_has_run_to_idle),
        TEST(a_spurious_poll_answers_nothing),
        TEST(nothing_behind_it_is_taken_in_before_it_is_answered),
        TEST(several_are_answered_one_by_one),
        TEST(due_deadlines_fire_before_it_is_answered),
        TEST(it_waits_for_the_end_of_an_advance),
        TEST(by_hand_it_is_answered_at_once_and_says_how_many_wait),
        TEST(by_hand_it_is_seen_behind_more_frames_than_the_device_lends),
        TEST(not_by_hand_it_waits_until_the_queue_is_empty),
        TEST(leaving_the_hand_with_frames_queued_it_waits_again),
        TEST(with_the_transmit_ring_full_it_is_answered_when_there_is_room),
        TEST(what_was_refused_comes_first_though_there_is_room_already),
        TEST(faults_do_not_touch_it),
        TEST(its_answer_does_not_mark_the_clock),
        TEST(with_the_cable_out_it_is_lost),
        TEST(with_the_cable_pulled_behind_it_its_answer_is_lost),
        TEST(an_image_that_answers_none_hands_them_to_the_stack),
        TEST(answering_needs_a_task_slot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
