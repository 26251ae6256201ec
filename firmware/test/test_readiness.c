/* SPDX-License-Identifier: BSD-3-Clause */
/* What a readiness driver tells, and what clearing forgets. */
#include "readiness_bench.h"

static uint8_t got[64];

/* ---- events */

static void what_holds_when_it_is_registered_is_told(void **unused)
{
    int source;
    (void)unused;
    given_established(&tcp, 16, 4);
    net_tcp_received(&tcp, "ab", 2);

    source = ax_readiness_register_tcp(&driver, &tcp, EITHER, &a_token);

    assert_told(source, EITHER);
    assert_ptr_equal(events[0].token, &a_token);
}

static void registering_wakes_the_driver_that_waits(void **unused)
{
    int source;
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_waits();

    source = ax_readiness_register_tcp(&driver, &tcp, AX_WRITABLE, NULL);

    assert_woken_and_told(source, AX_WRITABLE);
}

static void what_comes_wakes_the_driver_and_is_told_with_all_that_is_seen(void **unused)
{
    int source = given_source(&tcp);
    (void)unused;
    assert_waits();

    net_tcp_received(&tcp, "a", 1);

    assert_woken_and_told(source, EITHER);
}

static void what_is_seen_is_told_once_and_keeps_nobody_busy(void **unused)
{
    (void)given_source(&tcp);
    (void)unused;
    net_tcp_received(&tcp, "a", 1);
    assert_int_equal(poll(), 1);
    assert_waits();

    net_tcp_received(&tcp, "b", 1);

    assert_false(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
}

static void with_fewer_events_than_it_asked_for_the_driver_waits_already(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    given_established(&tcps[0], 16, 4);
    assert_true(ax_readiness_register_tcp(&driver, &tcps[0], AX_WRITABLE, NULL) > 0);
    assert_int_equal(poll(), 1);
    (void)watcher_was_woken(&watcher);

    net_tcp_received(&tcp, "a", 1);

    assert_woken_and_told(source, EITHER);
}

static void an_interest_that_is_not_registered_is_not_told(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_true(ax_readiness_register_tcp(&driver, &tcp, AX_READABLE, NULL) > 0);
    assert_waits();

    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    net_tcp_acked(&tcp, 4);

    assert_false(watcher_was_woken(&watcher));
}

static void an_ack_without_progress_wakes_nobody(void **unused)
{
    (void)unused;
    (void)given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    assert_int_equal(clear(AX_WRITABLE), AX_OK);
    assert_waits();

    net_tcp_acked(&tcp, 0);

    assert_false(watcher_was_woken(&watcher));
}

static void end_of_stream_is_told_as_both(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    assert_int_equal(clear(AX_WRITABLE), AX_OK);
    assert_waits();

    net_tcp_peer_fin(&tcp);

    assert_woken_and_told(source, EITHER);
}

static void every_error_is_told_as_both(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    assert_int_equal(clear(AX_WRITABLE), AX_OK);
    assert_waits();

    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);

    assert_woken_and_told(source, EITHER);
}

static void a_lent_socket_is_told_of_once_it_is_a_connection_and_once_released(void **unused)
{
    static struct ax_listener listener;
    static const struct ax_endpoint here = {0, 80}, there = {PEER_ADDR, PEER_PORT};
    int source;
    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    given_tcp(&tcp, 16, 4);
    assert_int_equal(ax_listener_lend(&listener, &tcp), AX_OK);
    source = ax_readiness_register_tcp(&driver, &tcp, AX_WRITABLE | AX_RELEASED, NULL);
    assert_waits();

    net_listener_take(&listener, &tcp, &(struct ax_endpoint){FAKE_ADDR, 80}, &there);
    assert_waits();
    net_tcp_established(&tcp);
    assert_woken_and_told(source, AX_WRITABLE);
    ax_tcp_abort(&tcp);
    assert_waits();
    fake_stack_run();

    assert_woken_and_told(source, AX_WRITABLE | AX_RELEASED);
    ax_listener_close(&listener);
}

static void of_many_sources_so_many_are_told_at_a_time_each_in_its_turn(void **unused)
{
    int sources[PLACES];
    (void)unused;
    for (unsigned i = 0; i < PLACES; i++) {
        given_established(&tcps[i], 16, 4);
        sources[i] = ax_readiness_register_tcp(&driver, &tcps[i], AX_WRITABLE, NULL);
    }

    assert_int_equal(ax_readiness_poll(&driver, events, 0, watcher.task.self), AX_E_ARG);
    assert_int_equal(ax_readiness_poll(&driver, events, 3, watcher.task.self), 3);
    for (unsigned i = 0; i < 3; i++) { /* the first ones are ready again at once */
        assert_int_equal(events[i].source, sources[i]);
        assert_int_equal(ax_readiness_clear(&driver, &events[i]), AX_OK);
    }
    assert_int_equal(ax_readiness_poll(&driver, events, 3, watcher.task.self), 3);

    assert_int_equal(events[0].source, sources[3]);
    assert_int_equal(events[1].source, sources[0]);
    assert_int_equal(events[2].source, sources[1]);
}

/* ---- clearing */

static void after_would_block_and_clear_the_driver_waits_for_what_comes(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), AX_E_WOULD_BLOCK);

    assert_int_equal(clear(AX_READABLE), AX_OK);
    assert_waits();
    net_tcp_received(&tcp, "b", 1);

    assert_woken_and_told(source, EITHER);
}

static void clearing_never_wipes_what_came_after_the_attempt(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), AX_E_WOULD_BLOCK);

    net_tcp_received(&tcp, "b", 1);
    assert_int_equal(clear(AX_READABLE), AX_OK);

    assert_woken_and_told(source, EITHER);
}

static void a_driver_that_waits_already_is_told_what_others_clear(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_waits();

    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(clear(AX_READABLE), AX_OK); /* by another task */
    assert_false(watcher_was_woken(&watcher));
    net_tcp_received(&tcp, "b", 1);

    assert_woken_and_told(source, EITHER);
}

static void clearing_too_soon_costs_a_turn_and_no_byte(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "ab", 2);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, 1), 1);

    assert_int_equal(clear(AX_READABLE), AX_OK);

    assert_woken_and_told(source, EITHER);
}

static void clearing_one_interest_leaves_the_other(void **unused)
{
    struct ax_ready seen;
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);

    assert_int_equal(clear(AX_READABLE), AX_OK);

    assert_int_equal(ax_readiness_look(&driver, source, &seen), AX_OK);
    assert_int_equal(seen.ready, AX_WRITABLE);
}

/* Two share a source: the slower one clears what the other has cleared before. */
static void an_older_event_clears_nothing_that_was_seen_since(void **unused)
{
    struct ax_ready older;
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    older = events[0];
    older.ready = AX_READABLE;
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(clear(AX_READABLE), AX_OK);
    net_tcp_received(&tcp, "b", 1);
    assert_told(source, EITHER);

    assert_int_equal(ax_readiness_clear(&driver, &older), AX_OK);

    assert_waits(); /* told once, and still seen */
}

static void what_was_seen_is_cleared_though_the_other_interest_came_since(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_tcp_send(&tcp, "abcd", 4), 4);
    fake_stack_run();
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);

    net_tcp_acked(&tcp, 4);
    assert_int_equal(ax_tcp_recv(&tcp, got, sizeof got), 1);
    assert_int_equal(clear(AX_READABLE), AX_OK);
    assert_waits();
    net_tcp_received(&tcp, "b", 1);

    assert_woken_and_told(source, EITHER);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_holds_when_it_is_registered_is_told),
        TEST(registering_wakes_the_driver_that_waits),
        TEST(what_comes_wakes_the_driver_and_is_told_with_all_that_is_seen),
        TEST(what_is_seen_is_told_once_and_keeps_nobody_busy),
        TEST(with_fewer_events_than_it_asked_for_the_driver_waits_already),
        TEST(an_interest_that_is_not_registered_is_not_told),
        TEST(an_ack_without_progress_wakes_nobody),
        TEST(end_of_stream_is_told_as_both),
        TEST(every_error_is_told_as_both),
        TEST(a_lent_socket_is_told_of_once_it_is_a_connection_and_once_released),
        TEST(of_many_sources_so_many_are_told_at_a_time_each_in_its_turn),
        TEST(after_would_block_and_clear_the_driver_waits_for_what_comes),
        TEST(clearing_never_wipes_what_came_after_the_attempt),
        TEST(a_driver_that_waits_already_is_told_what_others_clear),
        TEST(clearing_too_soon_costs_a_turn_and_no_byte),
        TEST(clearing_one_interest_leaves_the_other),
        TEST(an_older_event_clears_nothing_that_was_seen_since),
        TEST(what_was_seen_is_cleared_though_the_other_interest_came_since),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
