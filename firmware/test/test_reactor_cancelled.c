/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations of a reactor that are cancelled, or end with their socket. */
#include "reactor_bench.h"

static uint8_t more[64];

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
