/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP sockets over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/udp.h>

#include "fake_stack.h"

enum { SIZE = 3000, SLOTS = 4 };

static struct ax_udp udp, other;
static struct watcher watcher;
static uint8_t rx[SIZE], tx[SIZE], got[SIZE];
static struct ax_packet rx_slots[SLOTS], tx_slots[SLOTS];

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};
static const struct ax_endpoint here = {0, 7};

static const struct ax_udp_config config = {.rx_storage = rx,
                                            .rx_size = SIZE,
                                            .rx_slots = rx_slots,
                                            .rx_slot_count = SLOTS,
                                            .tx_storage = tx,
                                            .tx_size = SIZE,
                                            .tx_slots = tx_slots,
                                            .tx_slot_count = SLOTS};

static int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    watcher_start(&watcher);
    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    fake_stack_run();
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    ax_udp_close(&udp);
    ax_udp_close(&other);
    fake_stack_run();
    assert_true(ax_udp_is_released(&udp));
    watcher_stop(&watcher);
    return 0;
}

static int send(size_t len) { return ax_udp_send(&udp, &peer, got, len, NULL); }

static int receive(size_t len)
{
    struct ax_span room;
    int err = net_udp_room(&udp, len, &room);

    if (err == AX_OK)
        net_udp_received(&udp, len, &peer, &(struct ax_endpoint){FAKE_ADDR, 7});
    return err;
}

static void a_port_has_one_socket(void **unused)
{
    (void)unused;
    ax_udp_init(&other, &config);
    assert_int_equal(ax_udp_bind(&other, &here), AX_E_IN_USE);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_E_STATE);
    assert_int_equal(ax_udp_bind(&other, &(struct ax_endpoint){0, 0}), AX_OK);
    assert_true(ax_udp_local(&other).port >= 49152);
}

static void a_datagram_beyond_the_path_is_too_large_for_ever(void **unused)
{
    (void)unused;
    assert_int_equal(send(1473), AX_E_TOO_LARGE);
    assert_false(ax_udp_can_send(&udp, 1473));
    assert_int_equal(send(1472), AX_OK);
}

static void a_refused_datagram_has_no_effect(void **unused)
{
    uint32_t id = 0;

    (void)unused;
    for (int i = 0; i < SLOTS; i++)
        assert_int_equal(ax_udp_send(&udp, &peer, got, 100, &id), AX_OK);
    assert_int_equal(id, SLOTS);
    assert_false(ax_udp_can_send(&udp, 0));
    assert_int_equal(send(0), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_udp_send(&udp, &(struct ax_endpoint){0, 9}, got, 1, NULL), AX_E_ARG);
    assert_int_equal(ax_udp_levels(&udp).tx_slots, SLOTS);
    assert_int_equal(ax_udp_levels(&udp).tx_bytes, 400);
}

static void a_datagram_that_left_makes_room_and_wakes_a_writer(void **unused)
{
    (void)unused;
    for (int i = 0; i < SLOTS; i++)
        send(100);
    ax_udp_wait(&udp, AX_WRITABLE, 1, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    net_udp_left(&udp);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(send(100), AX_OK);
}

static void whoever_waits_for_much_room_is_not_woken_for_little(void **unused)
{
    (void)unused;
    send(1472);
    send(1472);
    ax_udp_wait(&udp, AX_WRITABLE, 1000, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    net_udp_left(&udp);
    assert_true(watcher_was_woken(&watcher));
    ax_udp_wait(&udp, AX_WRITABLE, 1000, watcher.task.self);
    assert_true(watcher_was_woken(&watcher));
}

static void datagrams_come_out_whole_with_their_addresses(void **unused)
{
    struct ax_packet about;

    (void)unused;
    ax_udp_wait(&udp, AX_READABLE, 0, watcher.task.self);
    assert_int_equal(receive(5), AX_OK);
    assert_int_equal(receive(0), AX_OK);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_udp_recv(&udp, got, 4, &about), AX_E_SMALL);
    assert_int_equal(about.len, 5);
    assert_int_equal(ax_udp_recv(&udp, got, 5, &about), 5);
    assert_int_equal(about.remote.addr, PEER_ADDR);
    assert_int_equal(about.local.addr, FAKE_ADDR);
    assert_int_equal(ax_udp_recv(&udp, got, 0, &about), 0);
    assert_int_equal(ax_udp_recv(&udp, got, 0, &about), AX_E_WOULD_BLOCK);
}

static void what_finds_no_room_is_counted_by_reason(void **unused)
{
    (void)unused;
    assert_int_equal(receive(SIZE - 10), AX_OK);
    assert_true(receive(11) < 0);
    for (int i = 1; i < SLOTS; i++)
        assert_int_equal(receive(1), AX_OK);
    assert_true(receive(1) < 0);
    assert_int_equal(ax_udp_stats(&udp).rx_dropped_payload, 1);
    assert_int_equal(ax_udp_stats(&udp).rx_dropped_slots, 1);
    assert_int_equal(ax_udp_stats(&udp).received, SLOTS);
}

static void a_closed_socket_is_ready_and_refuses(void **unused)
{
    (void)unused;
    ax_udp_wait(&udp, AX_READABLE, 0, watcher.task.self);
    receive(5);
    send(5);
    watcher_was_woken(&watcher);
    ax_udp_close(&udp);
    ax_udp_wait(&udp, AX_READABLE, 0, watcher.task.self);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_udp_recv(&udp, got, 5, NULL), AX_E_STATE);
    assert_int_equal(send(1), AX_E_STATE);
    assert_false(ax_udp_is_released(&udp));
    fake_stack_run();
    assert_true(ax_udp_is_released(&udp));
}

static void a_room_lent_does_not_outlive_its_binding(void **unused)
{
    struct ax_span room;

    (void)unused;
    assert_int_equal(ax_udp_room(&udp, 5, &room), AX_OK);
    ax_udp_close(&udp);
    fake_stack_run();
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    fake_stack_run();
    assert_int_equal(ax_udp_commit(&udp, &peer, NULL), AX_E_STATE);
    assert_int_equal(ax_udp_levels(&udp).tx_slots, 0);
}

static void the_counters_begin_anew_with_each_binding(void **unused)
{
    static const struct ax_udp_stats none = {0};
    struct ax_udp_stats stats;

    (void)unused;
    receive(5);
    net_udp_sent(&udp);
    net_udp_unreachable(&udp, 1);
    ax_udp_close(&udp);
    assert_int_equal(ax_udp_stats(&udp).received, 1);
    fake_stack_run();
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    stats = ax_udp_stats(&udp);
    assert_memory_equal(&stats, &none, sizeof stats);
}

static void nothing_is_sent_where_no_packet_may_go(void **unused)
{
    static const uint32_t wrong[] = {0,          1,          0x00ffffff, 0x7f000001,
                                     0x7fffffff, 0xf0000000, 0xfffffffe, FAKE_ADDR};
    static const uint32_t right[] = {UINT32_MAX, 0x0a0000ff, 0xe0000001, 0xefffffff,
                                     0x01000000, 0x7effffff, 0x80000000};

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(ax_udp_send(&udp, &(struct ax_endpoint){wrong[i], 9}, got, 0, NULL),
                         AX_E_ARG);
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_int_not_equal(ax_udp_send(&udp, &(struct ax_endpoint){right[i], 9}, got, 0, NULL),
                             AX_E_ARG);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_port_has_one_socket),
        CASE(a_datagram_beyond_the_path_is_too_large_for_ever),
        CASE(a_refused_datagram_has_no_effect),
        CASE(a_datagram_that_left_makes_room_and_wakes_a_writer),
        CASE(whoever_waits_for_much_room_is_not_woken_for_little),
        CASE(datagrams_come_out_whole_with_their_addresses),
        CASE(what_finds_no_room_is_counted_by_reason),
        CASE(a_closed_socket_is_ready_and_refuses),
        CASE(a_room_lent_does_not_outlive_its_binding),
        CASE(the_counters_begin_anew_with_each_binding),
        CASE(nothing_is_sent_where_no_packet_may_go),
    };

    return cmocka_run_group_tests_name("udp", tests, NULL, NULL);
}
