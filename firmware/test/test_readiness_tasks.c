/* SPDX-License-Identifier: BSD-3-Clause */
/* Other tasks that wait for sources of a readiness driver, and datagrams. */
#include "readiness_bench.h"

static uint8_t got[64];

/* ---- other tasks */

static void any_number_of_tasks_wait_for_a_source(void **unused)
{
    struct watcher waiters[3];
    int source;
    (void)unused;
    source = given_source(&tcp);
    for (unsigned i = 0; i < 3; i++) {
        watcher_start(&waiters[i]);
        assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiters[i].task.self),
                         AX_OK);
    }
    assert_waits();

    net_tcp_received(&tcp, "a", 1);

    assert_true(watcher_was_woken(&watcher));
    for (unsigned i = 0; i < 3; i++) {
        assert_int_not_equal(waiters[i].task.polls, 0);
        watcher_stop(&waiters[i]);
    }
    assert_told(source, EITHER);
}

static void to_wait_for_what_holds_or_is_seen_wakes_at_once(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_WRITABLE, waiter.task.self), AX_OK);
    assert_true(watcher_was_woken(&waiter)); /* seen */
    net_tcp_received(&tcp, "a", 1);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiter.task.self), AX_OK);

    assert_true(watcher_was_woken(&waiter)); /* not seen, but so */
}

static void
whoever_looks_sees_what_the_driver_has_not_told_yet_and_it_tells_all_the_same(void **unused)
{
    struct ax_ready seen;
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_waits();
    net_tcp_received(&tcp, "a", 1);

    assert_int_equal(ax_readiness_look(&driver, source, &seen), AX_OK);

    assert_int_equal(seen.ready, EITHER);
    assert_woken_and_told(source, EITHER);
}

static void what_another_task_has_cleared_is_not_told(void **unused)
{
    struct ax_ready seen;
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_waits();
    net_tcp_received(&tcp, "a", 1);
    assert_int_equal(ax_readiness_look(&driver, source, &seen), AX_OK);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    seen.ready = AX_READABLE;

    assert_int_equal(ax_readiness_clear(&driver, &seen), AX_OK);

    assert_waits();
}

static void after_unwaiting_the_source_wakes_nobody_more(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiter.task.self), AX_OK);

    ax_readiness_unwait(&driver, source, waiter.task.self);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);

    assert_false(watcher_was_woken(&waiter));
}

static void unwaiting_takes_nothing_from_the_driver(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, watcher.task.self), AX_OK);
    assert_waits();

    ax_readiness_unwait(&driver, source, watcher.task.self);
    net_tcp_received(&tcp, "a", 1);

    assert_woken_and_told(source, EITHER);
}

static void whoever_waits_hears_that_the_source_is_gone_or_changed(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiter.task.self), AX_OK);
    assert_int_equal(ax_readiness_reregister(&driver, source, AX_WRITABLE), AX_OK);
    assert_true(watcher_was_woken(&waiter));
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiter.task.self), AX_E_ARG);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_WRITABLE, waiter.task.self), AX_OK);
    assert_false(watcher_was_woken(&waiter));

    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);

    assert_true(watcher_was_woken(&waiter));
}

static void whoever_polls_last_is_woken(void **unused)
{
    (void)unused;
    (void)given_source(&tcp);
    assert_waits();
    assert_int_equal(ax_readiness_poll(&driver, events, EVENTS, waiter.task.self),
                     AX_E_WOULD_BLOCK);

    net_tcp_received(&tcp, "a", 1);

    assert_true(watcher_was_woken(&waiter));
}

/* ---- datagrams */

static void a_datagram_socket_is_writable_when_there_is_room_of_the_length_asked_for(void **unused)
{
    static uint8_t rx[16], tx[16];
    static struct ax_packet rx_slots[2], tx_slots[2];
    static const struct ax_udp_config config = {.rx_storage = rx,
                                                .rx_size = sizeof rx,
                                                .rx_slots = rx_slots,
                                                .rx_slot_count = 2,
                                                .tx_storage = tx,
                                                .tx_size = sizeof tx,
                                                .tx_slots = tx_slots,
                                                .tx_slot_count = 2};
    static const struct ax_endpoint here = {0, 7}, there = {PEER_ADDR, PEER_PORT};
    static struct ax_udp udp;
    struct ax_span room;
    int source;
    (void)unused;
    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    assert_int_equal(ax_udp_send(&udp, &there, "0123456789", 10, NULL), AX_OK);
    fake_stack_run();
    source = ax_readiness_register_udp(&driver, &udp, EITHER, 12, &a_token);
    assert_int_equal(ax_readiness_register_udp(&driver, &udp, EITHER, 12, NULL), AX_E_IN_USE);
    assert_waits();

    net_udp_left(&udp);
    assert_woken_and_told(source, AX_WRITABLE);
    assert_int_equal(clear(EITHER), AX_OK);
    assert_told(source, AX_WRITABLE);
    assert_int_equal(net_udp_room(&udp, 3, &room), AX_OK);
    net_udp_received(&udp, 3, &there, &here);

    assert_woken_and_told(source, EITHER);
    source = ax_readiness_register_udp(&driver, &udp, AX_WRITABLE, 6, NULL);
    assert_woken_and_told(source, AX_WRITABLE); /* for another length */
    ax_udp_close(&udp);
    fake_stack_run();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(any_number_of_tasks_wait_for_a_source),
        TEST(to_wait_for_what_holds_or_is_seen_wakes_at_once),
        TEST(whoever_looks_sees_what_the_driver_has_not_told_yet_and_it_tells_all_the_same),
        TEST(what_another_task_has_cleared_is_not_told),
        TEST(after_unwaiting_the_source_wakes_nobody_more),
        TEST(unwaiting_takes_nothing_from_the_driver),
        TEST(whoever_waits_hears_that_the_source_is_gone_or_changed),
        TEST(whoever_polls_last_is_woken),
        TEST(a_datagram_socket_is_writable_when_there_is_room_of_the_length_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
