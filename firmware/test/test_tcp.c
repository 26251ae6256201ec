/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP sockets over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/tcp.h>

#include "fake_stack.h"

static struct ax_tcp tcp;
static struct watcher watcher;
static uint8_t got[4096];

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    watcher_start(&watcher);
    ax_clock_hold();
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

static int connect_to_peer(uint32_t timeout_ms)
{
    return ax_tcp_connect(&tcp, NULL, &(struct ax_endpoint){PEER_ADDR, PEER_PORT}, timeout_ms);
}

static void assert_predicates(bool may_send, bool can_send, bool may_recv, bool can_recv)
{
    assert_int_equal(ax_tcp_may_send(&tcp), may_send);
    assert_int_equal(ax_tcp_can_send(&tcp), can_send);
    assert_int_equal(ax_tcp_may_recv(&tcp), may_recv);
    assert_int_equal(ax_tcp_can_recv(&tcp), can_recv);
}

static void a_new_socket_is_closed_and_free(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSED);
    assert_true(ax_tcp_is_released(&tcp));
    assert_predicates(false, false, false, false);
    assert_int_equal(ax_tcp_recv(&tcp, got, 1), AX_E_STATE);
    assert_int_equal(ax_tcp_send(&tcp, "x", 1), AX_E_STATE);
    assert_int_equal(ax_tcp_close(&tcp), AX_E_STATE);
}

static void storage_of_no_size_is_refused(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    assert_int_equal(ax_tcp_init(&tcp, &(struct ax_tcp_config){got, 0, got, 1}), AX_E_ARG);
    assert_int_equal(ax_tcp_init(&tcp, &(struct ax_tcp_config){got, 1, NULL, 1}), AX_E_ARG);
    given_tcp(&tcp, 1, 1);
}

static void connect_checks_where_to(void **unused)
{
    static const struct {
        uint32_t addr;
        uint16_t port;
    } wrong[] = {{0, 80}, {UINT32_MAX, 80}, {0x0a0000ff, 80}, {0xe0000001, 80}, {PEER_ADDR, 0},
                 {1, 80}, {0x7f000001, 80}, {0xf0000001, 80}, {FAKE_ADDR, 80}};

    (void)unused;
    given_tcp(&tcp, 16, 16);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct ax_endpoint remote = {wrong[i].addr, wrong[i].port};
        assert_int_equal(ax_tcp_connect(&tcp, NULL, &remote, 0), AX_E_ARG);
    }
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSED);
}

static void connecting_moves_nothing_yet(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    assert_int_equal(connect_to_peer(0), AX_OK);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_SYN_SENT);
    assert_predicates(false, false, false, false);
    assert_int_equal(connect_to_peer(0), AX_E_STATE);
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_CONNECT);
}

static void connect_ends_at_its_deadline(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    connect_to_peer(500);
    fake_stack_run();
    advance(499);
    assert_int_equal(ax_tcp_end(&tcp), AX_OK);
    advance(1);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_CONNECT_TIMEOUT);
    assert_int_equal(ax_tcp_recv(&tcp, got, 1), AX_E_CONNECT_TIMEOUT);
    assert_false(ax_tcp_is_released(&tcp));
    fake_stack_run();
    assert_true(ax_tcp_is_released(&tcp));
}

static void a_connection_forgets_the_deadline_of_its_connect(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    connect_to_peer(500);
    fake_stack_run();
    net_tcp_established(&tcp);
    advance(1000);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED);
}

static void a_withdrawn_connect_is_released_when_the_stack_knows(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 16);
    connect_to_peer(0);
    ax_tcp_abort(&tcp);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_ABORTED);
    ax_tcp_wait(&tcp, AX_RELEASED, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    fake_stack_run();
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(connect_to_peer(0), AX_OK);
}

static void send_takes_what_fits(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 10);
    assert_int_equal(ax_tcp_send(&tcp, "0123456789abc", 13), 10);
    assert_int_equal(ax_tcp_send(&tcp, "x", 1), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_tcp_send(&tcp, "x", 0), 0);
    assert_predicates(true, false, true, false);
}

static void acknowledged_bytes_make_room_and_wake_a_writer(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 10);
    ax_tcp_send(&tcp, "0123456789", 10);
    fake_stack_run();
    ax_tcp_wait(&tcp, AX_WRITABLE, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    net_tcp_acked(&tcp, 0);
    assert_false(watcher_was_woken(&watcher));
    net_tcp_acked(&tcp, 4);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_tcp_send(&tcp, "abcdef", 6), 4);
}

static void in_place_sending_is_sending(void **unused)
{
    struct ax_span room;

    (void)unused;
    given_established(&tcp, 16, 10);
    assert_int_equal(ax_tcp_room(&tcp, &room), AX_OK);
    assert_int_equal(room.len, 10);
    memset(room.at, 'x', 10);
    assert_int_equal(ax_tcp_commit(&tcp, 11), AX_E_ARG);
    assert_int_equal(ax_tcp_commit(&tcp, 10), 10);
    assert_int_equal(ax_tcp_room(&tcp, &room), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_tcp_levels(&tcp).tx, 10);
}

static void received_bytes_wake_a_reader_and_come_out_in_order(void **unused)
{
    struct ax_span data;

    (void)unused;
    given_established(&tcp, 8, 8);
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_tcp_recv(&tcp, got, 0), 0);
    ax_tcp_wait(&tcp, AX_READABLE, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    net_tcp_received(&tcp, "hello", 5);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_tcp_data(&tcp, &data), AX_OK);
    assert_memory_equal(data.at, "hello", 5);
    assert_int_equal(ax_tcp_consume(&tcp, 6), AX_E_ARG);
    assert_int_equal(ax_tcp_consume(&tcp, 2), 2);
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), 3);
    assert_memory_equal(got, "llo", 3);
    assert_int_equal(ax_tcp_levels(&tcp).rx, 0);
}

static void a_wait_is_latched(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    net_tcp_received(&tcp, "x", 1);
    ax_tcp_wait(&tcp, AX_READABLE, watcher.task.self);
    assert_true(watcher_was_woken(&watcher));
}

static void a_withdrawn_wait_is_not_woken(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    ax_tcp_wait(&tcp, AX_READABLE | AX_RELEASED, watcher.task.self);
    ax_tcp_unwait(&tcp, watcher.task.self);
    net_tcp_received(&tcp, "x", 1);
    assert_false(watcher_was_woken(&watcher));
}

static void bytes_before_a_reset_are_read_before_the_reset(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    net_tcp_received(&tcp, "abc", 3);
    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);
    assert_predicates(false, false, true, true);
    assert_int_equal(connect_to_peer(0), AX_E_STATE); /* unread bytes */
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), 3);
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), AX_E_RESET);
    assert_predicates(false, false, false, false);
    assert_int_equal(connect_to_peer(0), AX_OK);
}

static void end_of_stream_stays_even_if_a_reset_follows(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    net_tcp_received(&tcp, "a", 1);
    net_tcp_peer_fin(&tcp);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSE_WAIT);
    assert_predicates(true, true, true, true);
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), 1);
    assert_predicates(true, true, false, false);
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), AX_E_EOF);
    net_tcp_ended(&tcp, AX_E_RESET);
    assert_int_equal(ax_tcp_recv(&tcp, got, 8), AX_E_EOF);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_RESET);
    net_tcp_detached(&tcp);
}

static void end_of_stream_is_writable_until_a_send_finds_no_room(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 1);
    ax_tcp_send(&tcp, "x", 1);
    ax_tcp_wait(&tcp, AX_WRITABLE, watcher.task.self);
    net_tcp_peer_fin(&tcp);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_tcp_ready(&tcp), AX_READABLE | AX_WRITABLE);
    assert_int_equal(ax_tcp_send(&tcp, "y", 1), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_tcp_ready(&tcp), AX_READABLE);
    ax_tcp_wait(&tcp, AX_WRITABLE, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    fake_stack_run();
    net_tcp_acked(&tcp, 1);
    assert_true(watcher_was_woken(&watcher));
}

static void every_end_makes_a_socket_ready_both_ways(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 1);
    ax_tcp_send(&tcp, "x", 1);
    ax_tcp_wait(&tcp, AX_WRITABLE, watcher.task.self);
    net_tcp_ended(&tcp, AX_E_RETRANSMISSIONS);
    assert_true(watcher_was_woken(&watcher));
    ax_tcp_wait(&tcp, AX_READABLE, watcher.task.self);
    assert_true(watcher_was_woken(&watcher));
    net_tcp_detached(&tcp);
}

static void close_sends_the_fin_behind_the_bytes(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    ax_tcp_send(&tcp, "abc", 3);
    assert_int_equal(ax_tcp_close(&tcp), AX_OK);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_FIN_WAIT_1);
    assert_false(net_tcp_fin_due(&tcp));
    assert_predicates(false, false, true, false);
    fake_stack_run();
    assert_true(tcp.fin_sent);
    assert_int_equal(ax_tcp_close(&tcp), AX_OK); /* again: no effect */
}

static void time_wait_says_closed_and_destroy_lets_go_of_it(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    ax_tcp_close(&tcp);
    fake_stack_run();
    net_tcp_fin_acked(&tcp);
    assert_int_equal(ax_tcp_end(&tcp), AX_OK);
    net_tcp_peer_fin(&tcp);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_TIME_WAIT);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_CLOSED);
    ax_tcp_destroy(&tcp);
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_LET_GO);
    assert_true(ax_tcp_is_released(&tcp));
}

static void fin_wait_2_is_reaped(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    ax_tcp_close(&tcp);
    fake_stack_run();
    net_tcp_fin_acked(&tcp);
    advance(FIN_WAIT_2_MS - 1);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_FIN_WAIT_2);
    advance(1);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_REAPED);
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_FORGET);
}

static void another_user_timeout_does_not_put_that_off(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    ax_tcp_close(&tcp);
    fake_stack_run();
    net_tcp_fin_acked(&tcp);
    advance(FIN_WAIT_2_MS - 1);
    ax_tcp_set_options(&tcp, &(struct ax_tcp_options){.user_timeout_ms = 1000});
    advance(1);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_REAPED);
}

static void options_beyond_a_timer_are_refused(void **unused)
{
    static const struct ax_tcp_options wrong[] = {
        {.user_timeout_ms = AX_TIMER_MAX_MS + 1u},
        {.keepalive_ms = 60000, .keepalive_every_ms = 477218589}, /* 9 of them wrap to 5 ms */
        {.keepalive_ms = 60000, .keepalive_every_ms = 1u << 30, .keepalive_count = 8},
        {.keepalive_ms = AX_TIMER_MAX_MS, .keepalive_every_ms = 1, .keepalive_count = 1},
        {.keepalive_ms = AX_TIMER_MAX_MS - 9 * 75000 + 1},
    };

    (void)unused;
    given_tcp(&tcp, 8, 8);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(ax_tcp_set_options(&tcp, &wrong[i]), AX_E_ARG);
    assert_int_equal(ax_tcp_options(&tcp).keepalive_ms, 0);
    assert_int_equal(
        ax_tcp_set_options(&tcp,
                           &(struct ax_tcp_options){.keepalive_ms = AX_TIMER_MAX_MS - 9 * 75000}),
        AX_OK);
}

static void the_user_timeout_counts_unacknowledged_data(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    ax_tcp_set_options(&tcp, &(struct ax_tcp_options){.user_timeout_ms = 1000});
    advance(5000);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED); /* nothing is owed */
    ax_tcp_send(&tcp, "ab", 2);
    fake_stack_run();
    advance(900);
    net_tcp_acked(&tcp, 1); /* the peer gets on */
    advance(900);
    net_tcp_peer_stopped(&tcp); /* or answers a probe */
    advance(900);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED);
    advance(100);
    assert_int_equal(ax_tcp_end(&tcp), AX_E_USER_TIMEOUT);
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_FORGET);
}

static void destroy_drops_what_was_received(void **unused)
{
    (void)unused;
    given_established(&tcp, 8, 8);
    net_tcp_received(&tcp, "abc", 3);
    ax_tcp_destroy(&tcp);
    assert_false(ax_tcp_can_recv(&tcp));
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_RESET);
    assert_true(ax_tcp_is_released(&tcp));
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_new_socket_is_closed_and_free),
        CASE(storage_of_no_size_is_refused),
        CASE(connect_checks_where_to),
        CASE(connecting_moves_nothing_yet),
        CASE(connect_ends_at_its_deadline),
        CASE(a_connection_forgets_the_deadline_of_its_connect),
        CASE(a_withdrawn_connect_is_released_when_the_stack_knows),
        CASE(send_takes_what_fits),
        CASE(acknowledged_bytes_make_room_and_wake_a_writer),
        CASE(in_place_sending_is_sending),
        CASE(received_bytes_wake_a_reader_and_come_out_in_order),
        CASE(a_wait_is_latched),
        CASE(a_withdrawn_wait_is_not_woken),
        CASE(bytes_before_a_reset_are_read_before_the_reset),
        CASE(end_of_stream_stays_even_if_a_reset_follows),
        CASE(end_of_stream_is_writable_until_a_send_finds_no_room),
        CASE(every_end_makes_a_socket_ready_both_ways),
        CASE(close_sends_the_fin_behind_the_bytes),
        CASE(time_wait_says_closed_and_destroy_lets_go_of_it),
        CASE(fin_wait_2_is_reaped),
        CASE(another_user_timeout_does_not_put_that_off),
        CASE(options_beyond_a_timer_are_refused),
        CASE(the_user_timeout_counts_unacknowledged_data),
        CASE(destroy_drops_what_was_received),
    };

    return cmocka_run_group_tests_name("tcp", tests, NULL, NULL);
}
