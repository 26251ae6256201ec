/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections that are held until there is a socket, over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/listener.h>

#include "fake_stack.h"

enum { PLACES = 3 };

static struct ax_listener listener;
static struct ax_tcp places[PLACES], first, second;

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    memset(places, 0, sizeof places);
    given_tcp(&first, 8, 8);
    given_tcp(&second, 8, 8);
    assert_int_equal(ax_listener_open(&listener, &(struct ax_endpoint){0, 80}, AX_LISTEN_DROP),
                     AX_OK);
    assert_int_equal(ax_listener_hold(&listener, places, PLACES), AX_OK);
    fake_stack_run();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_listener_close(&listener);
    ax_tcp_destroy(&first);
    ax_tcp_destroy(&second);
    fake_stack_run();
    assert_false(ax_listener_is_borrowed(&listener));
    for (int i = 0; i < PLACES; i++)
        assert_true(ax_tcp_is_released(&places[i]));
    assert_true(ax_tcp_is_released(&first) && ax_tcp_is_released(&second));
    return 0;
}

/* A SYN of that port takes whatever is in front. */
static struct ax_tcp *syn_from(uint16_t port)
{
    struct ax_tcp *tcp = net_listener_front(&listener);

    assert_non_null(tcp);
    net_listener_take(&listener, tcp, &(struct ax_endpoint){FAKE_ADDR, 80},
                      &(struct ax_endpoint){PEER_ADDR, port});
    return tcp;
}

static struct ax_tcp *held_from(uint16_t port)
{
    struct ax_tcp *place = syn_from(port);

    net_tcp_established(place);
    return place;
}

static void ended(struct ax_tcp *tcp, int cause)
{
    net_tcp_ended(tcp, cause);
    net_tcp_detached(tcp);
}

static struct ax_listener_stats stats(void) { return ax_listener_stats(&listener); }

static void a_syn_takes_a_socket_before_a_place(void **unused)
{
    (void)unused;
    assert_int_equal(ax_listener_lend(&listener, &first), AX_OK);
    assert_int_equal(ax_listener_lend(&listener, &second), AX_OK);
    assert_ptr_equal(syn_from(1), &first);
    assert_ptr_equal(syn_from(2), &second);
    assert_int_equal(stats().held, 0);
    assert_ptr_equal(syn_from(3), &places[0]);
    assert_int_equal(stats().syns, 3);
    assert_int_equal(stats().held, 1);
    assert_int_equal(ax_listener_holding(&listener), 1);
}

static void places_are_bounded(void **unused)
{
    (void)unused;
    for (uint16_t port = 1; port <= PLACES; port++)
        syn_from(port);
    assert_null(net_listener_front(&listener));
    assert_int_equal(ax_listener_holding(&listener), PLACES);
}

static void a_socket_goes_to_the_one_connected_longest(void **unused)
{
    struct ax_tcp *early, *late;

    (void)unused;
    early = syn_from(1);
    late = held_from(2);
    net_tcp_established(early);
    ax_listener_lend(&listener, &first);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_LISTEN);
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_PASS_ON);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_ESTABLISHED);
    assert_int_equal(ax_tcp_remote(&first).port, 2);
    assert_int_equal(ax_tcp_local(&first).addr, FAKE_ADDR);
    assert_int_equal(ax_tcp_state(late), AX_TCP_LISTEN);
    ax_listener_lend(&listener, &second);
    fake_stack_run();
    assert_int_equal(ax_tcp_remote(&second).port, 1);
    assert_int_equal(ax_listener_holding(&listener), 0);
    assert_int_equal(stats().accepted, 2);
    assert_int_equal(stats().syns, 2);
    assert_int_equal(stats().returned, 0);
}

static void one_that_is_half_open_gets_a_socket_when_it_is_not(void **unused)
{
    struct ax_tcp *place = syn_from(1);

    (void)unused;
    ax_listener_lend(&listener, &first);
    fake_stack_run();
    assert_int_equal(ax_tcp_state(&first), AX_TCP_LISTEN);
    net_tcp_established(place);
    fake_stack_run();
    assert_int_equal(ax_tcp_state(&first), AX_TCP_ESTABLISHED);
}

static void a_later_syn_may_take_the_socket_first(void **unused)
{
    struct ax_tcp *place = syn_from(1);

    (void)unused;
    ax_listener_lend(&listener, &first);
    assert_ptr_equal(syn_from(2), &first);
    net_tcp_established(place);
    fake_stack_run();
    assert_int_equal(ax_listener_holding(&listener), 1);
}

static void a_place_serves_again_whatever_ended_the_connection(void **unused)
{
    static const int causes[] = {AX_E_RESET, AX_E_CONNECT_TIMEOUT, AX_E_ADDRESS_LOST, AX_E_EVICTED,
                                 AX_E_KEEPALIVE};

    (void)unused;
    for (size_t i = 0; i < sizeof causes / sizeof *causes; i++) {
        ended(syn_from(1), causes[i]);
        ended(held_from(2), causes[i]);
        assert_int_equal(ax_listener_holding(&listener), 0);
        assert_int_equal(lent_to(&listener), PLACES);
        assert_int_equal(stats().returned, 2 * i + 2);
    }
    ax_listener_lend(&listener, &first);
    fake_stack_run();
    assert_int_equal(ax_tcp_state(&first), AX_TCP_LISTEN);
}

static void a_connection_that_ends_while_it_is_offered_leaves_the_socket(void **unused)
{
    struct ax_tcp *place = held_from(1);

    (void)unused;
    ax_listener_lend(&listener, &first);
    ended(place, AX_E_RESET);
    fake_stack_run();
    assert_int_equal(ax_tcp_state(&first), AX_TCP_LISTEN);
    assert_int_equal(ax_tcp_end(&first), AX_OK);
}

static void a_socket_that_is_taken_back_leaves_the_connection(void **unused)
{
    (void)unused;
    held_from(1);
    ax_listener_lend(&listener, &first);
    ax_tcp_abort(&first);
    fake_stack_run();
    assert_int_equal(ax_tcp_state(&first), AX_TCP_CLOSED);
    assert_int_equal(ax_listener_holding(&listener), 1);
}

static void closing_the_listener_resets_those_held(void **unused)
{
    (void)unused;
    held_from(1);
    syn_from(2);
    ax_listener_close(&listener);
    assert_false(ax_tcp_is_released(&places[0]) || ax_tcp_is_released(&places[1]));
    assert_true(ax_tcp_is_released(&places[2]));
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_RESET);
    assert_int_equal(ax_listener_holding(&listener), 0);
}

static void closing_wins_over_a_socket_just_lent(void **unused)
{
    (void)unused;
    held_from(1);
    ax_listener_lend(&listener, &first);
    ax_listener_close(&listener);
    fake_stack_run();
    assert_int_equal(ax_tcp_end(&first), AX_E_ABORTED);
    assert_true(fake_tcp_wants & NET_RESET);
}

static void places_serve_another_listener_once_they_are_released(void **unused)
{
    (void)unused;
    held_from(1);
    ax_listener_close(&listener);
    assert_int_equal(ax_listener_hold(&listener, places, PLACES), AX_E_STATE);
    fake_stack_run();
    ax_listener_open(&listener, &(struct ax_endpoint){0, 81}, AX_LISTEN_RESET);
    assert_int_equal(ax_listener_hold(&listener, places, PLACES), AX_OK);
    ax_listener_lend(&listener, &first);
    fake_stack_run();
    assert_int_equal(ax_tcp_state(&first), AX_TCP_LISTEN);
}

static void a_refused_call_takes_no_place(void **unused)
{
    static struct ax_tcp many[40];

    (void)unused;
    assert_int_equal(ax_listener_hold(&listener, places, 1), AX_E_STATE);
    assert_int_equal(ax_listener_hold(&listener, &first, 1), AX_E_STATE);
    assert_int_equal(ax_listener_hold(&listener, many, 40), AX_E_MEMORY);
    for (int i = 0; i < 40; i++)
        assert_true(ax_tcp_is_released(&many[i]));
    assert_int_equal(lent_to(&listener), PLACES);
    assert_int_equal(ax_listener_hold(&listener, many, 1), AX_OK);
}

static void what_was_dropped_before_is_known_of_the_socket(void **unused)
{
    (void)unused;
    net_tcp_dropped(held_from(1), 5, 0);
    ax_listener_lend(&listener, &first);
    fake_stack_run();
    assert_int_equal(ax_tcp_stats(&first).rx_dropped_window, 5);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_syn_takes_a_socket_before_a_place),
        CASE(places_are_bounded),
        CASE(a_socket_goes_to_the_one_connected_longest),
        CASE(one_that_is_half_open_gets_a_socket_when_it_is_not),
        CASE(a_later_syn_may_take_the_socket_first),
        CASE(a_place_serves_again_whatever_ended_the_connection),
        CASE(a_connection_that_ends_while_it_is_offered_leaves_the_socket),
        CASE(a_socket_that_is_taken_back_leaves_the_connection),
        CASE(closing_the_listener_resets_those_held),
        CASE(closing_wins_over_a_socket_just_lent),
        CASE(places_serve_another_listener_once_they_are_released),
        CASE(a_refused_call_takes_no_place),
        CASE(what_was_dropped_before_is_known_of_the_socket),
    };

    return cmocka_run_group_tests_name("holding", tests, NULL, NULL);
}
