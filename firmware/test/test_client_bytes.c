/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client sends, and what it is told of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "callback_bench.h"

static void what_is_added_is_not_sent_until_send(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_add(&probe->client, "he", 2), 2);
    assert_int_equal(ax_client_add(&probe->client, "llo", 3), 3);
    run();
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 0);

    assert_int_equal(ax_client_send(&probe->client), 5);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 5);
    assert_memory_equal(probe->tx, "hello", 5);
    assert_int_equal(ax_client_send(&probe->client), 0);
}

static void what_is_added_stays_where_it_is_while_bytes_are_read_and_acknowledged(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "abc", 3), 3);
    assert_int_equal(ax_client_add(&probe->client, "def", 3), 3);
    run();

    acks(probe, 3);
    says(probe, "hello");
    assert_int_equal(ax_client_send(&probe->client), 3);

    assert_memory_equal(probe->tx, "abcdef", 6);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 3);
}

static void a_write_says_what_it_queued(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_write(&probe->client, "0123456789", 10), 10);
    assert_int_equal(ax_client_write(&probe->client, "0123456789", 10), PROBE_TX - 10);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, PROBE_TX);

    assert_int_equal(ax_client_write(&probe->client, "0", 1), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, PROBE_TX);
}

static void a_write_counts_itself_alone_and_sends_what_was_added_before(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_add(&probe->client, "head", 4), 4);

    assert_int_equal(ax_client_write(&probe->client, "body", 4), 4);

    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 8);
}

static void a_write_for_which_there_is_no_room_sends_what_was_added(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_add(&probe->client, "0123456789abcdef", PROBE_TX), PROBE_TX);

    assert_int_equal(ax_client_write(&probe->client, "g", 1), AX_E_WOULD_BLOCK);

    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, PROBE_TX);
}

static void adding_goes_on_behind_the_end_of_the_ring(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "0123456789", 10), 10);
    run();
    acks(probe, 10);

    assert_int_equal(ax_client_add(&probe->client, "abcdefgh", 8), 8);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, PROBE_TX - 10); /* what lies before the end */
    assert_int_equal(ax_client_send(&probe->client), 2);

    assert_memory_equal(probe->tx + 10, "abcdef", 6);
    assert_memory_equal(probe->tx, "gh", 2);
}

static void space_is_what_the_next_add_takes(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;

    assert_int_equal(ax_client_space(&probe->client), PROBE_TX);
    assert_int_equal(ax_client_add(&probe->client, "0123456789", 10), 10);
    assert_int_equal(ax_client_space(&probe->client), PROBE_TX - 10);
    assert_true(ax_client_can_send(&probe->client));
    assert_int_equal(ax_client_add(&probe->client, "0123456789", 10), PROBE_TX - 10);

    assert_int_equal(ax_client_space(&probe->client), 0);
    assert_false(ax_client_can_send(&probe->client));
}

static void nothing_is_added_where_a_send_is_illegal(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "x", 1), AX_E_STATE);
    assert_int_equal(ax_client_send(&probe->client), AX_E_STATE);
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    assert_int_equal(ax_client_add(&probe->client, "x", 1), AX_E_STATE);

    probe = connected(1, &with_data);
    assert_int_equal(ax_client_write(&probe->client, "", 0), 0);
    assert_int_equal(ax_client_close(&probe->client), AX_OK);

    assert_int_equal(ax_client_write(&probe->client, "x", 1), AX_E_STATE);
    assert_int_equal(ax_client_space(&probe->client), 0);
}

static void closing_sends_what_was_added_first(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_add(&probe->client, "last", 4), 4);

    assert_int_equal(ax_client_close(&probe->client), AX_OK);

    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 4);
    assert_int_equal(ax_tcp_state(&probe->tcp), AX_TCP_FIN_WAIT_1);
}

/* ---- acknowledgements */

static void an_acknowledgement_is_told_with_its_bytes_and_their_age(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01234567", 8), 8);
    advance(30);

    acks(probe, 3);
    assert_string_equal(told(), "0 ack 3 of 30 ms");
    advance(10);
    acks(probe, 5);

    assert_string_equal(told(), "0 ack 5 of 40 ms");
}

static void the_age_is_that_of_the_first_byte_acknowledged(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(ax_client_write(&probe->client, "01", 2), 2);
        advance(10);
    }

    acks(probe, 2);
    acks(probe, 4);

    assert_string_equal(told(), "0 ack 2 of 30 ms, 0 ack 4 of 20 ms");
}

static void of_more_sends_than_marks_the_last_count_as_one(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    for (unsigned i = 0; i < AX_CLIENT_MARKS + 2; i++) {
        assert_int_equal(ax_client_write(&probe->client, "01", 2), 2);
        advance(10);
    }

    acks(probe, 2 * (AX_CLIENT_MARKS - 1)); /* the marks that stand for one send each */
    acks(probe, 4);
    acks(probe, 2);

    assert_string_equal(told(), "0 ack 6 of 60 ms, 0 ack 4 of 30 ms, 0 ack 2 of 30 ms");
}

static void acknowledgements_that_no_turn_saw_add_up(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01234567", 8), 8);
    run();

    net_tcp_acked(&probe->tcp, 3);
    net_tcp_acked(&probe->tcp, 4);
    run();

    assert_string_equal(told(), "0 ack 7 of 0 ms");
}

static void bytes_are_acknowledged_behind_our_end_too(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01234567", 8), 8);
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();

    acks(probe, 3);

    assert_string_equal(told(), "0 ack 3 of 0 ms");
}

static void an_ack_that_makes_room_comes_before_the_bytes_that_came_with_it(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01234567", 8), 8);
    run();

    net_tcp_acked(&probe->tcp, 8);
    says(probe, "answer");

    assert_string_equal(told(), "0 ack 8 of 0 ms, 0 data answer");
}

static void the_last_acknowledgement_is_told_before_the_end(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "bye", 3), 3);
    ends(probe);
    assert_int_equal(ax_client_close(&probe->client), AX_OK);
    run();
    (void)told();

    net_tcp_acked(&probe->tcp, 3);
    acks_our_end(probe);

    assert_string_equal(told(), "0 ack 3 of 0 ms, 0 disconnect");
}

static void what_a_connection_added_and_never_sent_is_not_sent_by_the_next(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_add(&probe->client, "old", 3), 3);
    resets(probe);

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();
    net_tcp_established(&probe->tcp);
    run();

    assert_int_equal(ax_client_write(&probe->client, "new", 3), 3);
    assert_int_equal(ax_tcp_levels(&probe->tcp).tx, 3);
    assert_memory_equal(probe->tx, "new", 3);
}

#define T(test) cmocka_unit_test_setup_teardown(test, callback_setup, callback_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        T(what_is_added_is_not_sent_until_send),
        T(what_is_added_stays_where_it_is_while_bytes_are_read_and_acknowledged),
        T(a_write_says_what_it_queued),
        T(a_write_counts_itself_alone_and_sends_what_was_added_before),
        T(a_write_for_which_there_is_no_room_sends_what_was_added),
        T(adding_goes_on_behind_the_end_of_the_ring),
        T(space_is_what_the_next_add_takes),
        T(nothing_is_added_where_a_send_is_illegal),
        T(closing_sends_what_was_added_first),
        T(an_acknowledgement_is_told_with_its_bytes_and_their_age),
        T(the_age_is_that_of_the_first_byte_acknowledged),
        T(of_more_sends_than_marks_the_last_count_as_one),
        T(acknowledgements_that_no_turn_saw_add_up),
        T(bytes_are_acknowledged_behind_our_end_too),
        T(an_ack_that_makes_room_comes_before_the_bytes_that_came_with_it),
        T(the_last_acknowledgement_is_told_before_the_end),
        T(what_a_connection_added_and_never_sent_is_not_sent_by_the_next),
    };

    return cmocka_run_group_tests_name("client_bytes", tests, NULL, NULL);
}
