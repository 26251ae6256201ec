/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections through a reactor: opened, used, ended. */
#include "reactor_bench.h"

static int a_token;

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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
