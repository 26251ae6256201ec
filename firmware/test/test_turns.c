/* SPDX-License-Identifier: BSD-3-Clause */
/* Whose turn it is: bounded, in order, and behind every deadline that is due. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "callback_bench.h"
#include "fake_port.h"

static void a_turn_hands_over_so_many_bytes_and_then_it_is_the_next_ones(void **unused)
{
    struct probe *fast = connected(0, &with_data), *other = connected(1, &with_data);
    static const uint8_t much[AX_CLIENT_TURN_BYTES + 100];
    (void)unused;

    net_tcp_received(&fast->tcp, much, sizeof much);
    net_tcp_received(&other->tcp, "hello", 5);
    run();

    assert_string_equal(told(), "0 data of 4096, 1 data hello, 0 data of 100");
}

static void packets_are_bounded_as_well(void **unused)
{
    struct probe *fast = connected(0, &with_packets), *other = connected(1, &with_packets);
    static const uint8_t much[AX_CLIENT_TURN_BYTES + 100];
    (void)unused;

    net_tcp_received(&fast->tcp, much, sizeof much);
    net_tcp_received(&other->tcp, "hello", 5);
    run();

    assert_string_equal(told(), "0 packet of 4096, 1 packet hello, 0 packet of 100");
}

/* ---- a peer that never rests: frames come while a callback is busy */

static struct ax_task wire;
static unsigned frames_left;

static enum ax_poll frame_comes(struct ax_task *task)
{
    (void)task;
    if (frames_left != 0) {
        frames_left--;
        net_tcp_received(&probes[0].tcp, "a frame", 7);
    }
    return AX_PENDING;
}

static uint32_t callback_takes_ms;

static void frames_come_meanwhile(struct probe *probe, enum told_event event)
{
    if (event != TOLD_DATA || probe != &probes[0])
        return;
    fake_now_ms += callback_takes_ms;
    ax_wake(wire.self);
}

static void given_a_peer_that_sends(unsigned frames, uint32_t takes_ms)
{
    wire = (struct ax_task){.poll = frame_comes, .name = "wire"};
    assert_int_equal(ax_task_start(&wire), AX_OK);
    frames_left = frames;
    callback_takes_ms = takes_ms;
    on_told = frames_come_meanwhile;
}

static void a_peer_that_never_rests_leaves_others_their_turns(void **unused)
{
    struct probe *other = connected(1, &with_data);
    (void)unused;
    (void)connected(0, &with_data);
    given_a_peer_that_sends(100, 0);
    while (probes[0].count[TOLD_DATA] < 10)
        ax_run_once();

    net_tcp_received(&other->tcp, "hello", 5);
    while (other->count[TOLD_DATA] == 0)
        ax_run_once();

    assert_true(probes[0].count[TOLD_DATA] <= 12);
    ax_task_stop(&wire);
}

/* ---- slow callbacks */

static struct ax_timer deadline;
static unsigned data_when_it_fired;

static void note_when(struct ax_timer *timer)
{
    (void)timer;
    data_when_it_fired = probes[0].count[TOLD_DATA];
}

static void a_deadline_waits_for_one_slow_callback_and_no_longer(void **unused)
{
    (void)unused;
    (void)connected(0, &with_data);
    assert_int_equal(ax_clock_run(), AX_OK);
    deadline.fired = note_when;
    ax_timer_arm_in(&deadline, 10, 0);

    given_a_peer_that_sends(50, 20);
    run();

    assert_int_equal(probes[0].count[TOLD_DATA], 50);
    assert_int_equal(data_when_it_fired, 1);
    ax_task_stop(&wire);
}

static void others_are_told_of_their_times_beside_a_slow_callback(void **unused)
{
    struct probe *other = connected(1, &with_data);
    (void)unused;
    (void)connected(0, &with_data);
    assert_int_equal(ax_client_set_times(&other->client, &(struct ax_client_times){0, 0, 40}),
                     AX_OK);
    assert_int_equal(ax_clock_run(), AX_OK);

    given_a_peer_that_sends(50, 20);
    run();

    assert_int_equal(probes[0].count[TOLD_DATA], 50);
    assert_int_equal(other->count[TOLD_POLL], 50 * 20 / 40);
    ax_task_stop(&wire);
}

/* Holds the clock between the moment when the task stood back and the deadline. */
static void who_stood_back_is_not_forgotten_when_the_clock_is_held(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;
    assert_int_equal(ax_clock_run(), AX_OK);
    ax_timer_arm_in(&deadline, 0, 0);
    net_tcp_received(&probe->tcp, "hello", 5);
    ax_run_once();
    assert_string_equal(told(), "");

    ax_clock_hold();
    run();

    assert_string_equal(told(), "0 data hello");
    ax_timer_cancel(&deadline);
}

/* ---- the task */

static void a_task_that_is_started_twice_is_refused(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    (void)unused;

    assert_int_equal(ax_callback_task_start(&service), AX_E_STATE);
    says(probe, "hello");

    assert_string_equal(told(), "0 data hello");
}

static void stopping_frees_every_client(void **unused)
{
    struct probe *up = connected(0, &with_data), *opening = prepared(1, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&opening->client, NULL, &peer, 0), AX_OK);
    run();

    ax_callback_task_stop(&service);
    run();

    assert_string_equal(told(), "");
    assert_true(ax_client_is_released(&up->client));
    assert_true(ax_client_is_released(&opening->client));
}

static void use_the_storage_and_stop(struct probe *probe, enum told_event event)
{
    if (event != TOLD_DISCONNECT || !ax_client_is_released(&probe->client))
        return;
    give_up(probe);
    ax_callback_task_stop(&service);
}

static void stopping_touches_no_client_that_is_its_owners_again(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    on_told = use_the_storage_and_stop;

    assert_int_equal(ax_client_close(&probe->client), AX_OK); /* before the stack heard of it */
    fake_stack_run();
    run();

    assert_true(is_given_up(probe));
    take_back(probe);
}

static void nothing_begins_behind_its_end(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    ax_callback_task_stop(&service);

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_E_STATE);
    assert_int_equal(ax_server_begin(&server, &service, &peer, AX_LISTEN_RESET, NULL), AX_E_STATE);

    assert_true(ax_client_is_released(&probe->client));
    assert_true(ax_server_is_released(&server));
}

static void it_can_be_started_again(void **unused)
{
    (void)unused;
    ax_callback_task_stop(&service);

    assert_int_equal(ax_callback_task_start(&service), AX_OK);
    says(connected(0, &with_data), "hello");

    assert_string_equal(told(), "0 data hello");
}

#define T(test) cmocka_unit_test_setup_teardown(test, callback_setup, callback_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        T(a_turn_hands_over_so_many_bytes_and_then_it_is_the_next_ones),
        T(packets_are_bounded_as_well),
        T(a_peer_that_never_rests_leaves_others_their_turns),
        T(a_deadline_waits_for_one_slow_callback_and_no_longer),
        T(others_are_told_of_their_times_beside_a_slow_callback),
        T(who_stood_back_is_not_forgotten_when_the_clock_is_held),
        T(a_task_that_is_started_twice_is_refused),
        T(stopping_frees_every_client),
        T(stopping_touches_no_client_that_is_its_owners_again),
        T(nothing_begins_behind_its_end),
        T(it_can_be_started_again),
    };

    return cmocka_run_group_tests_name("turns", tests, NULL, NULL);
}
