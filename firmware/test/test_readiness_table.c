/* SPDX-License-Identifier: BSD-3-Clause */
/* A readiness driver's table, and waking it from outside. */
#include "readiness_bench.h"

static int another_token;

/* ---- the table */

static void a_full_table_says_so(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < PLACES; i++)
        (void)given_source(&tcps[i]);
    given_established(&tcp, 16, 4);

    assert_int_equal(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL), AX_E_MEMORY);
}

static void a_socket_is_registered_once(void **unused)
{
    (void)unused;
    (void)given_source(&tcp);

    assert_int_equal(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL), AX_E_IN_USE);
}

static void interests_that_a_socket_does_not_know_are_refused(void **unused)
{
    static struct ax_udp udp;
    int source;
    (void)unused;
    source = given_source(&tcp);

    assert_int_equal(ax_readiness_register_tcp(&driver, &tcps[0], 0, NULL), AX_E_ARG);
    assert_int_equal(ax_readiness_register_tcp(&driver, &tcps[0], 0x100, NULL), AX_E_ARG);
    assert_int_equal(ax_readiness_register_udp(&driver, &udp, AX_FLUSHED, 1, NULL), AX_E_ARG);
    assert_int_equal(ax_readiness_reregister(&driver, source, 0), AX_E_ARG);
}

static void an_old_number_names_nobody_even_when_its_place_is_taken_again(void **unused)
{
    struct ax_ready seen;
    int source, again;
    (void)unused;
    source = given_source(&tcp);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
    assert_waits();
    again = ax_readiness_register_tcp(&driver, &tcp, EITHER, &another_token);
    assert_told(again, AX_WRITABLE);
    assert_int_not_equal(again, source);

    seen = events[0];
    seen.source = source;
    assert_int_equal(ax_readiness_clear(&driver, &seen), AX_E_ARG);
    assert_int_equal(ax_readiness_look(&driver, source, &seen), AX_E_ARG);
    assert_int_equal(ax_readiness_wait(&driver, source, AX_READABLE, waiter.task.self), AX_E_ARG);
    assert_int_equal(ax_readiness_reregister(&driver, source, EITHER), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, 0), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, AX_E_MEMORY), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, again + PLACES), AX_E_ARG);
    assert_int_equal(ax_readiness_deregister(&driver, again), AX_OK);
}

static void a_place_is_used_longer_than_its_numbers_last(void **unused)
{
    int source;
    (void)unused;
    given_established(&tcp, 16, 4);

    for (unsigned i = 0; i < 70000; i++) {
        source = ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL);
        assert_true(source > 0);
        assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
        assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    }
}

static void
a_source_deregistered_with_an_event_under_way_is_released_at_the_next_poll(void **unused)
{
    int sources[PLACES];
    (void)unused;
    for (unsigned i = 0; i < PLACES; i++)
        sources[i] = given_source(&tcps[i]);
    net_tcp_received(&tcps[1], "a", 1);
    net_tcp_received(&tcps[2], "a", 1);
    assert_int_equal(poll(), 2);

    assert_int_equal(ax_readiness_deregister(&driver, events[1].source), AX_OK);
    given_established(&tcp, 16, 4);
    assert_false(ax_readiness_is_released(&driver, sources[2]));
    assert_int_equal(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL), AX_E_MEMORY);
    assert_int_equal(ax_readiness_clear(&driver, &events[1]), AX_E_ARG);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);

    assert_true(ax_readiness_is_released(&driver, sources[2]));
    assert_true(ax_readiness_register_tcp(&driver, &tcp, EITHER, NULL) > 0);
    assert_true(ax_readiness_is_released(&driver, sources[2]));
    assert_false(ax_readiness_is_released(&driver, sources[1]));
}

static void a_driver_that_waits_is_woken_to_release_what_others_deregister(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    assert_waits();

    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);

    assert_true(watcher_was_woken(&watcher));
    assert_waits();
    assert_true(ax_readiness_is_released(&driver, source));
}

static void a_socket_is_not_touched_once_it_is_deregistered(void **unused)
{
    struct ax_tcp poisoned;
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_int_equal(clear(AX_READABLE), AX_OK);
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
    ax_tcp_destroy(&tcp);
    fake_stack_run();
    memset(&tcp, 0xa5, sizeof tcp);
    poisoned = tcp;

    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    ax_readiness_unwait(&driver, source, waiter.task.self);
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);

    assert_memory_equal(&tcp, &poisoned, sizeof tcp);
    memset(&tcp, 0, sizeof tcp);
}

static void another_interest_begins_anew(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);
    assert_told(source, EITHER);
    assert_waits();

    assert_int_equal(ax_readiness_reregister(&driver, source, AX_READABLE), AX_OK);

    assert_woken_and_told(source, AX_READABLE);
}

/* ---- unpark */

static void unparking_ends_the_wait_once(void **unused)
{
    (void)unused;
    assert_waits();

    ax_readiness_unpark(&driver);
    ax_readiness_unpark(&driver);

    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), 0);
    assert_waits();
}

static void unparked_before_it_waits_it_does_not_wait(void **unused)
{
    (void)unused;
    ax_readiness_unpark(&driver);

    assert_int_equal(poll(), 0);
    assert_waits();
}

static void an_event_is_told_all_the_same_when_it_is_unparked(void **unused)
{
    int source;
    (void)unused;
    source = given_source(&tcp);
    net_tcp_received(&tcp, "a", 1);

    ax_readiness_unpark(&driver);

    assert_told(source, EITHER);
    assert_waits();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_table_says_so),
        TEST(a_socket_is_registered_once),
        TEST(interests_that_a_socket_does_not_know_are_refused),
        TEST(an_old_number_names_nobody_even_when_its_place_is_taken_again),
        TEST(a_place_is_used_longer_than_its_numbers_last),
        TEST(a_source_deregistered_with_an_event_under_way_is_released_at_the_next_poll),
        TEST(a_driver_that_waits_is_woken_to_release_what_others_deregister),
        TEST(a_socket_is_not_touched_once_it_is_deregistered),
        TEST(another_interest_begins_anew),
        TEST(unparking_ends_the_wait_once),
        TEST(unparked_before_it_waits_it_does_not_wait),
        TEST(an_event_is_told_all_the_same_when_it_is_unparked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
