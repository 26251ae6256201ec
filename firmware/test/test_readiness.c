/* SPDX-License-Identifier: BSD-3-Clause */
/* The readiness driver over sockets over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/readiness.h>

#include "fake_stack.h"

enum { PLACES = 4, EVENTS = 8, EITHER = AX_READABLE | AX_WRITABLE };

static struct ax_source places[PLACES];
static struct ax_readiness driver;
static struct ax_ready events[EVENTS];
static struct ax_tcp tcp, tcps[PLACES];
static struct watcher watcher, waiter;
static uint8_t got[64];
static int a_token, another_token;

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    ax_readiness_init(&driver, places, PLACES);
    watcher_start(&watcher);
    watcher_start(&waiter);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_tcp_destroy(&tcp);
    for (unsigned i = 0; i < PLACES; i++)
        ax_tcp_destroy(&tcps[i]);
    fake_stack_run();
    watcher_stop(&waiter);
    watcher_stop(&watcher);
    return 0;
}

static int poll(void) { return ax_readiness_poll(&driver, events, EVENTS, watcher.task.self); }

/* Nothing to tell, and whoever polls sleeps. */
static void assert_waits(void)
{
    (void)watcher_was_woken(&watcher); /* forgets what came before */
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));
}

/* One event, of `source`. */
static void assert_told(int source, unsigned ready)
{
    assert_int_equal(poll(), 1);
    assert_int_equal(events[0].source, source);
    assert_int_equal(events[0].ready, ready);
}

static void assert_woken_and_told(int source, unsigned ready)
{
    assert_true(watcher_was_woken(&watcher));
    assert_told(source, ready);
}

static int clear(unsigned interest)
{
    events[0].ready = interest;
    return ax_readiness_clear(&driver, &events[0]);
}

/* An established connection, registered for both ways; what was ready is told. */
static int given_source(struct ax_tcp *of)
{
    int source;

    given_established(of, 16, 4);
    source = ax_readiness_register_tcp(&driver, of, EITHER, &a_token);
    assert_true(source > 0);
    assert_told(source, AX_WRITABLE);
    return source;
}

/* ---- events */

static void what_holds_when_it_is_registered_is_told(void **unused)
{
    int source;
    (void)unused;
    given_established(&tcp, 16, 4);
    net_tcp_received(&tcp, "ab", 2);

    source = ax_readiness_register_tcp(&driver, &tcp, EITHER, &a_token);

    assert_told(source, EITHER);
    assert_ptr_equal(events[0].token, &a_token);
}

static void registering_wakes_the_driver_that_waits(void **unused)
{
    int source;
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_waits();

    source = ax_readiness_register_tcp(&driver, &tcp, AX_WRITABLE, NULL);

    assert_woken_and_told(source, AX_WRITABLE);
}

static void what_comes_wakes_the_driver_and_is_told_with_all_that_is_seen(void **unused)
{
    int source = given_source(&tcp);
    (void)unused;
    assert_waits();

    net_tcp_received(&tcp, "a", 1);

    assert_woken_and_told(source, EITHER);
}

static void what_is_seen_is_told_once_and_keeps_nobody_busy(void **unused)
{
    (void)given_source(&tcp);
    (void)unused;
    net_tcp_received(&tcp, "a", 1);
    assert_int_equal(poll(), 1);
    assert_waits();

    net_tcp_received(&tcp, "b", 1);

    assert_false(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
}

static void with_fewer_events_than_it_asked_for_the_driver_waits_already(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    given_established(&tcps[0], 16, 4);
    assert_true(ax_readiness_register_tcp(&driver, &tcps[0], AX_WRITABLE, NULL) > 0);
    assert_int_equal(poll(), 1);
    (void)watcher_was_woken(&watcher);

    net_tcp_received(&tcp, "a", 1);

    assert_woken_and_told(source, EITHER);
}

static void an_interest_that_is_not_registered_is_not_told(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_true(ax_readiness_register_tcp(&driver, &tcp, AX_READABLE, NULL) > 0);
    assert_waits();

    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    net_tcp_acked(&tcp, 4);

    assert_false(watcher_was_woken(&watcher));
}

static void an_ack_without_progress_wakes_nobody(void **unused)
{
    (void)unused;
    (void)given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    assert_int_equal(clear(AX_WRITABLE), AX_OK);
    assert_waits();

    net_tcp_acked(&tcp, 0);

    assert_false(watcher_was_woken(&watcher));
}

static void end_of_stream_is_told_as_both(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    assert_int_equal(clear(AX_WRITABLE), AX_OK);
    assert_waits();

    net_tcp_peer_fin(&tcp);

    assert_woken_and_told(source, EITHER);
}

static void every_error_is_told_as_both(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    assert_int_equal(clear(AX_WRITABLE), AX_OK);
    assert_waits();

    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);

    assert_woken_and_told(source, EITHER);
}

static void a_lent_socket_is_told_of_once_it_is_a_connection_and_once_released(void **unused)
{
    static struct ax_listener listener;
    static const struct ax_endpoint here = {0, 80}, there = {PEER_ADDR, PEER_PORT};
    int source;
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    given_tcp(&tcp, 16, 4);
    assert_int_equal(ax_listener_lend(&listener, &tcp), AX_OK);
    source = ax_readiness_register_tcp(&driver, &tcp, AX_WRITABLE | AX_RELEASED, NULL);
    assert_waits();

    net_listener_take(&listener, &tcp, &(struct ax_endpoint){FAKE_ADDR, 80}, &there);
    assert_waits();
    net_tcp_established(&tcp);
    assert_woken_and_told(source, AX_WRITABLE);
    ax_tcp_abort(&tcp);
    assert_waits();
    fake_stack_run();

    assert_woken_and_told(source, AX_WRITABLE | AX_RELEASED);
    ax_listener_close(&listener);
}

static void of_many_sources_so_many_are_told_at_a_time_each_in_its_turn(void **unused)
{
    int sources[PLACES];
    (void)unused;
    for (unsigned i = 0; i < PLACES; i++) {
        given_established(&tcps[i], 16, 4);
        sources[i] = ax_readiness_register_tcp(&driver, &tcps[i], AX_WRITABLE, NULL);
    }

    assert_int_equal(ax_readiness_poll(&driver, events, 0, watcher.task.self), AX_E_ARG);
    assert_int_equal(ax_readiness_poll(&driver, events, 3, watcher.task.self), 3);
    for (unsigned i = 0; i < 3; i++) { /* the first ones are ready again at once */
        assert_int_equal(events[i].source, sources[i]);
        assert_int_equal(ax_readiness_clear(&driver, &events[i]), AX_OK);
    }
    assert_int_equal(ax_readiness_poll(&driver, events, 3, watcher.task.self), 3);

    assert_int_equal(events[0].source, sources[3]);
    assert_int_equal(events[1].source, sources[0]);
    assert_int_equal(events[2].source, sources[1]);
}

/* ---- clearing */

static void after_would_block_and_clear_the_driver_waits_for_what_comes(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), AX_E_WOULD_BLOCK);

    assert_int_equal(clear(AX_READABLE), AX_OK);
    assert_waits();
    net_tcp_received(&tcp, "b", 1);

    assert_woken_and_told(source, EITHER);
}

static void clearing_never_wipes_what_came_after_the_attempt(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), AX_E_WOULD_BLOCK);

    net_tcp_received(&tcp, "b", 1);
    assert_int_equal(clear(AX_READABLE), AX_OK);

    assert_woken_and_told(source, EITHER);
}

static void a_driver_that_waits_already_is_told_what_others_clear(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_waits();

    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(clear(AX_READABLE), AX_OK); /* by another task */
    assert_false(watcher_was_woken(&watcher));
    net_tcp_received(&tcp, "b", 1);

    assert_woken_and_told(source, EITHER);
}

static void clearing_too_soon_costs_a_turn_and_no_byte(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "ab", 2);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, 1), 1);

    assert_int_equal(clear(AX_READABLE), AX_OK);

    assert_woken_and_told(source, EITHER);
}

static void clearing_one_interest_leaves_the_other(void **unused)
{
    struct ax_ready seen;
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);

    assert_int_equal(clear(AX_READABLE), AX_OK);

    assert_int_equal(ax_readiness_look(&driver, source, &seen), AX_OK);
    assert_int_equal(seen.ready, AX_WRITABLE);
}

/* Two share a source: the slower one clears what the other has cleared before. */
static void an_older_event_clears_nothing_that_was_seen_since(void **unused)
{
    struct ax_ready older;
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    older = events[0];
    older.ready = AX_READABLE;
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(clear(AX_READABLE), AX_OK);
    net_tcp_received(&tcp, "b", 1);
    assert_told(source, EITHER);

    assert_int_equal(ax_readiness_clear(&driver, &older), AX_OK);

    assert_waits(); /* told once, and still seen */
}

static void what_was_seen_is_cleared_though_the_other_interest_came_since(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);

    net_tcp_acked(&tcp, 4);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(clear(AX_READABLE), AX_OK);
    assert_waits();
    net_tcp_received(&tcp, "b", 1);

    assert_woken_and_told(source, EITHER);
}

/* ---- the table */

static void a_full_table_says_so(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < PLACES; i++)
        (void)given_source(&tcps[i]);
    given_established(&tcp, 16, 4);

    assert_int_equal(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL), AX_E_MEMORY);
}

static void a_socket_is_registered_once(void **unused)
{
    (void)unused;
    (void)given_source(&tcp);

    assert_int_equal(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL), AX_E_IN_USE);
}

static void interests_that_a_socket_does_not_know_are_refused(void **unused)
{
    static struct ax_udp udp;
    int source;
    (void)unused;
    source = given_source(&tcp);

    assert_int_equal(ax_readiness_register_tcp(&driver, &tcps[0], 0, NULL), AX_E_ARG);
    assert_int_equal(ax_readiness_register_tcp(&driver, &tcps[0], 0x100, NULL), AX_E_ARG);
    assert_int_equal(ax_readiness_register_udp(&driver, &udp, AX_FLUSHED, 1, NULL), AX_E_ARG);
    assert_int_equal(ax_readiness_reregister(&driver, source, 0), AX_E_ARG);
}

static void an_old_number_names_nobody_even_when_its_place_is_taken_again(void **unused)
{
    struct ax_ready seen;
    int source, again;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
    assert_waits();
    again = ax_readiness_register_tcp(&driver, &tcp, EITHER, &another_token);
    assert_told(again, AX_WRITABLE);
    assert_int_not_equal(again, source);

    seen = events[0];
    seen.source = source;
    assert_int_equal(ax_readiness_clear(&driver, &seen), AX_E_ARG);
    assert_int_equal(ax_readiness_look(&driver, source, &seen), AX_E_ARG);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiter.task.self), AX_E_ARG);
    assert_int_equal(ax_readiness_reregister(&driver, source, EITHER), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, 0), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, AX_E_MEMORY), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, again + PLACES), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, again), AX_OK);
}

static void a_place_is_used_longer_than_its_numbers_last(void **unused)
{
    int source;
    (void)unused;
    given_established(&tcp, 16, 4);

    for (unsigned i = 0; i < 70000; i++) {
        source = ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL);
        assert_true(source > 0);
        assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
        assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    }
}

static void
a_source_deregistered_with_an_event_under_way_is_released_at_the_next_poll(void **unused)
{
    int sources[PLACES];
    (void)unused;
    for (unsigned i = 0; i < PLACES; i++)
        sources[i] = given_source(&tcps[i]);
    net_tcp_received(&tcps[1], "a", 1);
    net_tcp_received(&tcps[2], "a", 1);
    assert_int_equal(poll(), 2);

    assert_int_equal(ax_readiness_deregister(&driver, events[1].source), AX_OK);
    given_established(&tcp, 16, 4);
    assert_false(ax_readiness_is_released(&driver, sources[2]));
    assert_int_equal(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL), AX_E_MEMORY);
    assert_int_equal(ax_readiness_clear(&driver, &events[1]), AX_E_ARG);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);

    assert_true(ax_readiness_is_released(&driver, sources[2]));
    assert_true(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL) > 0);
    assert_true(ax_readiness_is_released(&driver, sources[2]));
    assert_false(ax_readiness_is_released(&driver, sources[1]));
}

static void a_driver_that_waits_is_woken_to_release_what_others_deregister(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_waits();

    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);

    assert_true(watcher_was_woken(&watcher));
    assert_waits();
    assert_true(ax_readiness_is_released(&driver, source));
}

static void a_socket_is_not_touched_once_it_is_deregistered(void **unused)
{
    struct ax_tcp poisoned;
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(clear(AX_READABLE), AX_OK);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
    ax_tcp_destroy(&tcp);
    fake_stack_run();
    memset(&tcp, 0xa5, sizeof tcp);
    poisoned = tcp;

    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    ax_readiness_unwait(&driver, source, waiter.task.self);
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);

    assert_memory_equal(&tcp, &poisoned, sizeof tcp);
    memset(&tcp, 0, sizeof tcp);
}

static void another_interest_begins_anew(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_waits();

    assert_int_equal(ax_readiness_reregister(&driver, source, AX_READABLE), AX_OK);

    assert_woken_and_told(source, AX_READABLE);
}

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

/* ---- unpark */

static void unparking_ends_the_wait_once(void **unused)
{
    (void)unused;
    assert_waits();

    ax_readiness_unpark(&driver);
    ax_readiness_unpark(&driver);

    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), 0);
    assert_waits();
}

static void unparked_before_it_waits_it_does_not_wait(void **unused)
{
    (void)unused;
    ax_readiness_unpark(&driver);

    assert_int_equal(poll(), 0);
    assert_waits();
}

static void an_event_is_told_all_the_same_when_it_is_unparked(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);

    ax_readiness_unpark(&driver);

    assert_told(source, EITHER);
    assert_waits();
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
        TEST(what_holds_when_it_is_registered_is_told),
        TEST(registering_wakes_the_driver_that_waits),
        TEST(what_comes_wakes_the_driver_and_is_told_with_all_that_is_seen),
        TEST(what_is_seen_is_told_once_and_keeps_nobody_busy),
        TEST(with_fewer_events_than_it_asked_for_the_driver_waits_already),
        TEST(an_interest_that_is_not_registered_is_not_told),
        TEST(an_ack_without_progress_wakes_nobody),
        TEST(end_of_stream_is_told_as_both),
        TEST(every_error_is_told_as_both),
        TEST(a_lent_socket_is_told_of_once_it_is_a_connection_and_once_released),
        TEST(of_many_sources_so_many_are_told_at_a_time_each_in_its_turn),
        TEST(after_would_block_and_clear_the_driver_waits_for_what_comes),
        TEST(clearing_never_wipes_what_came_after_the_attempt),
        TEST(a_driver_that_waits_already_is_told_what_others_clear),
        TEST(clearing_too_soon_costs_a_turn_and_no_byte),
        TEST(clearing_one_interest_leaves_the_other),
        TEST(an_older_event_clears_nothing_that_was_seen_since),
        TEST(what_was_seen_is_cleared_though_the_other_interest_came_since),
        TEST(a_full_table_says_so),
        TEST(a_socket_is_registered_once),
        TEST(interests_that_a_socket_does_not_know_are_refused),
        TEST(an_old_number_names_nobody_even_when_its_place_is_taken_again),
        TEST(a_place_is_used_longer_than_its_numbers_last),
        TEST(a_source_deregistered_with_an_event_under_way_is_released_at_the_next_poll),
        TEST(a_driver_that_waits_is_woken_to_release_what_others_deregister),
        TEST(a_socket_is_not_touched_once_it_is_deregistered),
        TEST(another_interest_begins_anew),
        TEST(any_number_of_tasks_wait_for_a_source),
        TEST(to_wait_for_what_holds_or_is_seen_wakes_at_once),
        TEST(whoever_looks_sees_what_the_driver_has_not_told_yet_and_it_tells_all_the_same),
        TEST(what_another_task_has_cleared_is_not_told),
        TEST(after_unwaiting_the_source_wakes_nobody_more),
        TEST(unwaiting_takes_nothing_from_the_driver),
        TEST(whoever_waits_hears_that_the_source_is_gone_or_changed),
        TEST(whoever_polls_last_is_woken),
        TEST(unparking_ends_the_wait_once),
        TEST(unparked_before_it_waits_it_does_not_wait),
        TEST(an_event_is_told_all_the_same_when_it_is_unparked),
        TEST(a_datagram_socket_is_writable_when_there_is_room_of_the_length_asked_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
