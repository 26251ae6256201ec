/* SPDX-License-Identifier: BSD-3-Clause */
/* What became of a datagram, over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ax/udp_future.h>

#include "fake_stack.h"

enum { SIZE = 100, SLOTS = 3 };

static struct ax_udp udp;
static struct watcher watcher;
static uint8_t rx[SIZE], tx[SIZE];
static struct ax_packet rx_slots[1], tx_slots[SLOTS];

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};
static const struct ax_endpoint here = {0, 7};

static int setup(void **unused)
{
    static const struct ax_udp_config config = {.rx_storage = rx,
                                                .rx_size = SIZE,
                                                .rx_slots = rx_slots,
                                                .rx_slot_count = 1,
                                                .tx_storage = tx,
                                                .tx_size = SIZE,
                                                .tx_slots = tx_slots,
                                                .tx_slot_count = SLOTS};

    (void)unused;
    fake_stack_start();
    fake_held_id = 0;
    watcher_start(&watcher);
    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_follow(&udp), AX_E_STATE);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    fake_stack_run();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_udp_close(&udp);
    fake_stack_run();
    watcher_stop(&watcher);
    return 0;
}

static void followed(void) { assert_int_equal(ax_udp_follow(&udp), AX_OK); }

static uint32_t queued(void)
{
    uint32_t id = 0;

    assert_int_equal(ax_udp_send(&udp, &peer, "a", 1, &id), AX_OK);
    return id;
}

static uint32_t sent(void)
{
    uint32_t id = queued();

    net_udp_left(&udp);
    net_udp_sent(&udp);
    return id;
}

static uint32_t held(void)
{
    fake_held_id = queued();
    net_udp_left(&udp);
    return fake_held_id;
}

static void given_up(uint32_t id)
{
    fake_held_id = 0;
    net_udp_unreachable(&udp, id);
}

#define assert_status(id, status) assert_int_equal(ax_udp_status(&udp, id), status)

static void a_datagram_is_queued_and_then_sent(void **unused)
{
    uint32_t first, second;

    (void)unused;
    followed();
    first = queued();
    second = queued();
    net_udp_left(&udp);
    net_udp_sent(&udp);
    assert_status(first, AX_UDP_SENT);
    assert_status(second, AX_UDP_QUEUED);
}

static void one_that_is_held_leaves_or_is_given_up(void **unused)
{
    uint32_t first, second;

    (void)unused;
    followed();
    first = held();
    assert_status(first, AX_UDP_HELD);
    fake_held_id = 0;
    net_udp_sent_late(&udp);
    assert_status(first, AX_UDP_SENT);
    second = held();
    given_up(second);
    assert_status(second, AX_UDP_UNREACHABLE);
    assert_status(first, AX_UDP_SENT);
}

/* As the stack does when it gives a datagram up in the middle of its fragments. */
static void one_given_up_before_it_left_is_queued_until_it_leaves(void **unused)
{
    uint32_t id;

    (void)unused;
    followed();
    id = queued();
    given_up(id);
    assert_status(id, AX_UDP_QUEUED);
    net_udp_left(&udp);
    assert_status(id, AX_UDP_UNREACHABLE);
}

static void as_many_are_known_as_there_are_slots(void **unused)
{
    uint32_t first, last = 0;

    (void)unused;
    followed();
    first = sent();
    for (int i = 1; i < SLOTS; i++)
        last = sent();
    assert_status(first, AX_UDP_SENT);
    last = sent();
    assert_status(first, AX_UDP_TOO_OLD);
    assert_status(first + 1, AX_UDP_SENT);
    assert_status(last + 1, AX_UDP_TOO_OLD);
    assert_status(0, AX_UDP_TOO_OLD);
}

static void of_what_was_sent_before_nobody_knows(void **unused)
{
    uint32_t before, waiting;

    (void)unused;
    before = sent();
    waiting = queued();
    assert_status(waiting, AX_UDP_TOO_OLD);
    followed();
    assert_status(before, AX_UDP_TOO_OLD);
    assert_status(waiting, AX_UDP_QUEUED);
    followed();
    net_udp_left(&udp);
    followed();
    assert_status(waiting, AX_UDP_SENT);
}

static void what_is_dropped_by_closing_was_never_sent(void **unused)
{
    uint32_t id;

    (void)unused;
    followed();
    id = queued();
    ax_udp_close(&udp);
    assert_status(id, AX_UDP_TOO_OLD);
    fake_stack_run();
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    assert_status(id, AX_UDP_TOO_OLD);
    followed();
    assert_status(id, AX_UDP_TOO_OLD);
}

static void whoever_waits_for_it_is_woken_by_each_end(void **unused)
{
    uint32_t id;

    (void)unused;
    followed();
    id = queued();
    ax_udp_wait_sent(&udp, id, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    net_udp_left(&udp);
    assert_true(watcher_was_woken(&watcher));
    id = held();
    ax_udp_wait_sent(&udp, id, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    given_up(id);
    assert_true(watcher_was_woken(&watcher));
    ax_udp_wait_sent(&udp, id, watcher.task.self);
    assert_true(watcher_was_woken(&watcher));
    id = held();
    ax_udp_wait_sent(&udp, id, watcher.task.self);
    net_udp_sent_late(&udp);
    assert_true(watcher_was_woken(&watcher));
    id = held();
    ax_udp_wait_sent(&udp, id, watcher.task.self);
    ax_udp_unwait(&udp, watcher.task.self);
    given_up(id);
    assert_false(watcher_was_woken(&watcher));
}

static int poll(struct ax_udp_future *future)
{
    return ax_future_poll(&future->future, watcher.task.self);
}

static void a_future_of_it_is_done_when_it_is(void **unused)
{
    struct ax_udp_future of_sent, of_held;
    uint32_t id;

    (void)unused;
    followed();
    ax_sent(&of_sent, &udp, queued());
    assert_int_equal(poll(&of_sent), AX_E_WOULD_BLOCK);
    net_udp_left(&udp);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(&of_sent), AX_OK);
    id = held();
    ax_sent(&of_held, &udp, id);
    assert_int_equal(poll(&of_held), AX_E_WOULD_BLOCK);
    given_up(id);
    assert_int_equal(poll(&of_held), AX_E_UNREACHABLE);
}

static void a_future_says_when_nobody_knows(void **unused)
{
    struct ax_udp_future future;

    (void)unused;
    followed();
    ax_sent(&future, &udp, 77);
    assert_int_equal(poll(&future), AX_E_MEMORY);
    ax_sent(&future, &udp, queued());
    assert_int_equal(poll(&future), AX_E_WOULD_BLOCK);
    ax_udp_close(&udp);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(&future), AX_E_STATE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_datagram_is_queued_and_then_sent),
        TEST(one_that_is_held_leaves_or_is_given_up),
        TEST(one_given_up_before_it_left_is_queued_until_it_leaves),
        TEST(as_many_are_known_as_there_are_slots),
        TEST(of_what_was_sent_before_nobody_knows),
        TEST(what_is_dropped_by_closing_was_never_sent),
        TEST(whoever_waits_for_it_is_woken_by_each_end),
        TEST(a_future_of_it_is_done_when_it_is),
        TEST(a_future_says_when_nobody_knows),
    };

    return cmocka_run_group_tests_name("udp status", tests, NULL, NULL);
}
