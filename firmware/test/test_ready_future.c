/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting for what a socket is ready for, as a future. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/tcp_future.h>
#include <ax/udp_future.h>

#include "fake_stack.h"

enum { SIZE = 16, SLOTS = 2 };

static struct ax_tcp tcp;
static struct ax_udp udp;
static struct watcher watcher;
static struct ax_tcp_future connection;
static struct ax_udp_future datagrams;
static uint8_t rx[SIZE], tx[SIZE];
static struct ax_packet rx_slots[SLOTS], tx_slots[SLOTS];

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};

static int setup(void **unused)
{
    static const struct ax_udp_config config = {.rx_storage = rx,
                                                .rx_size = SIZE,
                                                .rx_slots = rx_slots,
                                                .rx_slot_count = SLOTS,
                                                .tx_storage = tx,
                                                .tx_size = SIZE,
                                                .tx_slots = tx_slots,
                                                .tx_slot_count = SLOTS};

    (void)unused;
    fake_stack_start();
    watcher_start(&watcher);
    given_established(&tcp, SIZE, SIZE);
    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_bind(&udp, &(struct ax_endpoint){0, 7}), AX_OK);
    fake_stack_run();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_udp_close(&udp);
    ax_tcp_destroy(&tcp);
    fake_stack_run();
    watcher_stop(&watcher);
    return 0;
}

static int poll(struct ax_future *of) { return ax_future_poll(of, watcher.task.self); }

static void a_connection_is_waited_for_until_something_holds(void **unused)
{
    (void)unused;
    ax_until_ready_tcp(&connection, &tcp, AX_READABLE | AX_RELEASED);
    assert_int_equal(poll(&connection.future), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));

    net_tcp_received(&tcp, "hello", 5);

    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(&connection.future), AX_READABLE);
    assert_int_equal(poll(&connection.future), AX_READABLE);
}

static void all_that_holds_is_told_and_nothing_that_was_not_asked_for(void **unused)
{
    (void)unused;
    ax_until_ready_tcp(&connection, &tcp, AX_READABLE | AX_WRITABLE);
    assert_int_equal(poll(&connection.future), AX_WRITABLE);
    net_tcp_received(&tcp, "hello", 5);
    ax_until_ready_tcp(&connection, &tcp, AX_READABLE | AX_WRITABLE);
    assert_int_equal(poll(&connection.future), AX_READABLE | AX_WRITABLE);
}

static void datagrams_are_waited_for_by_their_length(void **unused)
{
    static const uint8_t bytes[SIZE];

    (void)unused;
    assert_int_equal(ax_udp_send(&udp, &peer, bytes, 10, NULL), AX_OK);
    ax_until_ready_udp(&datagrams, &udp, AX_READABLE | AX_WRITABLE, 6);
    assert_int_equal(poll(&datagrams.future), AX_WRITABLE);
    ax_until_ready_udp(&datagrams, &udp, AX_READABLE | AX_WRITABLE, 7);
    assert_int_equal(poll(&datagrams.future), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));

    net_udp_left(&udp);

    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(&datagrams.future), AX_WRITABLE);
}

static void what_no_socket_knows_is_not_waited_for(void **unused)
{
    (void)unused;
    ax_until_ready_tcp(&connection, &tcp, 0);
    assert_int_equal(poll(&connection.future), AX_E_ARG);
    ax_until_ready_tcp(&connection, &tcp, AX_READABLE | 0x80);
    assert_int_equal(poll(&connection.future), AX_E_ARG);
    ax_until_ready_udp(&datagrams, &udp, AX_FLUSHED, 1);
    assert_int_equal(poll(&datagrams.future), AX_E_ARG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_is_waited_for_until_something_holds),
        TEST(all_that_holds_is_told_and_nothing_that_was_not_asked_for),
        TEST(datagrams_are_waited_for_by_their_length),
        TEST(what_no_socket_knows_is_not_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
