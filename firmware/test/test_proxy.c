/* SPDX-License-Identifier: BSD-3-Clause */
/* The proxy's own part, over a fake stack: what may be configured, datagrams, and the
 * table of tuples. What lwIP makes of it is in stack/test_proxy_stack.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>

#include "exec/exec_reset.h"
#include "fake_stack.h"
#include "proxy/stack_side.h"

enum { TUPLES = 3, IDLE_MS = 5000, KEEP_MS = 1000, RING = 64 };

static struct ax_proxy proxy;
static struct ax_packets packets;
static struct ax_queue_slot slots[2][2];
static struct ax_proxy_tuple tuples[TUPLES];
static struct ax_packet datagrams[2][4];
static uint8_t rings[2][RING], bytes[RING];
static struct watcher watcher;

static const struct ax_prefix prefix = {0xc6336400, 0xffffff00};

static struct ax_proxy_config config(void)
{
    return (struct ax_proxy_config){
        .packets = &packets,
        .prefixes = &prefix,
        .prefix_count = 1,
        .udp_idle_ms = IDLE_MS,
        .keep_ms = KEEP_MS,
        .tuples = tuples,
        .tuple_count = TUPLES,
        .udp = {rings[0], RING, datagrams[0], 4, rings[1], RING, datagrams[1], 4},
    };
}

static int start(void **unused)
{
    struct ax_proxy_config good = config();

    (void)unused;
    exec_reset();
    ax_clock_start_held(UINT32_MAX - 100); /* it wraps on the way */
    fake_stack_start();
    ax_packets_init(&packets, slots[0], slots[1], 2);
    proxy = (struct ax_proxy){0};
    assert_int_equal(ax_proxy_start(&proxy, &good), AX_OK);
    fake_stack_run();
    return 0;
}

static int stop(void **unused)
{
    (void)unused;
    ax_proxy_stop(&proxy);
    fake_stack_run();
    assert_true(ax_proxy_is_released(&proxy));
    assert_int_equal(ax_timers_armed(), 0);
    return 0;
}

static void advance(uint32_t ms)
{
    assert_int_equal(ax_clock_advance(&(struct ax_advance){.ms = ms}, 0), AX_OK);
    while (ax_run_once())
        ;
}

static struct ax_endpoint local(unsigned number)
{
    return (struct ax_endpoint){0x08080800 + number, 53};
}
static const struct ax_endpoint peer = {0xc0a80001, 4000};

static int receive(unsigned number)
{
    struct ax_endpoint to = local(number);
    struct ax_span room;
    int err = proxy_udp_room(&proxy, &to, &peer, 1, &room);

    if (err == AX_OK)
        net_udp_received(&proxy.udp, 1, &peer, &to);
    (void)ax_proxy_consume(&proxy);
    return err;
}

static int answer(unsigned number)
{
    struct ax_endpoint from = local(number);
    int err = ax_proxy_send(&proxy, &from, &peer, "x", 1, NULL);

    if (err == AX_OK)
        net_udp_left(&proxy.udp);
    return err;
}

static int place_of(unsigned number)
{
    struct ax_endpoint to = local(number);

    return ax_proxy_find(&proxy, &to, &peer);
}

/* ---- */

static void what_cannot_be_is_refused(void **unused)
{
    static const struct ax_prefix wrong[] = {
        {0xc6336401, 0xffffff00}, {0xc6336400, 0xff00ff00}, {0, 0},
        {0x00ffff00, 0xffffff00}, {0x7f000000, 0xff000000}, {0xe0000000, 0xf0000000},
        {0x40000000, 0xc0000000}, {0xf0000000, 0xffffff00},
    };
    struct ax_proxy other = {0};
    struct ax_proxy_config bad;

    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        bad = config();
        bad.prefixes = &wrong[i];
        assert_int_equal(ax_proxy_start(&other, &bad), AX_E_ARG);
    }
    bad = config();
    bad.packets = NULL;
    bad.prefix_count = 0;
    assert_int_equal(ax_proxy_start(&other, &bad), AX_E_ARG);
    bad = config();
    bad.udp_idle_ms = AX_TIMER_MAX_MS + 1u;
    assert_int_equal(ax_proxy_start(&other, &bad), AX_E_ARG);
    bad = config();
    bad.udp.rx_slot_count = 0;
    assert_int_equal(ax_proxy_start(&other, &bad), AX_E_ARG);
    bad = config();
    bad.tuples = NULL;
    assert_int_equal(ax_proxy_start(&other, &bad), AX_E_ARG);
    bad = config();
    assert_int_equal(ax_proxy_start(&proxy, &bad), AX_E_STATE);
    assert_true(ax_proxy_is_released(&other));
}

static void a_proxy_without_tuples_has_no_datagrams(void **unused)
{
    struct ax_proxy_config without = config();
    struct ax_endpoint to = local(0);
    struct ax_span room;

    (void)unused;
    ax_proxy_stop(&proxy);
    fake_stack_run();
    without.tuple_count = 0;
    without.udp = (struct ax_udp_config){0};
    assert_int_equal(ax_proxy_start(&proxy, &without), AX_OK);
    assert_int_equal(proxy_udp_room(&proxy, &to, &peer, 1, &room), AX_E_MEMORY);
    assert_int_equal(ax_proxy_recv(&proxy, bytes, 1, NULL), AX_E_STATE);
    assert_int_equal(answer(0), AX_E_STATE);
}

static void only_a_tuple_in_use_can_be_answered(void **unused)
{
    struct ax_endpoint from = local(0), nobody = {peer.addr, 0};

    (void)unused;
    assert_int_equal(answer(0), AX_E_STATE);
    assert_int_equal(receive(0), AX_OK);
    assert_int_equal(answer(0), AX_OK);
    assert_int_equal(answer(1), AX_E_STATE);
    assert_int_equal(ax_proxy_send(&proxy, &from, &nobody, "x", 1, NULL), AX_E_STATE);
    assert_int_equal(ax_proxy_send(&proxy, &from, &peer, bytes, RING + 1, NULL), AX_E_TOO_LARGE);
    advance(IDLE_MS);
    assert_int_equal(answer(0), AX_E_STATE);
}

static void a_datagram_that_finds_no_room_takes_no_place(void **unused)
{
    struct ax_endpoint to = local(0);
    struct ax_span room;

    (void)unused;
    assert_int_equal(proxy_udp_room(&proxy, &to, &peer, RING + 1, &room), AX_E_TOO_LARGE);
    assert_int_equal(ax_proxy_stats(&proxy).tuples, 0);
    assert_int_equal(ax_proxy_stats(&proxy).udp.rx_dropped_payload, 1);
}

static void a_place_keeps_its_tuple_until_the_tick_it_is_idle(void **unused)
{
    (void)unused;
    assert_int_equal(receive(0), AX_OK);
    assert_int_equal(receive(1), AX_OK);
    advance(IDLE_MS - 1);
    assert_int_equal(receive(0), AX_OK);
    assert_int_equal(place_of(1), 1);
    advance(1);
    assert_int_equal(place_of(1), AX_E_STATE);
    assert_int_equal(place_of(0), 0);
    advance(IDLE_MS - 2);
    assert_int_equal(answer(0), AX_OK);
    advance(IDLE_MS - 1);
    assert_int_equal(place_of(0), 0);
    advance(1);
    assert_int_equal(place_of(0), AX_E_STATE);
    assert_int_equal(ax_proxy_stats(&proxy).udp_expired, 2);
    assert_int_equal(ax_timers_armed(), 0);
}

static void an_unanswered_one_makes_room_before_one_that_was_answered(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < TUPLES; i++) {
        assert_int_equal(receive(i), AX_OK);
        advance(1);
    }
    assert_int_equal(answer(0), AX_OK);
    assert_int_equal(receive(10), AX_OK);
    assert_int_equal(place_of(1), AX_E_STATE);
    assert_int_equal(place_of(10), 1);
    assert_int_equal(answer(2), AX_OK);
    assert_int_equal(answer(10), AX_OK);
    assert_int_equal(receive(11), AX_E_MEMORY);
    advance(KEEP_MS - 1);
    assert_int_equal(answer(2), AX_OK);
    advance(1);
    assert_int_equal(receive(11), AX_OK);
    assert_int_equal(place_of(0), AX_E_STATE);
    assert_int_equal(ax_proxy_stats(&proxy).udp_refused, 1);
    assert_int_equal(ax_proxy_stats(&proxy).udp_evicted, 2);
}

static void a_place_tells_one_tuple_from_the_next(void **unused)
{
    uint32_t first;

    (void)unused;
    assert_int_equal(ax_proxy_tuple_id(&proxy, 0), 0);
    assert_int_equal(receive(0), AX_OK);
    first = ax_proxy_tuple_id(&proxy, 0);
    assert_int_not_equal(first, 0);
    watcher_start(&watcher);
    ax_proxy_wait_end(&proxy, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    advance(IDLE_MS);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_proxy_tuple_id(&proxy, 0), 0);
    assert_int_equal(receive(0), AX_OK);
    assert_int_not_equal(ax_proxy_tuple_id(&proxy, 0), first);
    assert_int_equal(ax_proxy_tuple_id(&proxy, TUPLES), 0);
    watcher_stop(&watcher);
}

static void whoever_waits_is_woken_by_a_datagram_and_by_room(void **unused)
{
    struct ax_endpoint to = local(0);
    struct ax_span room;

    (void)unused;
    watcher_start(&watcher);
    ax_proxy_wait(&proxy, AX_READABLE, 0, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    assert_int_equal(proxy_udp_room(&proxy, &to, &peer, 1, &room), AX_OK);
    net_udp_received(&proxy.udp, 1, &peer, &to);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(ax_proxy_send(&proxy, &to, &peer, bytes, RING, NULL), AX_OK);
    assert_int_equal(ax_proxy_send(&proxy, &to, &peer, bytes, RING, NULL), AX_E_WOULD_BLOCK);
    ax_proxy_wait(&proxy, AX_WRITABLE, RING, watcher.task.self);
    assert_false(watcher_was_woken(&watcher));
    net_udp_left(&proxy.udp);
    assert_true(watcher_was_woken(&watcher));
    watcher_stop(&watcher);
}

static void a_lost_address_ends_its_tuples_alone(void **unused)
{
    (void)unused;
    assert_int_equal(receive(0), AX_OK);
    assert_int_equal(receive(1), AX_OK);
    proxy_lose_address(&proxy, local(0).addr);
    assert_int_equal(place_of(0), AX_E_STATE);
    assert_int_equal(place_of(1), 1);
}

#define PROXY_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROXY_TEST(what_cannot_be_is_refused),
        PROXY_TEST(a_proxy_without_tuples_has_no_datagrams),
        PROXY_TEST(only_a_tuple_in_use_can_be_answered),
        PROXY_TEST(a_datagram_that_finds_no_room_takes_no_place),
        PROXY_TEST(a_place_keeps_its_tuple_until_the_tick_it_is_idle),
        PROXY_TEST(an_unanswered_one_makes_room_before_one_that_was_answered),
        PROXY_TEST(a_place_tells_one_tuple_from_the_next),
        PROXY_TEST(whoever_waits_is_woken_by_a_datagram_and_by_room),
        PROXY_TEST(a_lost_address_ends_its_tuples_alone),
    };

    return cmocka_run_group_tests_name("proxy", tests, NULL, NULL);
}
