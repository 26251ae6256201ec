/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/link.h>

#include "exec/exec_reset.h"

enum { SLOTS = 3 };

static const uint8_t mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 9};
static struct ax_queue_slot rx[SLOTS], tx[SLOTS];
static struct ax_queue_device queue;
static struct ax_link_device *const device = &queue.device;
static struct ax_task task;

static enum ax_poll wait_for_activity(struct ax_task *self)
{
    (void)ax_event_wait(&device->activity, self->self);
    return AX_PENDING;
}

static bool was_signalled(void)
{
    uint32_t polls = task.polls;

    while (ax_run_once()) {
    }
    return task.polls != polls;
}

static int start(void **state)
{
    (void)state;
    exec_reset();
    ax_queue_device_init(&queue, mac, rx, tx, SLOTS);
    task = (struct ax_task){.poll = wait_for_activity};
    ax_task_start(&task);
    (void)was_signalled();
    return 0;
}

static void push(const char *frame)
{
    assert_int_equal(ax_queue_push(&queue, frame, strlen(frame)), AX_OK);
}

static struct ax_span receive(const char *expected)
{
    struct ax_span frame;

    assert_int_equal(device->ops->receive(device, &frame), AX_OK);
    assert_int_equal(frame.len, strlen(expected));
    assert_memory_equal(frame.at, expected, frame.len);
    return frame;
}

static int send(const char *head, const char *tail)
{
    const struct ax_span pieces[] = {
        {(uint8_t *)(uintptr_t)head, strlen(head)},
        {NULL, 0},
        {(uint8_t *)(uintptr_t)tail, strlen(tail)},
    };

    return device->ops->send(device, pieces, 3);
}

static void it_says_who_it_is_and_how_much_it_lends(void **state)
{
    (void)state;
    assert_memory_equal(device->mac, mac, AX_MAC_LEN);
    assert_int_equal(device->rx_frames, SLOTS);
    assert_true(device->ops->is_up(device));
}

static void what_is_pushed_is_received_in_order(void **state)
{
    (void)state;
    push("one");
    push("two");

    device->ops->release(device, receive("one"));
    device->ops->release(device, receive("two"));
    struct ax_span frame;
    assert_int_equal(device->ops->receive(device, &frame), AX_E_WOULD_BLOCK);
}

static void a_push_signals_activity(void **state)
{
    (void)state;
    push("one");
    assert_true(was_signalled());
    assert_false(was_signalled());
}

static void lent_frames_keep_their_slots(void **state)
{
    (void)state;
    push("one");
    push("two");
    push("three");
    struct ax_span one = receive("one");

    assert_int_equal(ax_queue_push(&queue, "four", 4), AX_E_WOULD_BLOCK);
    device->ops->release(device, one);
    assert_int_equal(ax_queue_push(&queue, "four", 4), AX_OK);
}

static void frames_come_back_in_any_order(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        push("one");
        push("two");
        push("three");
        struct ax_span one = receive("one"), two = receive("two"), three = receive("three");

        device->ops->release(device, three);
        push("four");
        device->ops->release(device, one);
        push("five");
        assert_int_equal(ax_queue_push(&queue, "six", 3), AX_E_WOULD_BLOCK);
        device->ops->release(device, two);
        device->ops->release(device, receive("four"));
        device->ops->release(device, receive("five"));
    }
}

static void giving_a_frame_back_twice_is_a_bug(void **state)
{
    (void)state;
    push("one");
    push("two");
    (void)receive("one");
    struct ax_span two = receive("two");
    device->ops->release(device, two);

    expect_assert_failure(device->ops->release(device, two));
}

static void an_empty_and_a_longest_frame_fit_and_a_longer_one_does_not(void **state)
{
    static const uint8_t bytes[AX_FRAME_MAX + 1];
    (void)state;
    assert_int_equal(ax_queue_push(&queue, NULL, 0), AX_OK);
    assert_int_equal(ax_queue_push(&queue, bytes, AX_FRAME_MAX), AX_OK);
    assert_int_equal(ax_queue_push(&queue, bytes, AX_FRAME_MAX + 1), AX_E_ARG);
}

static void what_is_sent_can_be_pulled_in_order(void **state)
{
    char frame[8];
    (void)state;
    for (int round = 0; round < 4; round++) {
        assert_int_equal(send("a", "b"), AX_OK);
        assert_int_equal(send("cd", ""), AX_OK);
        assert_int_equal(ax_queue_pull(&queue, frame, sizeof frame), 2);
        assert_memory_equal(frame, "ab", 2);
        assert_int_equal(ax_queue_pull(&queue, frame, sizeof frame), 2);
        assert_memory_equal(frame, "cd", 2);
        assert_int_equal(ax_queue_pull(&queue, frame, sizeof frame), AX_E_WOULD_BLOCK);
    }
}

static void what_does_not_fit_the_puller_is_kept(void **state)
{
    char frame[8];
    (void)state;
    send("abc", "d");
    assert_int_equal(ax_queue_pull(&queue, frame, 3), AX_E_SMALL);
    assert_int_equal(ax_queue_pull(&queue, frame, 4), 4);
}

static void a_full_ring_would_block_and_signals_when_there_is_room(void **state)
{
    char frame[8];
    (void)state;
    for (int i = 0; i < SLOTS; i++)
        assert_int_equal(send("a", "b"), AX_OK);
    assert_int_equal(send("a", "b"), AX_E_WOULD_BLOCK);
    assert_false(was_signalled());

    assert_int_equal(ax_queue_pull(&queue, frame, sizeof frame), 2);
    assert_true(was_signalled());
    assert_int_equal(ax_queue_pull(&queue, frame, sizeof frame), 2);
    assert_false(was_signalled());
}

static void a_cable_signals_when_it_moves_and_only_then(void **state)
{
    (void)state;
    ax_queue_set_up(&queue, true);
    assert_false(was_signalled());
    ax_queue_set_up(&queue, false);
    assert_true(was_signalled());
    assert_false(device->ops->is_up(device));
}

#define TEST(name) cmocka_unit_test_setup(name, start)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_says_who_it_is_and_how_much_it_lends),
        TEST(what_is_pushed_is_received_in_order),
        TEST(a_push_signals_activity),
        TEST(lent_frames_keep_their_slots),
        TEST(frames_come_back_in_any_order),
        TEST(giving_a_frame_back_twice_is_a_bug),
        TEST(an_empty_and_a_longest_frame_fit_and_a_longer_one_does_not),
        TEST(what_is_sent_can_be_pulled_in_order),
        TEST(what_does_not_fit_the_puller_is_kept),
        TEST(a_full_ring_would_block_and_signals_when_there_is_room),
        TEST(a_cable_signals_when_it_moves_and_only_then),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
