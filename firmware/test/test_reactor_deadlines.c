/* SPDX-License-Identifier: BSD-3-Clause */
/* Deadlines of a reactor's operations. */
#include "reactor_bench.h"

static uint8_t more[64];

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
