/* SPDX-License-Identifier: BSD-3-Clause */
/* Futures over sockets over a fake stack. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/tcp_future.h>
#include <ax/udp_future.h>

#include "fake_stack.h"

static struct ax_tcp tcp;
static struct watcher watcher;
static struct ax_tcp_future future, other;
static uint8_t got[64];

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};
static const struct ax_endpoint here = {0, 80};

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    watcher_start(&watcher);
    ax_clock_hold();
    memset(got, 0, sizeof got);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_tcp_destroy(&tcp);
    fake_stack_run();
    assert_true(ax_tcp_is_released(&tcp));
    assert_int_equal(ax_timers_armed(), 0);
    watcher_stop(&watcher);
    return 0;
}

static void advance(uint32_t ms)
{
    assert_int_equal(ax_clock_advance(&(struct ax_advance){.ms = ms}, 0), AX_OK);
    while (ax_clock_is_advancing())
        ax_run_once();
}

static int poll(struct ax_future *of) { return ax_future_poll(of, watcher.task.self); }

/* Pending, and whoever polled sleeps. */
static void assert_waits(struct ax_future *of)
{
    assert_int_equal(poll(of), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));
}

static void assert_done(struct ax_future *of, int result)
{
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(of), result);
    assert_int_equal(poll(of), result); /* and says it again */
}

/* ---- connect and accept */

static void connecting_is_done_once_established(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &peer, 0);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSED); /* nothing before the first poll */

    assert_waits(&future.future);
    fake_stack_run();
    net_tcp_established(&tcp);

    assert_done(&future.future, AX_OK);
}

static void a_connect_that_is_refused_says_so(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &peer, 0);
    assert_waits(&future.future);
    fake_stack_run();

    net_tcp_ended(&tcp, AX_E_REFUSED);
    net_tcp_detached(&tcp);

    assert_done(&future.future, AX_E_REFUSED);
}

static void a_connect_that_cannot_begin_is_done_at_once(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &(struct ax_endpoint){PEER_ADDR, 0}, 0);

    assert_int_equal(poll(&future.future), AX_E_ARG);
}

static void a_connect_withdrawn_leaves_nothing_behind(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &peer, 0);
    assert_waits(&future.future);
    fake_stack_run();

    ax_future_withdraw(&future.future);
    fake_stack_run();

    assert_true(ax_tcp_is_released(&tcp));
    assert_int_equal(poll(&future.future), AX_E_ABORTED);
}

static void a_connection_nobody_was_told_of_is_withdrawn_too(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &peer, 0);
    assert_waits(&future.future);
    fake_stack_run();
    net_tcp_established(&tcp);

    ax_future_withdraw(&future.future);
    fake_stack_run();

    assert_true(fake_tcp_wants & NET_RESET);
    assert_true(ax_tcp_is_released(&tcp));
}

static void withdrawing_before_the_first_poll_touches_no_socket(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &peer, 0);

    ax_future_withdraw(&future.future);

    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED);
}

static void accepting_lends_the_socket_until_a_connection_has_it(void **unused)
{
    static struct ax_listener listener;
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    given_tcp(&tcp, 16, 16);
    ax_accept(&future, &listener, &tcp);
    assert_waits(&future.future);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_LISTEN);

    net_listener_take(&listener, &tcp, &(struct ax_endpoint){FAKE_ADDR, 80}, &peer);
    assert_true(watcher_was_woken(&watcher)); /* its state has changed */
    assert_waits(&future.future);
    net_tcp_established(&tcp);

    assert_done(&future.future, AX_OK);
    ax_tcp_destroy(&tcp);
    ax_listener_close(&listener);
    fake_stack_run();
}

static void an_accept_withdrawn_takes_the_socket_back(void **unused)
{
    static struct ax_listener listener;
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    given_tcp(&tcp, 16, 16);
    ax_accept(&future, &listener, &tcp);
    assert_waits(&future.future);

    ax_future_withdraw(&future.future);

    assert_true(ax_tcp_is_released(&tcp));
    assert_ptr_equal(net_listener_front(&listener), NULL);
    ax_listener_close(&listener);
    fake_stack_run();
}

/* ---- bytes */

static void receiving_waits_for_a_byte_and_takes_what_there_is(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_recv(&future, &tcp, got, sizeof got);
    assert_waits(&future.future);

    net_tcp_received(&tcp, "hello", 5);

    assert_done(&future.future, 5);
    assert_memory_equal(got, "hello", 5);
}

static void a_receive_withdrawn_loses_no_byte(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_recv(&future, &tcp, got, sizeof got);
    assert_waits(&future.future);
    net_tcp_received(&tcp, "hello", 5);

    ax_future_withdraw(&future.future);

    assert_int_equal(poll(&future.future), AX_E_ABORTED);
    assert_int_equal(ax_tcp_levels(&tcp).rx, 5);
}

static void reading_exactly_takes_as_many_pieces_as_come(void **unused)
{
    (void)unused;
    given_established(&tcp, 4, 16);
    ax_read_exact(&future, &tcp, got, 6);
    net_tcp_received(&tcp, "abcd", 4);
    assert_int_equal(poll(&future.future), AX_E_WOULD_BLOCK);
    assert_int_equal(future.done, 4);
    fake_stack_run();

    net_tcp_received(&tcp, "efgh", 4);

    assert_done(&future.future, 6);
    assert_memory_equal(got, "abcdef", 6);
    assert_int_equal(ax_tcp_levels(&tcp).rx, 2);
}

static void a_stream_that_ends_too_soon_says_how_much_was_read(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_read_exact(&future, &tcp, got, 6);
    net_tcp_received(&tcp, "abc", 3);
    assert_waits(&future.future);

    net_tcp_peer_fin(&tcp);

    assert_done(&future.future, AX_E_EOF);
    assert_int_equal(future.done, 3);
}

static void writing_all_waits_for_room_as_often_as_it_takes(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    ax_write_all(&future, &tcp, "abcdefghij", 10);
    for (int round = 0; round < 2; round++) {
        assert_waits(&future.future);
        fake_stack_run();
        net_tcp_acked(&tcp, 4);
        assert_true(watcher_was_woken(&watcher));
    }

    assert_int_equal(poll(&future.future), 10);
    assert_int_equal(ax_tcp_levels(&tcp).tx, 2);
}

static void a_write_withdrawn_says_how_much_was_taken(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    ax_write_all(&future, &tcp, "abcdefghij", 10);
    assert_waits(&future.future);

    ax_future_withdraw(&future.future);
    fake_stack_run();
    net_tcp_acked(&tcp, 4);

    assert_int_equal(poll(&future.future), AX_E_ABORTED);
    assert_int_equal(future.done, 4);
    assert_int_equal(ax_tcp_levels(&tcp).tx, 0); /* nothing of it happens later */
}

/* ---- the end */

static void flushing_waits_for_the_last_ack_only(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    ax_flush(&future, &tcp);
    assert_waits(&future.future);
    net_tcp_acked(&tcp, 3);
    assert_false(watcher_was_woken(&watcher));

    net_tcp_acked(&tcp, 1);

    assert_done(&future.future, AX_OK);
}

static void a_flush_with_nothing_sent_is_done_at_once(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_flush(&future, &tcp);

    assert_int_equal(poll(&future.future), AX_OK);
}

static void a_flush_cut_short_says_why(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    ax_flush(&future, &tcp);
    assert_waits(&future.future);

    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);

    assert_done(&future.future, AX_E_RESET);
}

static void shutting_down_is_done_when_the_fin_is_acknowledged(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_shutdown(&future, &tcp);
    assert_waits(&future.future);
    fake_stack_run();
    net_tcp_received(&tcp, "x", 1); /* receiving goes on, and is no news here */
    assert_waits(&future.future);

    net_tcp_fin_acked(&tcp);

    assert_done(&future.future, AX_OK);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_FIN_WAIT_2);
}

static void closing_drops_what_comes_and_ends_released(void **unused)
{
    (void)unused;
    given_established(&tcp, 4, 16);
    net_tcp_received(&tcp, "abcd", 4);
    ax_close(&future, &tcp);
    assert_waits(&future.future);
    fake_stack_run();
    net_tcp_fin_acked(&tcp);
    assert_true(watcher_was_woken(&watcher));
    assert_waits(&future.future);
    net_tcp_received(&tcp, "efgh", 4);
    assert_true(watcher_was_woken(&watcher));
    assert_waits(&future.future);

    net_tcp_peer_fin(&tcp);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(&future.future), AX_E_WOULD_BLOCK); /* the stack lets go of it */
    fake_stack_run();

    assert_done(&future.future, AX_OK);
    assert_true(ax_tcp_is_released(&tcp));
}

static void closing_behind_the_peer_waits_for_our_ack_without_spinning(void **unused)
{
    (void)unused;
    given_established(&tcp, 4, 16);
    net_tcp_peer_fin(&tcp);
    ax_close(&future, &tcp);
    assert_waits(&future.future);
    fake_stack_run();

    net_tcp_fin_acked(&tcp);
    net_tcp_ended(&tcp, AX_E_CLOSED);
    net_tcp_detached(&tcp);

    assert_done(&future.future, AX_OK);
}

static void closing_a_socket_that_was_never_open_is_done_at_once(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 4, 4);
    ax_close(&future, &tcp);

    assert_int_equal(poll(&future.future), AX_OK);
}

/* ---- time */

static void a_sleep_is_over_at_its_tick_and_not_before(void **unused)
{
    struct ax_sleep sleep;
    (void)unused;
    ax_sleep_for(&sleep, 100);
    advance(40); /* it counts from the call */
    assert_waits(&sleep.future);
    advance(59);
    assert_waits(&sleep.future);

    advance(1);

    assert_done(&sleep.future, AX_OK);
}

static void a_moment_that_has_passed_needs_no_clock(void **unused)
{
    struct ax_sleep sleep;
    (void)unused;
    ax_sleep_until(&sleep, ax_now_ms() - 1);

    assert_int_equal(poll(&sleep.future), AX_OK);
}

/* Polled by the watcher, and from then on by another task: it is the one to be woken. */
static void assert_wakes_its_last_poller(struct ax_future *of, uint32_t in_ms, int result)
{
    struct watcher last;
    watcher_start(&last);
    assert_waits(of);

    assert_int_equal(ax_future_poll(of, last.task.self), AX_E_WOULD_BLOCK);
    advance(in_ms);

    assert_true(watcher_was_woken(&last));
    assert_int_equal(ax_future_poll(of, last.task.self), result);
    watcher_stop(&last);
}

static void a_sleep_wakes_the_task_that_polled_it_last(void **unused)
{
    struct ax_sleep sleep;
    (void)unused;
    ax_sleep_for(&sleep, 100);

    assert_wakes_its_last_poller(&sleep.future, 100, AX_OK);
}

static void a_timeout_wakes_the_task_that_polled_it_last(void **unused)
{
    struct ax_timeout timeout;
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_recv(&future, &tcp, got, sizeof got);
    ax_timeout(&timeout, &future.future, 500);

    assert_wakes_its_last_poller(&timeout.future, 500, AX_E_TIMEOUT);
}

static void a_sleep_withdrawn_leaves_no_timer(void **unused)
{
    struct ax_sleep sleep;
    (void)unused;
    ax_sleep_for(&sleep, 100);
    assert_waits(&sleep.future);

    ax_future_withdraw(&sleep.future);

    assert_int_equal(ax_timers_armed(), 0);
}

static void a_timeout_withdraws_what_it_is_around(void **unused)
{
    struct ax_timeout timeout;
    (void)unused;
    given_tcp(&tcp, 16, 16);
    ax_connect(&future, &tcp, NULL, &peer, 0);
    ax_timeout(&timeout, &future.future, 500);
    assert_waits(&timeout.future);
    advance(499);
    assert_waits(&timeout.future);

    advance(1);

    assert_done(&timeout.future, AX_E_TIMEOUT);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSED);
    assert_int_equal(poll(&future.future), AX_E_ABORTED);
}

static void what_is_done_at_the_deadline_is_done(void **unused)
{
    struct ax_timeout timeout;
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_recv(&future, &tcp, got, sizeof got);
    ax_timeout(&timeout, &future.future, 500);
    assert_waits(&timeout.future);
    net_tcp_received(&tcp, "hello", 5);
    advance(500);

    assert_done(&timeout.future, 5);
    assert_int_equal(ax_timers_armed(), 0);
}

/* ---- several */

static void the_first_that_is_done_is_chosen_and_the_others_withdrawn(void **unused)
{
    struct ax_sleep sleep;
    struct ax_select select;
    struct ax_future *const both[] = {&sleep.future, &future.future};
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_sleep_for(&sleep, 100);
    ax_recv(&future, &tcp, got, sizeof got);
    ax_select(&select, both, 2);
    assert_waits(&select.future);

    net_tcp_received(&tcp, "x", 1);

    assert_done(&select.future, 1);
    assert_int_equal(poll(&future.future), 1);
    assert_int_equal(poll(&sleep.future), AX_E_ABORTED);
}

static void of_two_that_are_done_the_first_counts_and_the_second_loses_nothing(void **unused)
{
    struct ax_sleep sleep;
    struct ax_select select;
    struct ax_future *const both[] = {&sleep.future, &future.future};
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_sleep_for(&sleep, 0);
    ax_recv(&future, &tcp, got, sizeof got);
    net_tcp_received(&tcp, "x", 1);

    ax_select(&select, both, 2);

    assert_int_equal(poll(&select.future), 0);
    assert_int_equal(ax_tcp_levels(&tcp).rx, 1);
}

/* Both ways of one socket, by one task: withdrawing one leaves the other its waker. */
static void a_select_withdrawn_inside_a_join_leaves_the_others_their_wakers(void **unused)
{
    struct ax_timeout timeout;
    struct ax_join join;
    struct ax_future *const both[] = {&timeout.future, &other.future};
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_int_equal(ax_tcp_send(&tcp, "full", 4), 4);
    fake_stack_run();
    ax_recv(&future, &tcp, got, sizeof got);
    ax_timeout(&timeout, &future.future, 10);
    ax_write_all(&other, &tcp, "more", 4);
    ax_join(&join, both, 2);
    assert_waits(&join.future);
    advance(10);
    assert_true(watcher_was_woken(&watcher));
    assert_waits(&join.future);

    net_tcp_acked(&tcp, 4);

    assert_done(&join.future, AX_OK);
    assert_int_equal(poll(&timeout.future), AX_E_TIMEOUT);
    assert_int_equal(poll(&other.future), 4);
}

static void a_join_withdrawn_withdraws_what_is_not_done(void **unused)
{
    struct ax_sleep sleep;
    struct ax_join join;
    struct ax_future *const both[] = {&sleep.future, &future.future};
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_sleep_for(&sleep, 0);
    ax_recv(&future, &tcp, got, sizeof got);
    ax_join(&join, both, 2);
    assert_waits(&join.future);

    ax_future_withdraw(&join.future);

    assert_int_equal(poll(&sleep.future), AX_OK);
    assert_int_equal(poll(&future.future), AX_E_ABORTED);
}

/* ---- datagrams */

static void a_datagram_waits_for_room_of_its_length_and_another_for_the_first_to_come(void **unused)
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
    static struct ax_udp udp;
    struct ax_udp_future send, recv;
    struct ax_span room;
    (void)unused;
    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    assert_int_equal(ax_udp_send(&udp, &peer, "0123456789", 10, NULL), AX_OK);
    fake_stack_run();

    ax_send_to(&send, &udp, &peer, "0123456789ab", 12);
    assert_waits(&send.future);
    net_udp_left(&udp);
    assert_done(&send.future, AX_OK);
    assert_int_equal(send.id, 2);

    ax_recv_from(&recv, &udp, got, sizeof got);
    assert_waits(&recv.future);
    assert_int_equal(net_udp_room(&udp, 3, &room), AX_OK);
    memcpy(room.at, "abc", 3);
    net_udp_received(&udp, 3, &peer, &here);
    assert_done(&recv.future, 3);
    assert_memory_equal(got, "abc", 3);
    assert_int_equal(recv.about.remote.port, PEER_PORT);
    ax_udp_close(&udp);
    fake_stack_run();
}

/* ---- what cannot be meant */

static void what_is_too_much_is_an_error_and_moves_nothing(void **unused)
{
    struct ax_timeout timeout;
    struct ax_sleep sleep;
    struct ax_select none;
    (void)unused;
    given_established(&tcp, 16, 16);
    ax_sleep_for(&sleep, (uint32_t)AX_TIMER_MAX_MS + 1);
    assert_int_equal(poll(&sleep.future), AX_E_ARG);
    ax_select(&none, NULL, 0);
    assert_int_equal(poll(&none.future), AX_E_ARG);
    ax_read_exact(&future, &tcp, got, (size_t)INT_MAX + 1);
    assert_int_equal(poll(&future.future), AX_E_ARG);
    ax_write_all(&future, &tcp, got, (size_t)INT_MAX + 1);
    assert_int_equal(poll(&future.future), AX_E_ARG);
    ax_send(&future, &tcp, "late", 4);
    ax_timeout(&timeout, &future.future, (uint32_t)AX_TIMER_MAX_MS + 1);
    assert_int_equal(poll(&timeout.future), AX_E_ARG);

    assert_int_equal(poll(&future.future), AX_E_ABORTED);
    assert_int_equal(ax_tcp_levels(&tcp).tx, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connecting_is_done_once_established),
        TEST(a_connect_that_is_refused_says_so),
        TEST(a_connect_that_cannot_begin_is_done_at_once),
        TEST(a_connect_withdrawn_leaves_nothing_behind),
        TEST(a_connection_nobody_was_told_of_is_withdrawn_too),
        TEST(withdrawing_before_the_first_poll_touches_no_socket),
        TEST(accepting_lends_the_socket_until_a_connection_has_it),
        TEST(an_accept_withdrawn_takes_the_socket_back),
        TEST(receiving_waits_for_a_byte_and_takes_what_there_is),
        TEST(a_receive_withdrawn_loses_no_byte),
        TEST(reading_exactly_takes_as_many_pieces_as_come),
        TEST(a_stream_that_ends_too_soon_says_how_much_was_read),
        TEST(writing_all_waits_for_room_as_often_as_it_takes),
        TEST(a_write_withdrawn_says_how_much_was_taken),
        TEST(flushing_waits_for_the_last_ack_only),
        TEST(a_flush_with_nothing_sent_is_done_at_once),
        TEST(a_flush_cut_short_says_why),
        TEST(shutting_down_is_done_when_the_fin_is_acknowledged),
        TEST(closing_drops_what_comes_and_ends_released),
        TEST(closing_behind_the_peer_waits_for_our_ack_without_spinning),
        TEST(closing_a_socket_that_was_never_open_is_done_at_once),
        TEST(a_sleep_is_over_at_its_tick_and_not_before),
        TEST(a_moment_that_has_passed_needs_no_clock),
        TEST(a_sleep_wakes_the_task_that_polled_it_last),
        TEST(a_timeout_wakes_the_task_that_polled_it_last),
        TEST(a_sleep_withdrawn_leaves_no_timer),
        TEST(a_timeout_withdraws_what_it_is_around),
        TEST(what_is_done_at_the_deadline_is_done),
        TEST(the_first_that_is_done_is_chosen_and_the_others_withdrawn),
        TEST(of_two_that_are_done_the_first_counts_and_the_second_loses_nothing),
        TEST(a_select_withdrawn_inside_a_join_leaves_the_others_their_wakers),
        TEST(a_join_withdrawn_withdraws_what_is_not_done),
        TEST(a_datagram_waits_for_room_of_its_length_and_another_for_the_first_to_come),
        TEST(what_is_too_much_is_an_error_and_moves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
