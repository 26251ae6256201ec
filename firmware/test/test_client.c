/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client is told, in which order, and how often, over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "callback_bench.h"

/* ---- connecting */

static void connecting_is_told_once_established(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();
    assert_string_equal(told(), "");
    net_tcp_established(&probe->tcp);
    run();

    assert_string_equal(told(), "0 connect");
}

static void nothing_is_told_from_inside_a_call(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    assert_string_equal(told(), "");
    run();

    assert_string_equal(told(), "0 disconnect");
}

static void a_connect_that_is_refused_is_told_as_an_error_and_a_disconnect(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();

    net_tcp_ended(&probe->tcp, AX_E_REFUSED);
    net_tcp_detached(&probe->tcp);
    run();

    assert_string_equal(told(), "0 error refused, 0 disconnect");
}

static void a_connect_ends_at_its_deadline(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 100), AX_OK);
    run();

    advance(99);
    assert_string_equal(told(), "");
    advance(1);

    assert_string_equal(told(), "0 error connect-timeout, 0 disconnect");
}

static void a_connect_that_is_cancelled_is_told_once_and_is_no_error(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 100), AX_OK);
    run();

    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    advance(1000);

    assert_string_equal(told(), "0 disconnect");
    assert_true(ax_client_is_released(&probe->client));
}

static void a_connect_that_cannot_begin_says_so_and_nothing_is_told(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;

    assert_int_equal(
        ax_client_connect(&probe->client, NULL, &(struct ax_endpoint){PEER_ADDR, 0}, 0), AX_E_ARG);
    run();

    assert_string_equal(told(), "");
    assert_true(ax_client_is_released(&probe->client));
}

static void one_that_is_not_idle_does_not_begin_again(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_E_STATE);
    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_ESTABLISHED);
}

static void connecting_again_waits_for_the_socket_to_be_released(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    acks_our_end(probe);
    ends(probe);
    assert_string_equal(told(), "0 end, 0 disconnect");
    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_TIME_WAIT);

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();

    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_SYN_SENT);
}

static void what_refuses_a_connect_that_had_to_wait_is_told(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    ax_client_abort(&probe->client);
    while (ax_run_once())
        ;
    assert_string_equal(told(), "0 disconnect");
    assert_int_equal(
        ax_client_connect(&probe->client, NULL, &(struct ax_endpoint){PEER_ADDR, 0}, 0), AX_OK);

    run();

    assert_string_equal(told(), "0 error arg, 0 disconnect");
}

static void accepting_is_told_once_a_peer_has_come(void **unused)
{
    static struct ax_listener listener;
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    assert_int_equal(ax_client_accept(&probe->client, &listener), AX_OK);
    run();

    net_listener_take(&listener, &probe->tcp, &here, &peer);
    run();
    assert_string_equal(told(), "");
    net_tcp_established(&probe->tcp);
    run();

    assert_string_equal(told(), "0 connect");
    ax_listener_close(&listener);
}

static void an_accept_ends_with_its_listener(void **unused)
{
    static struct ax_listener listener;
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    assert_int_equal(ax_client_accept(&probe->client, &listener), AX_OK);
    run();

    ax_listener_close(&listener);
    run();

    assert_string_equal(told(), "0 disconnect");
}

static void what_is_half_open_when_it_is_closed_ends_as_a_connection_does(void **unused)
{
    static struct ax_listener listener;
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    assert_int_equal(ax_client_accept(&probe->client, &listener), AX_OK);
    run();
    net_listener_take(&listener, &probe->tcp, &here, &peer);
    run();

    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_FIN_WAIT_1);
    acks_our_end(probe);
    ends(probe);

    assert_string_equal(told(), "0 connect, 0 end, 0 disconnect");
    ax_listener_close(&listener);
}

/* ---- bytes and ends */

static void bytes_are_handed_over_in_place_and_consumed_on_return(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;

    says(probe, "hello");

    assert_string_equal(told(), "0 data hello");
    assert_int_equal(ax_tcp_levels(&probe->tcp).rx, 0);
}

static void without_a_callback_for_bytes_they_stay_and_the_window_closes(void **unused)
{
    struct probe *probe = connected(0, &with_none);
    (void)unused;

    says(probe, "hello");
    says(probe, "again");

    assert_int_equal(ax_tcp_levels(&probe->tcp).rx, 10);
}

static void a_packet_is_consumed_by_its_acknowledgement_alone(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    (void)unused;

    says(probe, "hello");
    says(probe, "again");
    assert_string_equal(told(), "0 packet hello, 0 packet again");
    assert_int_equal(ax_tcp_levels(&probe->tcp).rx, 10);

    assert_int_equal(ax_client_ack(&probe->client, 7), 7);
    assert_int_equal(ax_tcp_levels(&probe->tcp).rx, 3);
    assert_int_equal(ax_client_ack(&probe->client, 4), AX_E_ARG);
    assert_int_equal(ax_client_ack(&probe->client, 3), 3);
    run();

    assert_string_equal(told(), "");
}

static void what_is_held_can_be_looked_at_again(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    (void)unused;
    says(probe, "hello");
    net_tcp_received(&probe->tcp, "untold", 6);

    assert_int_equal(ax_client_held(&probe->client).len, 5);
    assert_memory_equal(ax_client_held(&probe->client).at, "hello", 5);
    assert_int_equal(ax_client_ack(&probe->client, 2), 2);
    assert_memory_equal(ax_client_held(&probe->client).at, "llo", 3);
    assert_int_equal(ax_client_ack(&probe->client, 3), 3);

    assert_int_equal(ax_client_held(&probe->client).len, 0);
}

static void packets_go_on_behind_the_end_of_the_ring(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    (void)unused;
    says_bytes(probe, PROBE_RX - 2);
    assert_int_equal(ax_client_ack(&probe->client, PROBE_RX - 2), PROBE_RX - 2);
    (void)told();

    says(probe, "hello");

    assert_string_equal(told(), "0 packet he, 0 packet llo");
}

static void the_peers_end_is_told_once_behind_the_last_byte(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    net_tcp_received(&probe->tcp, "bye", 3);

    ends(probe);
    run();

    assert_string_equal(told(), "0 data bye, 0 end");
}

static void the_peers_end_is_told_while_packets_are_held(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    (void)unused;
    says(probe, "bye");

    ends(probe);

    assert_string_equal(told(), "0 packet bye, 0 end");
}

static void our_sending_goes_on_behind_the_peers_end(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    ends(probe);

    assert_int_equal(ax_client_write(&probe->client, "late", 4), 4);
    run();
    acks(probe, 4);

    assert_string_equal(told(), "0 end, 0 ack 4 of 0 ms");
    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_CLOSE_WAIT);
}

static void without_on_end_the_client_closes_behind_what_it_sent(void **unused)
{
    struct probe *probe = connected(0, &with_none);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "late", 4), 4);

    ends(probe);

    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_LAST_ACK);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 4);
}

static void receiving_goes_on_behind_our_end(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    acks_our_end(probe);

    says(probe, "more");
    ends(probe);

    assert_string_equal(told(), "0 data more, 0 end, 0 disconnect");
}

static void closed_by_both_sides_is_no_error(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    ends(probe);
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    assert_string_equal(told(), "0 end");

    acks_our_end(probe);

    assert_string_equal(told(), "0 disconnect");
    assert_true(ax_client_is_released(&probe->client));
}

static void bytes_before_a_reset_are_handed_over_before_the_error(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    net_tcp_received(&probe->tcp, "last words", 10);

    resets(probe);

    assert_string_equal(told(), "0 data last words, 0 error reset, 0 disconnect");
}

static void packets_outlive_a_reset_until_the_client_begins_anew(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    (void)unused;
    net_tcp_received(&probe->tcp, "last words", 10);

    resets(probe);

    assert_string_equal(told(), "0 packet last words, 0 error reset, 0 disconnect");
    assert_int_equal(ax_client_ack(&probe->client, 4), 4);
    assert_int_equal(ax_tcp_levels(&probe->tcp).rx, 6);
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    assert_int_equal(ax_tcp_levels(&probe->tcp).rx, 0);
    assert_int_equal(ax_client_ack(&probe->client, 1), AX_E_ARG);
}

static void a_connection_that_was_over_before_its_turn_is_told_with_its_bytes(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();

    net_tcp_established(&probe->tcp);
    net_tcp_received(&probe->tcp, "hello", 5);
    resets(probe);

    assert_string_equal(told(), "0 connect, 0 data hello, 0 error reset, 0 disconnect");
}

static void one_that_was_over_and_brought_nothing_failed_to_connect(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();

    net_tcp_established(&probe->tcp);
    resets(probe);

    assert_string_equal(told(), "0 error reset, 0 disconnect");
}

static void an_abort_hands_nothing_over_and_is_told_once(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    net_tcp_received(&probe->tcp, "unread", 6);

    ax_client_abort(&probe->client);
    ax_client_abort(&probe->client);
    run();

    assert_string_equal(told(), "0 disconnect");
    assert_true(ax_client_is_released(&probe->client));
}

static void an_abort_is_no_error_even_if_a_reset_came_before(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    net_tcp_received(&probe->tcp, "unread", 6);
    net_tcp_ended(&probe->tcp, AX_E_RESET);

    ax_client_abort(&probe->client);
    net_tcp_detached(&probe->tcp);
    run();

    assert_string_equal(told(), "0 disconnect");
}

static void an_idle_client_has_nothing_to_end(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_close(&probe->client), AX_E_STATE);
    ax_client_abort(&probe->client);
    run();

    assert_string_equal(told(), "");
}

static void freeing_ends_it_without_a_word(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    net_tcp_received(&probe->tcp, "unread", 6);

    ax_client_free(&probe->client);
    assert_false(ax_client_is_released(&probe->client));
    run();

    assert_string_equal(told(), "");
    assert_true(ax_client_is_released(&probe->client));
}

static void of_a_client_that_was_freed_nothing_is_left_to_acknowledge(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    (void)unused;
    says(probe, "held");

    ax_client_free(&probe->client);

    assert_int_equal(ax_client_ack(&probe->client, 1), AX_E_ARG);
}

static void one_that_was_never_prepared_may_be_freed(void **unused)
{
    struct ax_client client = {0};
    (void)unused;

    ax_client_free(&client);

    assert_true(ax_client_is_released(&client));
}

static void at_rest_it_is_not_polled(void **unused)
{
    struct probe *probe = connected(0, &with_packets);
    uint32_t polls;
    (void)unused;
    says(probe, "held");
    ends(probe);
    assert_int_equal(ax_client_write(&probe->client, "unacked", 7), 7);
    run();
    polls = service.task.polls;

    run();
    advance(100000);

    assert_int_equal(service.task.polls, polls);
}

#define T(test) cmocka_unit_test_setup_teardown(test, callback_setup, callback_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        T(connecting_is_told_once_established),
        T(nothing_is_told_from_inside_a_call),
        T(a_connect_that_is_refused_is_told_as_an_error_and_a_disconnect),
        T(a_connect_ends_at_its_deadline),
        T(a_connect_that_is_cancelled_is_told_once_and_is_no_error),
        T(a_connect_that_cannot_begin_says_so_and_nothing_is_told),
        T(one_that_is_not_idle_does_not_begin_again),
        T(connecting_again_waits_for_the_socket_to_be_released),
        T(what_refuses_a_connect_that_had_to_wait_is_told),
        T(accepting_is_told_once_a_peer_has_come),
        T(an_accept_ends_with_its_listener),
        T(what_is_half_open_when_it_is_closed_ends_as_a_connection_does),
        T(bytes_are_handed_over_in_place_and_consumed_on_return),
        T(without_a_callback_for_bytes_they_stay_and_the_window_closes),
        T(a_packet_is_consumed_by_its_acknowledgement_alone),
        T(what_is_held_can_be_looked_at_again),
        T(packets_go_on_behind_the_end_of_the_ring),
        T(the_peers_end_is_told_once_behind_the_last_byte),
        T(the_peers_end_is_told_while_packets_are_held),
        T(our_sending_goes_on_behind_the_peers_end),
        T(without_on_end_the_client_closes_behind_what_it_sent),
        T(receiving_goes_on_behind_our_end),
        T(closed_by_both_sides_is_no_error),
        T(bytes_before_a_reset_are_handed_over_before_the_error),
        T(packets_outlive_a_reset_until_the_client_begins_anew),
        T(a_connection_that_was_over_before_its_turn_is_told_with_its_bytes),
        T(one_that_was_over_and_brought_nothing_failed_to_connect),
        T(an_abort_hands_nothing_over_and_is_told_once),
        T(an_abort_is_no_error_even_if_a_reset_came_before),
        T(an_idle_client_has_nothing_to_end),
        T(freeing_ends_it_without_a_word),
        T(of_a_client_that_was_freed_nothing_is_left_to_acknowledge),
        T(one_that_was_never_prepared_may_be_freed),
        T(at_rest_it_is_not_polled),
    };

    return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
