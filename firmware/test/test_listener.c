/* SPDX-License-Identifier: BSD-3-Clause */
/* Listeners over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ax/listener.h>

#include "fake_stack.h"

static struct ax_listener listener, other;
static struct ax_tcp first, second;

static const struct ax_endpoint here = {0, 80};
static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    given_tcp(&first, 8, 8);
    given_tcp(&second, 8, 8);
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    fake_stack_run();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_listener_close(&listener);
    ax_listener_close(&other);
    ax_tcp_destroy(&first);
    ax_tcp_destroy(&second);
    fake_stack_run();
    assert_false(ax_listener_is_borrowed(&listener));
    assert_true(ax_tcp_is_released(&first) && ax_tcp_is_released(&second));
    return 0;
}

static void syn_for(struct ax_tcp *tcp)
{
    net_listener_take(&listener, tcp, &(struct ax_endpoint){FAKE_ADDR, 80}, &peer);
}

static void refused_by_the_peer(struct ax_tcp *tcp)
{
    net_tcp_ended(tcp, AX_E_RESET);
    net_tcp_detached(tcp);
}

static void a_port_has_one_listener(void **unused)
{
    (void)unused;
    assert_int_equal(ax_listener_open(&other, &here, AX_LISTEN_DROP), AX_E_IN_USE);
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_DROP), AX_E_STATE);
    assert_int_equal(ax_listener_open(&other, &(struct ax_endpoint){FAKE_ADDR, 80}, AX_LISTEN_DROP),
                     AX_E_IN_USE);
    assert_int_equal(ax_listener_open(&other, &(struct ax_endpoint){0, 81}, AX_LISTEN_DROP), AX_OK);
}

static void every_address_is_taken_where_one_is(void **unused)
{
    (void)unused;
    ax_listener_close(&listener);
    fake_stack_run();
    assert_int_equal(ax_listener_open(&other, &(struct ax_endpoint){FAKE_ADDR, 80}, AX_LISTEN_DROP),
                     AX_OK);
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_DROP), AX_E_IN_USE);
}

static void listeners_are_bounded(void **unused)
{
    struct ax_listener third = {0};

    (void)unused;
    ax_listener_open(&other, &(struct ax_endpoint){0, 81}, AX_LISTEN_DROP);
    assert_int_equal(ax_listener_open(&third, &(struct ax_endpoint){0, 82}, AX_LISTEN_DROP),
                     AX_E_MEMORY);
    ax_listener_close(&other);
    assert_int_equal(ax_listener_open(&third, &(struct ax_endpoint){0, 82}, AX_LISTEN_DROP), AX_OK);
    ax_listener_close(&third);
    fake_stack_run();
}

static void a_syn_takes_the_socket_lent_longest(void **unused)
{
    (void)unused;
    assert_int_equal(ax_listener_lend(&listener, &first), AX_OK);
    assert_int_equal(ax_listener_lend(&listener, &second), AX_OK);
    assert_int_equal(ax_listener_lend(&listener, &second), AX_E_STATE);
    assert_ptr_equal(net_listener_front(&listener), &first);
    syn_for(&first);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_SYN_RECEIVED);
    assert_ptr_equal(net_listener_front(&listener), &second);
    assert_int_equal(lent_to(&listener), 1);
}

static void a_half_open_socket_comes_back_to_its_place_in_line(void **unused)
{
    (void)unused;
    ax_listener_lend(&listener, &first);
    ax_listener_lend(&listener, &second);
    syn_for(&first);
    syn_for(&second);
    assert_null(net_listener_front(&listener));
    refused_by_the_peer(&first);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_LISTEN);
    assert_int_equal(ax_tcp_end(&first), AX_OK);
    assert_false(ax_tcp_is_released(&first));
    refused_by_the_peer(&second);
    assert_ptr_equal(net_listener_front(&listener), &first);
    assert_int_equal(lent_to(&listener), 2);
    assert_int_equal(ax_listener_stats(&listener).returned, 2);
}

static void an_accepted_socket_is_on_its_own(void **unused)
{
    (void)unused;
    ax_listener_lend(&listener, &first);
    syn_for(&first);
    net_tcp_established(&first);
    ax_listener_close(&listener);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_ESTABLISHED);
    assert_int_equal(ax_tcp_remote(&first).port, PEER_PORT);
    assert_int_equal(ax_listener_stats(&listener).accepted, 1);
}

static void closing_gives_back_the_waiting_and_resets_the_half_open(void **unused)
{
    (void)unused;
    ax_listener_lend(&listener, &first);
    ax_listener_lend(&listener, &second);
    syn_for(&first);
    ax_listener_close(&listener);
    assert_int_equal(ax_tcp_end(&first), AX_E_ABORTED);
    assert_int_equal(ax_tcp_end(&second), AX_E_ABORTED);
    assert_true(ax_tcp_is_released(&second));
    assert_false(ax_tcp_is_released(&first));
    fake_stack_run();
    assert_int_equal(fake_tcp_wants, NET_RESET);
}

static void a_lent_socket_can_be_taken_back(void **unused)
{
    (void)unused;
    ax_listener_lend(&listener, &first);
    ax_listener_lend(&listener, &second);
    ax_tcp_close(&first);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_CLOSED);
    assert_true(ax_tcp_is_released(&first));
    assert_ptr_equal(net_listener_front(&listener), &second);
    assert_int_equal(ax_listener_lend(&listener, &first), AX_OK);
}

static void a_half_open_socket_can_be_closed(void **unused)
{
    (void)unused;
    ax_listener_lend(&listener, &first);
    syn_for(&first);
    assert_int_equal(ax_tcp_close(&first), AX_OK);
    assert_int_equal(ax_tcp_state(&first), AX_TCP_FIN_WAIT_1);
    assert_true(net_tcp_fin_due(&first));
    ax_listener_close(&listener); /* no longer its business */
    assert_int_equal(ax_tcp_state(&first), AX_TCP_FIN_WAIT_1);
}

/* The stack has one control block for a port. */
static void a_port_is_given_up_before_it_is_taken_anew(void **unused)
{
    (void)unused;
    ax_listener_close(&listener);
    assert_int_equal(ax_listener_open(&other, &here, AX_LISTEN_DROP), AX_OK);
    assert_ptr_equal(net_listener_wanting(), &listener);
    net_listener_detached(&listener);
    assert_ptr_equal(net_listener_wanting(), &other);
    net_listener_attached(&other);
}

static void only_an_open_listener_opens_pairs_again(void **unused)
{
    (void)unused;
    assert_int_equal(ax_listener_reopen(&other), AX_E_STATE);
    assert_int_equal(ax_listener_reopen(&listener), AX_OK);
    ax_listener_close(&listener);
    fake_stack_run();
    ax_listener_open(&listener, &here, AX_LISTEN_RESET);
    assert_false(listener.reopens);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_port_has_one_listener),
        CASE(every_address_is_taken_where_one_is),
        CASE(listeners_are_bounded),
        CASE(a_syn_takes_the_socket_lent_longest),
        CASE(a_half_open_socket_comes_back_to_its_place_in_line),
        CASE(an_accepted_socket_is_on_its_own),
        CASE(closing_gives_back_the_waiting_and_resets_the_half_open),
        CASE(a_lent_socket_can_be_taken_back),
        CASE(a_half_open_socket_can_be_closed),
        CASE(a_port_is_given_up_before_it_is_taken_anew),
        CASE(only_an_open_listener_opens_pairs_again),
    };

    return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
