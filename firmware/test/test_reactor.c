/* SPDX-License-Identifier: BSD-3-Clause */
/* The completion reactor over futures over sockets over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/reactor.h>

#include "fake_stack.h"

enum { PLACES = 4, POISON = 0xa5 };

static struct ax_operation table[PLACES];
static struct ax_reactor reactor;
static struct ax_completion done;
static struct ax_tcp tcp, other;
static struct ax_listener listener;
static struct ax_udp udp;
static struct watcher watcher, waiter;
static uint8_t got[64], more[64];
static int a_token;

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT}, here = {0, 80};

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    ax_reactor_init(&reactor, table, PLACES);
    watcher_start(&watcher);
    watcher_start(&waiter);
    ax_clock_hold();
    memset(got, 0, sizeof got);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_tcp_destroy(&tcp);
    ax_tcp_destroy(&other);
    ax_udp_close(&udp);
    ax_listener_close(&listener);
    fake_stack_run();
    assert_int_equal(ax_timers_armed(), 0);
    watcher_stop(&waiter);
    watcher_stop(&watcher);
    return 0;
}

static void advance(uint32_t ms)
{
    assert_int_equal(ax_clock_advance(&(struct ax_advance){.ms = ms}, 0), AX_OK);
    while (ax_clock_is_advancing())
        ax_run_once();
}

static void process(void) { ax_reactor_process(&reactor, watcher.task.self); }

/* Nothing completes, and whoever processes sleeps. */
static void assert_waits(void)
{
    (void)watcher_was_woken(&watcher); /* forgets what came before */
    process();
    assert_int_equal(ax_reactor_next(&reactor, &done), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));
}

static void assert_next(int id, int result)
{
    assert_true(id > 0);
    assert_int_equal(ax_reactor_next(&reactor, &done), AX_OK);
    assert_int_equal(done.id, id);
    assert_int_equal(done.result, result);
}

static void assert_none(void)
{
    assert_int_equal(ax_reactor_next(&reactor, &done), AX_E_WOULD_BLOCK);
}

/* Woken, it completes that, and nothing else. */
static void assert_completes(int id, int result)
{
    assert_true(watcher_was_woken(&watcher));
    process();
    assert_next(id, result);
    assert_none();
}

static void peer_sends(struct ax_tcp *to, const char *bytes)
{
    net_tcp_received(to, bytes, strlen(bytes));
}

static void peer_acknowledges(struct ax_tcp *from, uint32_t len)
{
    fake_stack_run();
    net_tcp_acked(from, len);
}

/* ---- connections */

static void nothing_happens_before_it_is_processed(void **unused)
{
    (void)unused;
    given_tcp(&tcp, 16, 4);
    process();

    assert_true(ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL) > 0);

    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSED);
    assert_true(watcher_was_woken(&watcher)); /* for that */
}

static void a_connect_completes_once_it_is_established_and_tells_both_ends(void **unused)
{
    int id;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, &a_token);
    assert_waits();

    fake_stack_run();
    net_tcp_established(&tcp);

    assert_completes(id, AX_OK);
    assert_int_equal(done.op, AX_OP_CONNECT);
    assert_ptr_equal(done.token, &a_token);
    assert_ptr_equal(done.tcp, &tcp);
    assert_ptr_equal(done.udp, NULL);
    assert_int_equal(done.about.remote.port, PEER_PORT);
    assert_int_equal(done.about.local.addr, FAKE_ADDR);
}

static void a_connect_that_is_refused_completes_with_that(void **unused)
{
    int id;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    assert_waits();
    fake_stack_run();

    net_tcp_ended(&tcp, AX_E_REFUSED);
    net_tcp_detached(&tcp);

    assert_completes(id, AX_E_REFUSED);
}

static void accepts_are_served_in_order_and_tell_who_called(void **unused)
{
    int first, second;
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    given_tcp(&tcp, 16, 4);
    given_tcp(&other, 16, 4);
    first = ax_reactor_accept(&reactor, &listener, &tcp, NULL);
    second = ax_reactor_accept(&reactor, &listener, &other, NULL);
    assert_waits();

    assert_ptr_equal(net_listener_front(&listener), &tcp);
    net_listener_take(&listener, &tcp, &(struct ax_endpoint){FAKE_ADDR, 80}, &peer);
    net_tcp_established(&tcp);

    assert_completes(first, AX_OK);
    assert_int_equal(done.op, AX_OP_ACCEPT);
    assert_ptr_equal(done.tcp, &tcp);
    assert_int_equal(done.about.remote.port, PEER_PORT);
    ax_listener_close(&listener);
    assert_completes(second, AX_E_ABORTED);
}

static void a_connect_that_is_not_answered_in_time_has_that_for_its_end(void **unused)
{
    int id;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 20, NULL);
    assert_waits();

    advance(20);

    assert_completes(id, AX_E_CONNECT_TIMEOUT);
}

static void what_is_behind_a_connect_waits_for_it_and_ends_as_it_does(void **unused)
{
    int connect, recv, send, shutdown;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    connect = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    recv = ax_reactor_recv(&reactor, &tcp, got, sizeof got, NULL);
    send = ax_reactor_send(&reactor, &tcp, "ab", 2, NULL);
    shutdown = ax_reactor_shutdown(&reactor, &tcp, NULL);
    assert_waits();
    fake_stack_run();

    net_tcp_ended(&tcp, AX_E_REFUSED);
    net_tcp_detached(&tcp);
    process();

    assert_next(connect, AX_E_REFUSED);
    assert_next(recv, AX_E_REFUSED);
    assert_next(send, AX_E_REFUSED);
    assert_next(shutdown, AX_E_REFUSED);
    assert_none();
}

static void a_connection_is_used_by_what_was_submitted_behind_its_connect(void **unused)
{
    int connect, write;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    connect = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    write = ax_reactor_write_all(&reactor, &tcp, "abcd", 4, NULL);
    assert_waits();
    fake_stack_run();

    net_tcp_established(&tcp);
    process();

    assert_next(connect, AX_OK);
    assert_next(write, 4);
}

static void closing_completes_once_the_socket_can_begin_again(void **unused)
{
    int id, again;
    (void)unused;
    given_established(&tcp, 16, 4);
    peer_sends(&tcp, "unread");
    id = ax_reactor_close(&reactor, &tcp, NULL);
    again = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    assert_waits();
    fake_stack_run();
    net_tcp_fin_acked(&tcp);
    assert_waits();

    net_tcp_peer_fin(&tcp);
    process();
    fake_stack_run();

    assert_completes(id, AX_OK);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_SYN_SENT);
    assert_int_equal(ax_reactor_cancel(&reactor, again), AX_OK);
}

static void shutting_down_waits_for_its_ack_behind_what_was_written(void **unused)
{
    int write, flush, shutdown;
    (void)unused;
    given_established(&tcp, 16, 4);
    write = ax_reactor_write_all(&reactor, &tcp, "abcdef", 6, NULL);
    flush = ax_reactor_flush(&reactor, &tcp, NULL);
    shutdown = ax_reactor_shutdown(&reactor, &tcp, NULL);
    assert_waits();
    peer_acknowledges(&tcp, 4);
    assert_completes(write, 6);
    assert_waits();

    peer_acknowledges(&tcp, 2);
    assert_completes(flush, AX_OK);
    fake_stack_run();
    net_tcp_fin_acked(&tcp);

    assert_completes(shutdown, AX_OK);
}

/* ---- bytes */

static void a_close_cancels_who_reads_and_lets_who_writes_finish(void **unused)
{
    int read, write, close;
    (void)unused;
    given_established(&tcp, 16, 4);
    read = ax_reactor_recv(&reactor, &tcp, got, sizeof got, NULL);
    write = ax_reactor_write_all(&reactor, &tcp, "abcdef", 6, NULL);
    assert_waits();

    close = ax_reactor_close(&reactor, &tcp, NULL);
    process();
    assert_next(read, AX_E_ABORTED);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED);
    peer_acknowledges(&tcp, 4);
    process();
    assert_next(write, 6);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_FIN_WAIT_1);

    assert_int_equal(ax_reactor_cancel(&reactor, close), AX_OK);
    process();
    assert_next(close, AX_E_ABORTED);
}

static void what_is_waited_for_is_something_that_the_socket_knows(void **unused)
{
    int nothing, unknown, flushed;

    (void)unused;
    given_established(&tcp, 16, 4);
    nothing = ax_reactor_ready_tcp(&reactor, &tcp, 0, NULL);
    unknown = ax_reactor_ready_tcp(&reactor, &tcp, 0x80, NULL);
    flushed = ax_reactor_ready_udp(&reactor, &udp, AX_FLUSHED, 1, NULL);
    process();
    assert_next(nothing, AX_E_ARG);
    assert_next(unknown, AX_E_ARG);
    assert_next(flushed, AX_E_ARG);
}

static void what_would_block_is_no_completion(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, sizeof got, NULL);
    assert_waits();
    assert_waits();

    peer_sends(&tcp, "hello");

    assert_completes(id, 5);
    assert_int_equal(done.bytes, 5);
    assert_memory_equal(got, "hello", 5);
}

static void reading_exactly_and_writing_all_take_as_many_attempts_as_they_need(void **unused)
{
    int read, write;
    (void)unused;
    given_established(&tcp, 4, 4);
    read = ax_reactor_read_exact(&reactor, &tcp, got, 6, NULL);
    write = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    assert_waits();
    peer_sends(&tcp, "1234");
    assert_waits();
    peer_acknowledges(&tcp, 4);

    assert_completes(write, 8);
    assert_int_equal(done.bytes, 8);
    peer_sends(&tcp, "56");
    assert_completes(read, 6);
    assert_memory_equal(got, "123456", 6);
}

static void a_send_is_done_with_what_fits(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_send(&reactor, &tcp, "abcdef", 6, NULL);
    process();

    assert_next(id, 4);
    assert_int_equal(done.bytes, 4);
}

static void what_takes_no_byte_of_a_stream_that_ended_tells_what_came_before(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_read_exact(&reactor, &tcp, got, 6, NULL);
    peer_sends(&tcp, "abc");
    assert_waits();

    net_tcp_peer_fin(&tcp);

    assert_completes(id, AX_E_EOF);
    assert_int_equal(done.bytes, 3);
    assert_memory_equal(got, "abc", 3);
}

static void bytes_before_a_reset_come_before_it(void **unused)
{
    int first, second, third;
    (void)unused;
    given_established(&tcp, 16, 4);
    first = ax_reactor_recv(&reactor, &tcp, got, 2, NULL);
    second = ax_reactor_recv(&reactor, &tcp, got + 2, 2, NULL);
    third = ax_reactor_recv(&reactor, &tcp, got + 4, 2, NULL);
    assert_waits();

    peer_sends(&tcp, "abc");
    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);
    process();

    assert_next(first, 2);
    assert_next(second, 1);
    assert_next(third, AX_E_RESET);
    assert_memory_equal(got, "abc", 3);
}

/* ---- order */

static void operations_in_one_direction_go_on_in_the_order_of_submission(void **unused)
{
    int first, second;
    (void)unused;
    given_established(&tcp, 16, 4);
    first = ax_reactor_read_exact(&reactor, &tcp, got, 4, NULL);
    second = ax_reactor_recv(&reactor, &tcp, more, 4, NULL);
    peer_sends(&tcp, "ab");
    assert_waits(); /* the second does not take them */

    peer_sends(&tcp, "cdef");
    process();

    assert_next(first, 4);
    assert_next(second, 2);
    assert_memory_equal(got, "abcd", 4);
    assert_memory_equal(more, "ef", 2);
}

static void the_other_direction_and_other_sockets_do_not_wait(void **unused)
{
    int send, others;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_established(&other, 16, 4);
    assert_true(ax_reactor_recv(&reactor, &tcp, got, 4, NULL) > 0);
    send = ax_reactor_send(&reactor, &tcp, "ab", 2, NULL);
    others = ax_reactor_recv(&reactor, &other, more, 4, NULL);
    peer_sends(&other, "x");
    process();

    assert_next(send, 2);
    assert_next(others, 1);
    assert_none();
    assert_int_equal(ax_reactor_cancel_tcp(&reactor, &tcp), 1);
}

static void completions_are_given_in_the_order_in_which_they_came_about(void **unused)
{
    int first, second;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_established(&other, 16, 4);
    first = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    second = ax_reactor_recv(&reactor, &other, more, 4, NULL);
    peer_sends(&other, "x");
    process();
    peer_sends(&tcp, "y");
    process();

    assert_next(second, 1);
    assert_next(first, 1);
}

/* ---- the table */

static void a_full_table_says_so_until_a_completion_is_taken(void **unused)
{
    int ids[PLACES];
    (void)unused;
    given_established(&tcp, 16, 4);
    for (unsigned i = 0; i < PLACES; i++)
        ids[i] = ax_reactor_recv(&reactor, &tcp, got, 1, NULL);
    assert_int_equal(ax_reactor_recv(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_send_to(&reactor, &udp, &peer, "x", 1, NULL), AX_E_MEMORY);

    peer_sends(&tcp, "a");
    process();
    assert_int_equal(ax_reactor_recv(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_next(ids[0], 1);

    assert_true(ax_reactor_recv(&reactor, &tcp, got, 1, NULL) > 0);
    assert_int_equal(ax_reactor_cancel_tcp(&reactor, &tcp), PLACES);
}

static void every_operation_says_when_there_is_no_place(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    for (unsigned i = 0; i < PLACES; i++)
        assert_true(ax_reactor_recv(&reactor, &tcp, got, 1, NULL) > 0);

    assert_int_equal(ax_reactor_connect(&reactor, &other, NULL, &peer, 0, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_accept(&reactor, &listener, &other, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_read_exact(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_send(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_write_all(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_flush(&reactor, &tcp, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_shutdown(&reactor, &tcp, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_close(&reactor, &tcp, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_recv_from(&reactor, &udp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_ready_tcp(&reactor, &tcp, AX_READABLE, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_ready_udp(&reactor, &udp, AX_READABLE, 1, NULL), AX_E_MEMORY);
}

static void an_id_names_its_operation_alone(void **unused)
{
    int id, again;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_send(&reactor, &tcp, "a", 1, NULL);
    process();
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_STATE); /* it has completed */
    assert_int_equal(ax_reactor_within(&reactor, id, 1), AX_E_STATE);
    assert_next(id, 1);
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_ARG); /* and was taken */
    again = ax_reactor_recv(&reactor, &tcp, got, 1, NULL);

    assert_int_not_equal(again, id);
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_ARG);
    assert_int_equal(ax_reactor_within(&reactor, id, 1), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, 0), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, AX_E_MEMORY), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, again + PLACES), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, again), AX_OK);
}

static void a_place_is_used_longer_than_its_ids_last(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);

    for (unsigned i = 0; i < 70000; i++) {
        int id = ax_reactor_recv(&reactor, &tcp, got, 1, NULL);
        assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
        assert_next(id, AX_E_ABORTED);
    }
}

/* ---- cancelling */

static void what_is_cancelled_completes_once(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_waits();

    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_STATE);

    assert_completes(id, AX_E_ABORTED);
    peer_sends(&tcp, "abc");
    process();
    assert_none();
    assert_int_equal(ax_tcp_levels(&tcp).rx, 3); /* no byte is lost */
}

static void cancelled_before_it_was_processed_it_has_touched_nothing(void **unused)
{
    int id;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);

    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
    process();

    assert_next(id, AX_E_ABORTED);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_CLOSED);
    assert_int_equal(ax_tcp_end(&tcp), AX_OK);
}

static void a_connect_cancelled_leaves_no_connection_behind(void **unused)
{
    int id;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    assert_waits();
    fake_stack_run();
    net_tcp_established(&tcp); /* and nobody was told */

    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
    fake_stack_run();

    assert_next(id, AX_E_ABORTED);
    assert_true(ax_tcp_is_released(&tcp));
}

static void an_accept_cancelled_takes_the_socket_back(void **unused)
{
    int id;
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_accept(&reactor, &listener, &tcp, NULL);
    assert_waits();

    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);

    assert_next(id, AX_E_ABORTED);
    assert_ptr_equal(net_listener_front(&listener), NULL);
}

static void a_write_cancelled_says_how_much_was_taken_and_takes_no_more(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    assert_waits();

    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
    peer_acknowledges(&tcp, 4);
    process();

    assert_next(id, AX_E_ABORTED);
    assert_int_equal(done.bytes, 4);
    assert_int_equal(ax_tcp_levels(&tcp).tx, 0);
}

static void who_was_behind_one_that_is_cancelled_goes_on(void **unused)
{
    int first, second, third;
    (void)unused;
    given_established(&tcp, 16, 4);
    first = ax_reactor_read_exact(&reactor, &tcp, got, 8, NULL);
    second = ax_reactor_recv(&reactor, &tcp, more, 4, NULL);
    third = ax_reactor_recv(&reactor, &tcp, more, 4, NULL);
    peer_sends(&tcp, "abc");
    assert_waits();
    peer_sends(&tcp, "d");

    assert_int_equal(ax_reactor_cancel(&reactor, third), AX_OK); /* behind, and not begun */
    assert_int_equal(ax_reactor_cancel(&reactor, first), AX_OK);

    assert_true(watcher_was_woken(&watcher));
    process();
    assert_next(third, AX_E_ABORTED);
    assert_next(first, AX_E_ABORTED);
    assert_int_equal(done.bytes, 3);
    assert_next(second, 1);
    assert_int_equal(more[0], 'd');
}

static void all_of_a_socket_are_cancelled_and_none_of_another(void **unused)
{
    int first, second, others;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_established(&other, 16, 4);
    first = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    others = ax_reactor_recv(&reactor, &other, more, 4, NULL);
    second = ax_reactor_ready_tcp(&reactor, &tcp, AX_READABLE, NULL);

    assert_int_equal(ax_reactor_cancel_tcp(&reactor, &tcp), 2);

    assert_next(first, AX_E_ABORTED);
    assert_next(second, AX_E_ABORTED);
    assert_none();
    assert_int_equal(ax_reactor_cancel(&reactor, others), AX_OK);
}

static void a_socket_destroyed_completes_what_it_has_under_way_with_its_end(void **unused)
{
    int recv, write, ready, behind;
    (void)unused;
    given_established(&tcp, 16, 4);
    recv = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    write = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    ready = ax_reactor_ready_tcp(&reactor, &tcp, AX_RELEASED, NULL);
    behind = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_waits();

    ax_tcp_destroy(&tcp);
    fake_stack_run();
    process();

    assert_next(recv, AX_E_ABORTED);
    assert_next(write, AX_E_ABORTED);
    assert_int_equal(done.bytes, 4);
    assert_next(ready, AX_RELEASED);
    assert_next(behind, AX_E_ABORTED);
}

static void what_begins_behind_the_end_is_told_so_as_by_the_call_itself(void **unused)
{
    int send;
    (void)unused;
    given_established(&tcp, 16, 4);
    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);

    send = ax_reactor_send(&reactor, &tcp, "a", 1, NULL);
    process();

    assert_next(send, AX_E_STATE);
}

static void nothing_touches_the_bytes_of_what_has_completed(void **unused)
{
    int id;
    uint8_t poison[sizeof got];
    (void)unused;
    memset(poison, POISON, sizeof poison);
    given_established(&tcp, 16, 4);
    assert_true(ax_reactor_recv(&reactor, &tcp, got, 2, NULL) > 0);
    id = ax_reactor_read_exact(&reactor, &tcp, more, 8, NULL);
    peer_sends(&tcp, "abc");
    process();
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
    memset(got, POISON, sizeof got);
    memset(more, POISON, sizeof more);

    peer_sends(&tcp, "defg");
    process();
    net_tcp_peer_fin(&tcp);
    process();

    assert_memory_equal(got, poison, sizeof got);
    assert_memory_equal(more, poison, sizeof more);
}

static void a_socket_is_not_touched_once_its_operations_are_cancelled(void **unused)
{
    struct ax_tcp poisoned;
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    assert_true(ax_reactor_recv(&reactor, &tcp, got, 4, NULL) > 0);
    assert_int_equal(ax_reactor_cancel_tcp(&reactor, &tcp), 2);
    ax_tcp_destroy(&tcp);
    fake_stack_run();
    memset(&tcp, POISON, sizeof tcp);
    poisoned = tcp;

    process();
    assert_next(id, AX_E_ABORTED);
    process();

    assert_memory_equal(&tcp, &poisoned, sizeof tcp);
    memset(&tcp, 0, sizeof tcp);
}

/* ---- deadlines */

static void a_deadline_is_kept_at_its_tick_and_not_before(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    assert_int_equal(ax_reactor_within(&reactor, id, 500), AX_OK);
    assert_waits();
    advance(499);
    assert_waits();

    advance(1);

    assert_completes(id, AX_E_TIMEOUT);
    assert_int_equal(done.bytes, 4);
    peer_acknowledges(&tcp, 4);
    process();
    assert_int_equal(ax_tcp_levels(&tcp).tx, 0); /* nothing of it happens later */
}

static void a_deadline_beyond_the_timers_is_none(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);

    assert_int_equal(ax_reactor_within(&reactor, id, (uint32_t)AX_TIMER_MAX_MS + 1), AX_E_ARG);

    assert_waits();
    peer_sends(&tcp, "a");
    assert_completes(id, 1);
}

static void what_is_done_at_the_deadline_is_done(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_reactor_within(&reactor, id, 500), AX_OK);
    assert_waits();
    peer_sends(&tcp, "a");
    advance(500);

    assert_completes(id, 1);
}

static void a_connect_that_is_late_leaves_no_connection_behind(void **unused)
{
    int id;
    (void)unused;
    given_tcp(&tcp, 16, 4);
    id = ax_reactor_connect(&reactor, &tcp, NULL, &peer, 0, NULL);
    assert_int_equal(ax_reactor_within(&reactor, id, 20), AX_OK);
    assert_waits();
    fake_stack_run();

    advance(20);

    assert_completes(id, AX_E_TIMEOUT);
    fake_stack_run();
    assert_true(ax_tcp_is_released(&tcp));
}

static void one_that_is_behind_another_has_its_deadline_too(void **unused)
{
    int first, second;
    (void)unused;
    given_established(&tcp, 16, 4);
    first = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    second = ax_reactor_recv(&reactor, &tcp, more, 4, NULL);
    assert_int_equal(ax_reactor_within(&reactor, second, 20), AX_OK);
    assert_waits();

    advance(20);

    assert_completes(second, AX_E_TIMEOUT);
    peer_sends(&tcp, "a");
    assert_completes(first, 1);
}

static void a_deadline_is_moved_by_another(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_reactor_within(&reactor, id, 20), AX_OK);
    assert_waits();

    assert_int_equal(ax_reactor_within(&reactor, id, 30), AX_OK);
    assert_waits();
    assert_int_equal(ax_timers_armed(), 1);
    advance(29);
    assert_waits();
    advance(1);

    assert_completes(id, AX_E_TIMEOUT);
}

static void a_deadline_given_while_it_waits_is_kept(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_waits();

    assert_int_equal(ax_reactor_within(&reactor, id, 20), AX_OK);

    assert_true(watcher_was_woken(&watcher));
    assert_waits();
    advance(20);
    assert_completes(id, AX_E_TIMEOUT);
}

static void a_place_used_again_has_no_deadline(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_reactor_within(&reactor, id, 0), AX_OK);
    process();
    assert_next(id, AX_E_TIMEOUT);

    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);

    assert_waits();
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
}

static void no_time_is_time_for_one_attempt(void **unused)
{
    int done_at_once, late;
    (void)unused;
    given_established(&tcp, 16, 4);
    peer_sends(&tcp, "a");
    done_at_once = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    late = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_reactor_within(&reactor, done_at_once, 0), AX_OK);
    assert_int_equal(ax_reactor_within(&reactor, late, 0), AX_OK);
    process();

    assert_next(done_at_once, 1);
    assert_next(late, AX_E_TIMEOUT);
}

static void one_that_is_cancelled_leaves_no_timer(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_reactor_within(&reactor, id, 20), AX_OK);
    assert_waits();

    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);

    assert_int_equal(ax_timers_armed(), 0);
    advance(20);
    process();
    assert_next(id, AX_E_ABORTED);
    assert_none();
}

/* ---- who is woken */

static void whoever_waits_for_a_completion_is_woken_even_if_it_was_there(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    ax_reactor_wait(&reactor, waiter.task.self);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    process();
    assert_false(watcher_was_woken(&waiter));

    peer_sends(&tcp, "a");
    process();
    assert_true(watcher_was_woken(&waiter));
    ax_reactor_wait(&reactor, waiter.task.self);
    assert_true(watcher_was_woken(&waiter));

    assert_next(id, 1);
    ax_reactor_wait(&reactor, waiter.task.self);
    ax_reactor_unwait(&reactor, waiter.task.self);
    id = ax_reactor_send(&reactor, &tcp, "a", 1, NULL);
    process();
    assert_next(id, 1);
    assert_false(watcher_was_woken(&waiter));
}

static void what_is_no_progress_wakes_nobody(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    assert_waits();
    fake_stack_run();

    net_tcp_acked(&tcp, 0);

    assert_false(watcher_was_woken(&watcher));
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
}

static void whoever_processes_last_is_woken(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_true(ax_reactor_recv(&reactor, &tcp, got, 4, NULL) > 0);
    process();
    ax_reactor_process(&reactor, waiter.task.self);

    peer_sends(&tcp, "a");

    assert_true(watcher_was_woken(&waiter));
}

/* ---- datagrams and readiness */

static void given_udp(void)
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

    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    fake_stack_run();
}

static void peer_sends_datagram(const char *bytes)
{
    struct ax_span room;

    assert_int_equal(net_udp_room(&udp, strlen(bytes), &room), AX_OK);
    memcpy(room.at, bytes, strlen(bytes));
    net_udp_received(&udp, strlen(bytes), &peer, &here);
}

static void datagrams_wait_for_room_of_their_length_and_tell_their_ids(void **unused)
{
    int first, second;
    (void)unused;
    given_udp();
    first = ax_reactor_send_to(&reactor, &udp, &peer, "0123456789", 10, NULL);
    second = ax_reactor_send_to(&reactor, &udp, &peer, "0123456789", 10, NULL);
    process();
    assert_next(first, AX_OK);
    assert_int_equal(done.about.id, 1);
    assert_int_equal(done.bytes, 10);
    assert_ptr_equal(done.udp, &udp);
    assert_waits();

    net_udp_left(&udp);

    assert_completes(second, AX_OK);
    assert_int_equal(done.about.id, 2);
}

static void a_datagram_is_told_with_its_sender_and_kept_for_a_larger_area(void **unused)
{
    int small, large;
    (void)unused;
    given_udp();
    small = ax_reactor_recv_from(&reactor, &udp, got, 2, NULL);
    large = ax_reactor_recv_from(&reactor, &udp, got, sizeof got, NULL);
    assert_waits();

    peer_sends_datagram("abc");
    process();

    assert_next(small, AX_E_SMALL);
    assert_int_equal(done.about.len, 3);
    assert_int_equal(done.bytes, 0);
    assert_next(large, 3);
    assert_int_equal(done.bytes, 3);
    assert_int_equal(done.about.remote.port, PEER_PORT);
    assert_memory_equal(got, "abc", 3);
}

static void a_datagram_socket_that_is_closed_completes_what_it_has_under_way(void **unused)
{
    int id;
    (void)unused;
    given_udp();
    id = ax_reactor_recv_from(&reactor, &udp, got, 2, NULL);
    assert_waits();

    ax_udp_close(&udp);

    assert_completes(id, AX_E_STATE);
}

static void all_of_a_datagram_socket_are_cancelled(void **unused)
{
    int id;
    (void)unused;
    given_udp();
    id = ax_reactor_recv_from(&reactor, &udp, got, 2, NULL);

    assert_int_equal(ax_reactor_cancel_udp(&reactor, &udp), 1);

    assert_next(id, AX_E_ABORTED);
}

static void being_ready_is_told_and_stands_in_nobodys_way(void **unused)
{
    int recv, readable, room;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_udp();
    readable = ax_reactor_ready_tcp(&reactor, &tcp, AX_READABLE | AX_RELEASED, NULL);
    recv = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_udp_send(&udp, &peer, "0123456789", 10, NULL), AX_OK);
    room = ax_reactor_ready_udp(&reactor, &udp, AX_WRITABLE, 12, NULL);
    assert_waits();

    peer_sends(&tcp, "a");
    process();
    assert_next(readable, AX_READABLE);
    assert_next(recv, 1);
    net_udp_left(&udp);
    assert_completes(room, AX_WRITABLE);

    readable = ax_reactor_ready_udp(&reactor, &udp, AX_READABLE, 0, NULL);
    assert_waits();
    peer_sends_datagram("abc");
    assert_completes(readable, AX_READABLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_happens_before_it_is_processed),
        TEST(a_connect_completes_once_it_is_established_and_tells_both_ends),
        TEST(a_connect_that_is_refused_completes_with_that),
        TEST(accepts_are_served_in_order_and_tell_who_called),
        TEST(a_connect_that_is_not_answered_in_time_has_that_for_its_end),
        TEST(what_is_behind_a_connect_waits_for_it_and_ends_as_it_does),
        TEST(a_connection_is_used_by_what_was_submitted_behind_its_connect),
        TEST(closing_completes_once_the_socket_can_begin_again),
        TEST(shutting_down_waits_for_its_ack_behind_what_was_written),
        TEST(a_close_cancels_who_reads_and_lets_who_writes_finish),
        TEST(what_is_waited_for_is_something_that_the_socket_knows),
        TEST(what_would_block_is_no_completion),
        TEST(reading_exactly_and_writing_all_take_as_many_attempts_as_they_need),
        TEST(a_send_is_done_with_what_fits),
        TEST(what_takes_no_byte_of_a_stream_that_ended_tells_what_came_before),
        TEST(bytes_before_a_reset_come_before_it),
        TEST(operations_in_one_direction_go_on_in_the_order_of_submission),
        TEST(the_other_direction_and_other_sockets_do_not_wait),
        TEST(completions_are_given_in_the_order_in_which_they_came_about),
        TEST(a_full_table_says_so_until_a_completion_is_taken),
        TEST(every_operation_says_when_there_is_no_place),
        TEST(an_id_names_its_operation_alone),
        TEST(a_place_is_used_longer_than_its_ids_last),
        TEST(what_is_cancelled_completes_once),
        TEST(cancelled_before_it_was_processed_it_has_touched_nothing),
        TEST(a_connect_cancelled_leaves_no_connection_behind),
        TEST(an_accept_cancelled_takes_the_socket_back),
        TEST(a_write_cancelled_says_how_much_was_taken_and_takes_no_more),
        TEST(who_was_behind_one_that_is_cancelled_goes_on),
        TEST(all_of_a_socket_are_cancelled_and_none_of_another),
        TEST(a_socket_destroyed_completes_what_it_has_under_way_with_its_end),
        TEST(what_begins_behind_the_end_is_told_so_as_by_the_call_itself),
        TEST(nothing_touches_the_bytes_of_what_has_completed),
        TEST(a_socket_is_not_touched_once_its_operations_are_cancelled),
        TEST(a_deadline_is_kept_at_its_tick_and_not_before),
        TEST(a_deadline_beyond_the_timers_is_none),
        TEST(what_is_done_at_the_deadline_is_done),
        TEST(a_connect_that_is_late_leaves_no_connection_behind),
        TEST(one_that_is_behind_another_has_its_deadline_too),
        TEST(a_deadline_is_moved_by_another),
        TEST(a_deadline_given_while_it_waits_is_kept),
        TEST(a_place_used_again_has_no_deadline),
        TEST(no_time_is_time_for_one_attempt),
        TEST(one_that_is_cancelled_leaves_no_timer),
        TEST(whoever_waits_for_a_completion_is_woken_even_if_it_was_there),
        TEST(what_is_no_progress_wakes_nobody),
        TEST(whoever_processes_last_is_woken),
        TEST(datagrams_wait_for_room_of_their_length_and_tell_their_ids),
        TEST(a_datagram_is_told_with_its_sender_and_kept_for_a_larger_area),
        TEST(a_datagram_socket_that_is_closed_completes_what_it_has_under_way),
        TEST(all_of_a_datagram_socket_are_cancelled),
        TEST(being_ready_is_told_and_stands_in_nobodys_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
