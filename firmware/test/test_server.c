/* SPDX-License-Identifier: BSD-3-Clause */
/* A server and its pool of clients, over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "callback_bench.h"

static void a_peer_that_comes_is_told_as_a_client(void **unused)
{
    struct probe *probe;
    (void)unused;
    serve_with(2, &with_data);

    probe = comes();
    says(probe, "hello");

    assert_string_equal(told(), "0 client, 0 data hello");
}

static void a_client_is_back_in_the_pool_behind_its_disconnect(void **unused)
{
    struct probe *probe;
    (void)unused;
    serve_with(1, &with_data);
    probe = comes();
    assert_null(net_listener_front(&server.listener));

    resets(probe);
    assert_string_equal(told(), "0 client, 0 error reset, 0 disconnect");
    assert_ptr_equal(comes(), probe);

    assert_string_equal(told(), "0 client");
}

static void time_wait_holds_no_client(void **unused)
{
    struct probe *probe;
    (void)unused;
    serve_with(1, &with_data);
    probe = comes();
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    acks_our_end(probe);

    ends(probe);

    assert_string_equal(told(), "0 client, 0 end, 0 disconnect");
    assert_ptr_equal(comes(), probe);
}

static void what_the_last_peer_sent_is_not_the_next_ones(void **unused)
{
    struct probe *probe;
    (void)unused;
    serve_with(1, &with_packets);
    probe = comes();
    says(probe, "old");
    resets(probe);

    probe = comes();
    says(probe, "new");

    assert_string_equal(told(), "0 client, 0 packet old, 0 error reset, 0 disconnect, "
                                "0 client, 0 packet new");
    assert_int_equal(ax_client_ack(&probe->client, 3), 3);
}

static void a_peer_that_is_gone_before_it_is_told_of_leaves_the_client_waiting(void **unused)
{
    struct ax_tcp *tcp;
    (void)unused;
    serve_with(1, &with_data);
    tcp = net_listener_front(&server.listener);

    net_listener_take(&server.listener, tcp, &here, &peer);
    net_tcp_established(tcp);
    net_tcp_ended(tcp, AX_E_RESET);
    net_tcp_detached(tcp);
    run();

    assert_string_equal(told(), "");
    assert_ptr_equal(net_listener_front(&server.listener), tcp);
}

static void a_client_that_waits_is_not_closed_or_aborted(void **unused)
{
    (void)unused;
    serve_with(1, &with_data);

    assert_int_equal(ax_client_close(&probes[0].client), AX_E_STATE);
    ax_client_abort(&probes[0].client);
    run();

    assert_ptr_equal(net_listener_front(&server.listener), &probes[0].tcp);
}

static void a_client_that_is_freed_leaves_the_pool(void **unused)
{
    (void)unused;
    serve_with(2, &with_data);

    ax_client_free(&probes[0].client);
    run();

    assert_ptr_equal(net_listener_front(&server.listener), &probes[1].tcp);
    assert_true(ax_client_is_released(&probes[0].client));
    assert_int_equal(ax_server_status(&server).waiting, 1);
}

static void a_client_for_which_the_stack_has_no_room_is_lent_later(void **unused)
{
    static const struct net_path full = {
        .address = {FAKE_ADDR, 0xffffff00, PEER_ADDR}, .listeners = 2, .tcp_sockets = 0};
    (void)unused;
    net_set_path(&full);
    serve_with(1, &with_data);
    assert_null(net_listener_front(&server.listener));

    fake_stack_start();
    advance(AX_SERVER_RETRY_MS - 1);
    assert_null(net_listener_front(&server.listener));
    advance(1);

    assert_ptr_equal(net_listener_front(&server.listener), &probes[0].tcp);
    (void)comes();
    assert_string_equal(told(), "0 client");
    assert_int_equal(ax_timers_armed(), 0);
}

static void ending_takes_back_who_waits_and_lets_connections_go_on(void **unused)
{
    struct probe *probe;
    (void)unused;
    serve_with(2, &with_data);
    probe = comes();
    (void)told();

    ax_server_end(&server);
    ax_server_end(&server);
    run();

    assert_true(ax_server_is_released(&server));
    assert_true(ax_client_is_released(&probes[1].client));
    says(probe, "still");
    resets(probe);
    assert_string_equal(told(), "0 data still, 0 error reset, 0 disconnect");
    assert_true(ax_client_is_released(&probe->client));
}

static void a_connection_that_was_not_told_of_ends_with_the_server(void **unused)
{
    struct ax_tcp *tcp;
    (void)unused;
    serve_with(1, &with_data);
    tcp = net_listener_front(&server.listener);
    net_listener_take(&server.listener, tcp, &here, &peer);
    net_tcp_established(tcp);

    ax_server_end(&server);
    run();

    assert_string_equal(told(), "");
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_CLOSED);
    assert_true(ax_client_is_released(&probes[0].client));
}

static void it_says_how_it_stands(void **unused)
{
    struct ax_server_status status;
    (void)unused;
    assert_false(ax_server_status(&server).listening);
    serve_with(3, &with_data);
    (void)comes();

    status = ax_server_status(&server);

    assert_true(status.listening);
    assert_int_equal(status.waiting, 2);
    assert_int_equal(status.connected, 1);
    assert_int_equal(status.counters.accepted, 1);
}

static void a_port_that_is_taken_is_refused(void **unused)
{
    static struct ax_server other;
    (void)unused;
    serve_with(1, &with_data);

    assert_int_equal(ax_server_begin(&other, &service, &here, AX_LISTEN_DROP, NULL), AX_E_IN_USE);
    assert_int_equal(ax_server_begin(&server, &service, &here, AX_LISTEN_DROP, NULL), AX_E_STATE);
    assert_true(ax_server_is_released(&other));
    assert_int_equal(ax_server_lend(&other, &prepared(1, &with_data)->client), AX_E_STATE);
}

static void a_client_that_is_not_idle_is_not_lent(void **unused)
{
    (void)unused;
    serve_with(1, &with_data);

    assert_int_equal(ax_server_lend(&server, &probes[0].client), AX_E_STATE);
    assert_int_equal(ax_server_lend(&server, &connected(1, &with_data)->client), AX_E_STATE);
}

static void no_delay_is_set_for_all_of_the_pool(void **unused)
{
    struct probe *other = prepared(2, &with_data);
    (void)unused;
    serve_with(2, &with_data);

    ax_server_set_no_delay(&server, true);

    assert_true(ax_tcp_options(&probes[0].tcp).no_delay);
    assert_true(ax_tcp_options(&probes[1].tcp).no_delay);
    assert_false(ax_tcp_options(&other->tcp).no_delay);
}

#define T(test) cmocka_unit_test_setup_teardown(test, callback_setup, callback_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        T(a_peer_that_comes_is_told_as_a_client),
        T(a_client_is_back_in_the_pool_behind_its_disconnect),
        T(time_wait_holds_no_client),
        T(what_the_last_peer_sent_is_not_the_next_ones),
        T(a_peer_that_is_gone_before_it_is_told_of_leaves_the_client_waiting),
        T(a_client_that_waits_is_not_closed_or_aborted),
        T(a_client_that_is_freed_leaves_the_pool),
        T(a_client_for_which_the_stack_has_no_room_is_lent_later),
        T(ending_takes_back_who_waits_and_lets_connections_go_on),
        T(a_connection_that_was_not_told_of_ends_with_the_server),
        T(it_says_how_it_stands),
        T(a_port_that_is_taken_is_refused),
        T(a_client_that_is_not_idle_is_not_lent),
        T(no_delay_is_set_for_all_of_the_pool),
    };

    return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
