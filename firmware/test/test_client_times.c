/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client is told by the clock, at the exact tick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "callback_bench.h"
#include "fake_port.h"

static struct probe *with_times(struct ax_client_times times)
{
    struct probe *probe = connected(0, &with_data);

    assert_int_equal(ax_client_set_times(&probe->client, &times), AX_OK);
    return probe;
}

/* ---- acknowledgements that do not come */

static void a_stall_is_told_at_its_tick_and_once(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.ack_timeout_ms = 100});
    (void)unused;
    advance(50);
    assert_int_equal(ax_client_write(&probe->client, "01", 2), 2);
    run();

    advance(99);
    assert_string_equal(told(), "");
    advance(1);
    assert_string_equal(told(), "0 ack timeout");

    advance(100000);
    assert_string_equal(told(), "");
}

static void what_is_sent_during_a_stall_is_the_same_stall(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.ack_timeout_ms = 100});
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01", 2), 2);
    advance(100);
    assert_string_equal(told(), "0 ack timeout");

    assert_int_equal(ax_client_write(&probe->client, "23", 2), 2);
    advance(1000);

    assert_string_equal(told(), "");
}

static void progress_begins_the_next_stall(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.ack_timeout_ms = 100});
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "0123", 4), 4);
    advance(100);
    acks(probe, 2);
    assert_string_equal(told(), "0 ack timeout, 0 ack 2 of 100 ms");

    advance(99);
    assert_string_equal(told(), "");
    advance(1);

    assert_string_equal(told(), "0 ack timeout");
}

static void progress_in_time_puts_it_off(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.ack_timeout_ms = 100});
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "0123", 4), 4);
    advance(60);
    acks(probe, 2);

    advance(99);
    assert_string_equal(told(), "0 ack 2 of 60 ms");
    advance(1);

    assert_string_equal(told(), "0 ack timeout");
}

static void once_all_is_acknowledged_nothing_is_timed(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.ack_timeout_ms = 100});
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01", 2), 2);
    advance(10);
    acks(probe, 2);
    (void)told();

    assert_int_equal(ax_timers_armed(), 0);
    advance(1000);

    assert_string_equal(told(), "");
}

static void bytes_that_were_only_added_are_not_timed(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.ack_timeout_ms = 100});
    (void)unused;

    assert_int_equal(ax_client_add(&probe->client, "01", 2), 2);
    advance(1000);

    assert_string_equal(told(), "");
}

/* ---- a peer that is silent */

static void a_silence_is_told_at_its_tick_and_once(void **unused)
{
    (void)with_times((struct ax_client_times){.rx_timeout_ms = 100});
    (void)unused;

    advance(99);
    assert_string_equal(told(), "");
    advance(1);
    assert_string_equal(told(), "0 rx timeout");

    advance(100000);
    assert_string_equal(told(), "");
}

static void a_byte_begins_the_next_silence(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.rx_timeout_ms = 100});
    (void)unused;
    advance(60);
    says(probe, "a");
    advance(99);
    assert_string_equal(told(), "0 data a");
    advance(1);
    assert_string_equal(told(), "0 rx timeout");

    says(probe, "b");
    advance(100);

    assert_string_equal(told(), "0 data b, 0 rx timeout");
}

static void bytes_that_are_there_at_the_tick_count(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.rx_timeout_ms = 100});
    (void)unused;
    assert_int_equal(ax_clock_run(), AX_OK);

    fake_now_ms += 100;
    says(probe, "a");

    assert_string_equal(told(), "0 data a");
}

static void behind_the_peers_end_silence_is_what_is_expected(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.rx_timeout_ms = 100});
    (void)unused;
    ends(probe);

    advance(1000);

    assert_string_equal(told(), "0 end");
}

/* ---- periods */

static void a_period_is_told_again_and_again_without_drift(void **unused)
{
    (void)with_times((struct ax_client_times){.poll_every_ms = 10});
    (void)unused;

    advance(9);
    assert_string_equal(told(), "");
    advance(21);
    assert_string_equal(told(), "0 poll, 0 poll, 0 poll");
    advance(9);
    assert_string_equal(told(), "");
    advance(1);

    assert_string_equal(told(), "0 poll");
}

static void of_periods_that_went_by_unseen_one_is_told(void **unused)
{
    (void)with_times((struct ax_client_times){.poll_every_ms = 10});
    (void)unused;
    assert_int_equal(ax_clock_run(), AX_OK);

    fake_now_ms += 35;
    run();
    assert_string_equal(told(), "0 poll");
    fake_now_ms += 4;
    run();
    assert_string_equal(told(), "");
    fake_now_ms += 1; /* the period is kept */
    run();

    assert_string_equal(told(), "0 poll");
}

static void times_begin_with_the_connection(void **unused)
{
    struct probe *probe = prepared(0, &with_data);
    (void)unused;
    assert_int_equal(ax_client_set_times(&probe->client, &(struct ax_client_times){20, 20, 30}),
                     AX_OK);
    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    advance(100);
    assert_string_equal(told(), "");

    net_tcp_established(&probe->tcp);
    run();
    advance(30);

    assert_string_equal(told(), "0 connect, 0 rx timeout, 0 poll");
}

static void times_end_with_the_connection(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){20, 20, 30});
    (void)unused;
    assert_int_equal(ax_client_write(&probe->client, "01", 2), 2);

    resets(probe);

    assert_int_equal(ax_timers_armed(), 0);
    (void)told();
    advance(1000);
    assert_string_equal(told(), "");
}

static void times_are_counted_anew_when_they_are_set(void **unused)
{
    struct probe *probe = with_times((struct ax_client_times){.rx_timeout_ms = 100});
    (void)unused;
    advance(60);

    assert_int_equal(ax_client_set_times(&probe->client, &(struct ax_client_times){100, 0, 0}),
                     AX_OK);
    advance(99);
    assert_string_equal(told(), "");
    advance(1);

    assert_string_equal(told(), "0 rx timeout");
}

static void a_time_that_cannot_be_is_refused(void **unused)
{
    struct probe *probe = connected(0, &with_data);
    const uint32_t beyond = (uint32_t)AX_TIMER_MAX_MS + 1;
    (void)unused;

    assert_int_equal(ax_client_set_times(&probe->client, &(struct ax_client_times){beyond, 0, 0}),
                     AX_E_ARG);
    assert_int_equal(ax_client_set_times(&probe->client, &(struct ax_client_times){0, beyond, 0}),
                     AX_E_ARG);
    assert_int_equal(ax_client_set_times(&probe->client, &(struct ax_client_times){0, 0, beyond}),
                     AX_E_ARG);
    assert_int_equal(ax_timers_armed(), 0);
}

#define T(test) cmocka_unit_test_setup_teardown(test, callback_setup, callback_teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        T(a_stall_is_told_at_its_tick_and_once),
        T(what_is_sent_during_a_stall_is_the_same_stall),
        T(progress_begins_the_next_stall),
        T(progress_in_time_puts_it_off),
        T(once_all_is_acknowledged_nothing_is_timed),
        T(bytes_that_were_only_added_are_not_timed),
        T(a_silence_is_told_at_its_tick_and_once),
        T(a_byte_begins_the_next_silence),
        T(bytes_that_are_there_at_the_tick_count),
        T(behind_the_peers_end_silence_is_what_is_expected),
        T(a_period_is_told_again_and_again_without_drift),
        T(of_periods_that_went_by_unseen_one_is_told),
        T(times_begin_with_the_connection),
        T(times_end_with_the_connection),
        T(times_are_counted_anew_when_they_are_set),
        T(a_time_that_cannot_be_is_refused),
    };

    return cmocka_run_group_tests_name("client_times", tests, NULL, NULL);
}
