/* SPDX-License-Identifier: BSD-3-Clause */
/* A reactor's table, and whom it wakes. */
#include "reactor_bench.h"

/* ---- the table */

static void a_full_table_says_so_until_a_completion_is_taken(void **unused)
{
    int ids[PLACES];
    (void)unused;
    given_established(&tcp, 16, 4);
    for (unsigned i = 0; i < PLACES; i++)
        ids[i] = ax_reactor_recv(&reactor, &tcp, got, 1, NULL);
    assert_int_equal(ax_reactor_recv(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_send_to(&reactor, &udp, &peer, "x", 1, NULL), AX_E_MEMORY);

    peer_sends(&tcp, "a");
    process();
    assert_int_equal(ax_reactor_recv(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_next(ids[0], 1);

    assert_true(ax_reactor_recv(&reactor, &tcp, got, 1, NULL) > 0);
    assert_int_equal(ax_reactor_cancel_tcp(&reactor, &tcp), PLACES);
}

static void every_operation_says_when_there_is_no_place(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    for (unsigned i = 0; i < PLACES; i++)
        assert_true(ax_reactor_recv(&reactor, &tcp, got, 1, NULL) > 0);

    assert_int_equal(ax_reactor_connect(&reactor, &other, NULL, &peer, 0, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_accept(&reactor, &listener, &other, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_read_exact(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_send(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_write_all(&reactor, &tcp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_flush(&reactor, &tcp, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_shutdown(&reactor, &tcp, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_close(&reactor, &tcp, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_recv_from(&reactor, &udp, got, 1, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_ready_tcp(&reactor, &tcp, AX_READABLE, NULL), AX_E_MEMORY);
    assert_int_equal(ax_reactor_ready_udp(&reactor, &udp, AX_READABLE, 1, NULL), AX_E_MEMORY);
}

static void an_id_names_its_operation_alone(void **unused)
{
    int id, again;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_send(&reactor, &tcp, "a", 1, NULL);
    process();
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_STATE); /* it has completed */
    assert_int_equal(ax_reactor_within(&reactor, id, 1), AX_E_STATE);
    assert_next(id, 1);
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_ARG); /* and was taken */
    again = ax_reactor_recv(&reactor, &tcp, got, 1, NULL);

    assert_int_not_equal(again, id);
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_E_ARG);
    assert_int_equal(ax_reactor_within(&reactor, id, 1), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, 0), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, AX_E_MEMORY), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, again + PLACES), AX_E_ARG);
    assert_int_equal(ax_reactor_cancel(&reactor, again), AX_OK);
}

static void a_place_is_used_longer_than_its_ids_last(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);

    for (unsigned i = 0; i < 70000; i++) {
        int id = ax_reactor_recv(&reactor, &tcp, got, 1, NULL);
        assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
        assert_next(id, AX_E_ABORTED);
    }
}

/* ---- who is woken */

static void whoever_waits_for_a_completion_is_woken_even_if_it_was_there(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    ax_reactor_wait(&reactor, waiter.task.self);
    id = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    process();
    assert_false(watcher_was_woken(&waiter));

    peer_sends(&tcp, "a");
    process();
    assert_true(watcher_was_woken(&waiter));
    ax_reactor_wait(&reactor, waiter.task.self);
    assert_true(watcher_was_woken(&waiter));

    assert_next(id, 1);
    ax_reactor_wait(&reactor, waiter.task.self);
    ax_reactor_unwait(&reactor, waiter.task.self);
    id = ax_reactor_send(&reactor, &tcp, "a", 1, NULL);
    process();
    assert_next(id, 1);
    assert_false(watcher_was_woken(&waiter));
}

static void what_is_no_progress_wakes_nobody(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    assert_waits();
    fake_stack_run();

    net_tcp_acked(&tcp, 0);

    assert_false(watcher_was_woken(&watcher));
    assert_int_equal(ax_reactor_cancel(&reactor, id), AX_OK);
}

static void whoever_processes_last_is_woken(void **unused)
{
    (void)unused;
    given_established(&tcp, 16, 4);
    assert_true(ax_reactor_recv(&reactor, &tcp, got, 4, NULL) > 0);
    process();
    ax_reactor_process(&reactor, waiter.task.self);

    peer_sends(&tcp, "a");

    assert_true(watcher_was_woken(&waiter));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_full_table_says_so_until_a_completion_is_taken),
        TEST(every_operation_says_when_there_is_no_place),
        TEST(an_id_names_its_operation_alone),
        TEST(a_place_is_used_longer_than_its_ids_last),
        TEST(whoever_waits_for_a_completion_is_woken_even_if_it_was_there),
        TEST(what_is_no_progress_wakes_nobody),
        TEST(whoever_processes_last_is_woken),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
