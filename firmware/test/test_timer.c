/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/timer.h>

#include "exec/exec_reset.h"
#include "fake_port.h"

/* Timers that write their letter to `fired` when they fire. */
struct bell {
    struct ax_timer timer; /* first */
    char letter;
};

static char fired[256];
static struct bell a, b, c;

static void ring(struct ax_timer *timer) { strncat(fired, &((struct bell *)timer)->letter, 1); }

static int start_anew(void **state)
{
    (void)state;
    exec_reset();
    fake_port_init();
    a = (struct bell){.timer = {.fired = ring}, .letter = 'a'};
    b = (struct bell){.timer = {.fired = ring}, .letter = 'b'};
    c = (struct bell){.timer = {.fired = ring}, .letter = 'c'};
    memset(fired, 0, sizeof fired);
    return 0;
}

static void run_at(uint32_t now_ms)
{
    fake_now_ms = now_ms;
    while (ax_run_once()) {
    }
}

static void a_timer_of_all_zero_is_idle(void **state)
{
    struct ax_timer timer = {0};
    (void)state;
    assert_false(ax_timer_is_armed(&timer));
    assert_false(ax_timer_has_fired(&timer));
    ax_timer_cancel(&timer);
}

static void it_fires_at_its_time_and_not_before(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 100, 0);

    run_at(99);
    assert_true(ax_timer_is_armed(&a.timer));
    assert_false(ax_timer_has_fired(&a.timer));
    run_at(100);
    assert_false(ax_timer_is_armed(&a.timer));
    assert_true(ax_timer_has_fired(&a.timer));
    assert_int_equal(ax_clock_deadlines(), 1);
}

static void a_moment_that_has_passed_fires_at_once(void **state)
{
    (void)state;
    fake_now_ms = 1000;
    ax_timer_arm_at(&a.timer, 400, 0);
    ax_timer_arm_in(&b.timer, 0, 0);

    run_at(1000);
    assert_string_equal(fired, "ab");
}

static void they_fire_in_order_of_time(void **state)
{
    (void)state;
    ax_timer_arm_in(&c.timer, 30, 0);
    ax_timer_arm_in(&a.timer, 10, 0);
    ax_timer_arm_in(&b.timer, 20, 0);

    run_at(1000);
    assert_string_equal(fired, "abc");
}

static void equal_ones_fire_in_the_order_they_were_armed(void **state)
{
    (void)state;
    ax_timer_arm_in(&b.timer, 10, 0);
    ax_timer_arm_in(&a.timer, 10, 0);
    ax_timer_arm_in(&c.timer, 10, 0);
    ax_timer_arm_in(&b.timer, 10, 0); /* moved: armed last */

    run_at(10);
    assert_string_equal(fired, "acb");
}

static void an_armed_timer_is_moved(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 10, 0);
    ax_timer_arm_in(&a.timer, 50, 0);

    run_at(49);
    assert_string_equal(fired, "");
    assert_int_equal(ax_timers_armed(), 1);
    run_at(50);
    assert_string_equal(fired, "a");
}

static void a_cancelled_timer_does_not_fire(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 10, 0);
    ax_timer_arm_in(&b.timer, 10, 0);

    ax_timer_cancel(&a.timer);
    memset(&a, 0xff, sizeof a); /* its storage is the caller's */
    run_at(10);
    assert_string_equal(fired, "b");
}

static void cancelling_forgets_that_it_fired(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 10, 0);
    run_at(10);

    ax_timer_cancel(&a.timer);
    assert_false(ax_timer_has_fired(&a.timer));
}

static void arming_forgets_that_it_fired(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 10, 0);
    run_at(10);

    ax_timer_arm_in(&a.timer, 10, 0);
    assert_false(ax_timer_has_fired(&a.timer));
    assert_true(ax_timer_is_armed(&a.timer));
}

static enum ax_poll note_poll(struct ax_task *task)
{
    (void)task;
    strncat(fired, "!", 2);
    return AX_PENDING;
}

static struct ax_task task;

static void given_a_sleeping_task(void)
{
    task = (struct ax_task){.poll = note_poll};
    ax_task_start(&task);
    run_at(fake_now_ms);
    memset(fired, 0, sizeof fired);
}

static void what_it_wakes_runs_to_idle_before_the_next_one_fires(void **state)
{
    (void)state;
    given_a_sleeping_task();
    ax_timer_arm_in(&a.timer, 10, task.self);
    ax_timer_arm_in(&b.timer, 10, task.self);

    run_at(10);
    assert_string_equal(fired, "a!b!");
}

static enum ax_poll never_rests(struct ax_task *restless)
{
    ax_wake(restless->self);
    return AX_PENDING;
}

static void somebody_who_is_always_awake_puts_none_off_for_ever(void **state)
{
    static struct ax_task restless = {.poll = never_rests, .name = "restless"};
    struct bell bell = {.timer = {.fired = ring}, .letter = 'a'};

    (void)state;
    assert_int_equal(ax_task_start(&restless), AX_OK);
    ax_timer_arm_in(&bell.timer, 10, 0);
    fake_now_ms = 10;
    for (unsigned round = 0; round < AX_BUSY_ROUNDS; round++)
        assert_true(ax_run_once());
    ax_task_stop(&restless);

    assert_string_equal(fired, "a");
}

static void one_round_fires_one(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 0, 0);
    ax_timer_arm_in(&b.timer, 0, 0);

    assert_true(ax_run_once());
    assert_string_equal(fired, "a");
    assert_true(ax_run_once());
    assert_string_equal(fired, "ab");
    assert_false(ax_run_once());
}

static void arm_again(struct ax_timer *timer)
{
    ring(timer);
    ax_timer_arm_in(timer, 10, 0);
}

static void it_may_be_armed_again_where_it_fires(void **state)
{
    (void)state;
    a.timer.fired = arm_again;
    ax_timer_arm_in(&a.timer, 10, 0);

    run_at(10);
    run_at(20);
    assert_string_equal(fired, "aa");
    assert_int_equal(ax_timers_armed(), 1);
}

static void give_storage_away(struct ax_timer *timer)
{
    ring(timer);
    ax_timer_cancel(timer);
    memset(timer, 0xff, sizeof *timer);
}

static void its_storage_may_be_given_away_where_it_fires(void **state)
{
    (void)state;
    given_a_sleeping_task();
    a.timer.fired = give_storage_away;
    ax_timer_arm_in(&a.timer, 10, task.self);
    ax_timer_arm_in(&b.timer, 10, 0);

    run_at(10);
    assert_string_equal(fired, "a!b");
}

static void order_holds_where_the_clock_wraps(void **state)
{
    (void)state;
    fake_now_ms = UINT32_MAX - 10;
    ax_timer_arm_in(&b.timer, 20, 0);
    ax_timer_arm_in(&a.timer, 5, 0);
    assert_int_equal(ax_clock_until_deadline(), 5);

    run_at(UINT32_MAX - 5);
    assert_string_equal(fired, "a");
    run_at(8);
    assert_string_equal(fired, "a");
    run_at(9);
    assert_string_equal(fired, "ab");
}

static void one_overdue_and_one_far_ahead_stay_in_order(void **state)
{
    (void)state;
    fake_now_ms = 1000;
    ax_timer_arm_in(&b.timer, AX_TIMER_MAX_MS, 0);
    ax_timer_arm_at(&a.timer, 500, 0);

    run_at(1000);
    assert_string_equal(fired, "a");
    run_at(1000 + (uint32_t)AX_TIMER_MAX_MS);
    assert_string_equal(fired, "ab");
}

static void the_level_counts_armed_ones(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 10, 0);
    ax_timer_arm_in(&b.timer, 20, 0);
    ax_timer_arm_in(&c.timer, 20, 0);
    assert_int_equal(ax_timers_armed(), 3);

    run_at(10);
    assert_int_equal(ax_timers_armed(), 2);
    ax_timer_cancel(&b.timer);
    ax_timer_cancel(&b.timer);
    assert_int_equal(ax_timers_armed(), 1);
}

static void again_counts_from_when_it_was_due(void **state)
{
    (void)state;
    ax_timer_arm_in(&a.timer, 100, 0);
    run_at(170);
    ax_timer_arm_again(&a.timer, 100, 0);

    run_at(199);
    assert_string_equal(fired, "a");
    run_at(200);
    assert_string_equal(fired, "aa");
}

static void further_than_24_days_is_a_bug(void **state)
{
    (void)state;
    expect_assert_failure(ax_timer_arm_in(&a.timer, (uint32_t)AX_TIMER_MAX_MS + 1, 0));
}

#define TEST(name) cmocka_unit_test_setup(name, start_anew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timer_of_all_zero_is_idle),
        TEST(it_fires_at_its_time_and_not_before),
        TEST(a_moment_that_has_passed_fires_at_once),
        TEST(they_fire_in_order_of_time),
        TEST(equal_ones_fire_in_the_order_they_were_armed),
        TEST(an_armed_timer_is_moved),
        TEST(a_cancelled_timer_does_not_fire),
        TEST(cancelling_forgets_that_it_fired),
        TEST(arming_forgets_that_it_fired),
        TEST(what_it_wakes_runs_to_idle_before_the_next_one_fires),
        TEST(somebody_who_is_always_awake_puts_none_off_for_ever),
        TEST(one_round_fires_one),
        TEST(it_may_be_armed_again_where_it_fires),
        TEST(its_storage_may_be_given_away_where_it_fires),
        TEST(order_holds_where_the_clock_wraps),
        TEST(one_overdue_and_one_far_ahead_stay_in_order),
        TEST(the_level_counts_armed_ones),
        TEST(again_counts_from_when_it_was_due),
        TEST(further_than_24_days_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
