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

/* The caller of an advance, and a task that timers wake. Both write down when
 * they are polled; the worker also marks the clock when it is told to. */
struct witness {
    struct ax_task task; /* first */
    unsigned polls;
    uint32_t at_ms;
    bool advancing; /* what the clock said of itself */
};

static struct witness caller, worker;
static bool worker_marks;
static struct ax_timer first, second, third;

static enum ax_poll witness(struct ax_task *task)
{
    struct witness *self = (struct witness *)task;

    self->polls++;
    self->at_ms = ax_now_ms();
    self->advancing = ax_clock_is_advancing();
    if (self == &worker && worker_marks)
        ax_clock_mark();
    return AX_PENDING;
}

static void run_to_idle(void)
{
    while (ax_run_once()) {
    }
}

static int start_anew(void **state)
{
    (void)state;
    exec_reset();
    fake_port_init();
    first = second = third = (struct ax_timer){0};
    caller = (struct witness){.task = {.poll = witness}};
    worker = (struct witness){.task = {.poll = witness}};
    worker_marks = false;
    return 0;
}

static void given_a_held_clock(uint32_t at_ms)
{
    ax_clock_start_held(at_ms);
    ax_task_start(&caller.task);
    ax_task_start(&worker.task);
    run_to_idle();
    caller.polls = worker.polls = 0;
}

/* Deadlines that wake the worker. */
static void given_deadlines_in(uint32_t a, uint32_t b, uint32_t c)
{
    ax_timer_arm_in(&first, a, worker.task.self);
    ax_timer_arm_in(&second, b, worker.task.self);
    ax_timer_arm_in(&third, c, worker.task.self);
}

static struct ax_advance_result advance(struct ax_advance how)
{
    assert_int_equal(ax_clock_advance(&how, caller.task.self), AX_OK);
    run_to_idle();
    assert_false(ax_clock_is_advancing());
    assert_int_equal(caller.polls, 1);
    return ax_clock_advanced();
}

static void it_runs_with_the_port(void **state)
{
    (void)state;
    fake_now_ms = 1234;
    assert_int_equal(ax_now_ms(), 1234);
    assert_false(ax_clock_is_held());
}

static void hold_stops_time_where_it_is(void **state)
{
    (void)state;
    fake_now_ms = 100;
    ax_clock_hold();

    fake_now_ms = 500;
    assert_int_equal(ax_now_ms(), 100);
    ax_clock_hold();
    assert_int_equal(ax_now_ms(), 100);
    assert_true(ax_clock_is_held());
}

static void run_goes_on_from_where_time_is(void **state)
{
    (void)state;
    fake_now_ms = 100;
    ax_clock_hold();
    fake_now_ms = 500;

    assert_int_equal(ax_clock_run(), AX_OK);
    assert_int_equal(ax_now_ms(), 100);
    fake_now_ms = 507;
    assert_int_equal(ax_now_ms(), 107);
    assert_int_equal(ax_clock_run(), AX_OK);
    assert_int_equal(ax_now_ms(), 107);
}

static void it_starts_held_where_the_boot_word_says(void **state)
{
    (void)state;
    fake_now_ms = 17;
    ax_clock_start_held(0xfffffff0);
    assert_int_equal(ax_now_ms(), 0xfffffff0);
}

static void nothing_fires_while_it_is_held(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(0, 5, 10);
    fake_now_ms = 1000;

    assert_false(ax_run_once());
    assert_int_equal(ax_timers_armed(), 3);
}

static void until_deadline_tells_the_distance_held_or_not(void **state)
{
    (void)state;
    assert_int_equal(ax_clock_until_deadline(), AX_CLOCK_NO_DEADLINE);
    ax_timer_arm_at(&first, 40, 0);
    assert_int_equal(ax_clock_until_deadline(), 40);
    fake_now_ms = 15;
    ax_clock_hold();
    assert_int_equal(ax_clock_until_deadline(), 25);
    ax_clock_run();
    fake_now_ms = 41;
    assert_int_equal(ax_clock_until_deadline(), 0);
}

static void an_advance_without_deadlines_goes_all_the_way(void **state)
{
    (void)state;
    given_a_held_clock(7);

    struct ax_advance_result result = advance((struct ax_advance){.ms = 7200000});

    assert_int_equal(ax_now_ms(), 7200007);
    assert_int_equal(result.moved_ms, 7200000);
    assert_int_equal(result.deadlines, 0);
    assert_false(result.marked);
}

static void an_advance_fires_each_deadline_at_its_own_time(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 31);

    struct ax_advance_result result = advance((struct ax_advance){.ms = 30});

    assert_int_equal(worker.polls, 2);
    assert_int_equal(worker.at_ms, 20);
    assert_true(worker.advancing);
    assert_int_equal(result.deadlines, 2);
    assert_int_equal(ax_now_ms(), 30);
    assert_true(ax_timer_is_armed(&third));
}

static void a_deadline_at_the_target_fires(void **state)
{
    (void)state;
    given_a_held_clock(0);
    ax_timer_arm_in(&first, 30, worker.task.self);

    assert_int_equal(advance((struct ax_advance){.ms = 30}).deadlines, 1);
}

static void a_deadline_that_is_due_fires_in_an_advance_of_nothing(void **state)
{
    (void)state;
    given_a_held_clock(100);
    ax_timer_arm_at(&first, 60, worker.task.self);

    struct ax_advance_result result = advance((struct ax_advance){.ms = 0});

    assert_int_equal(result.deadlines, 1);
    assert_int_equal(result.moved_ms, 0);
    assert_int_equal(worker.at_ms, 100);
}

static void deadlines_armed_on_the_way_fire_too(void **state)
{
    (void)state;
    given_a_held_clock(0);
    ax_timer_arm_in(&first, 10, worker.task.self);
    struct ax_advance how = {.ms = 30};
    assert_int_equal(ax_clock_advance(&how, caller.task.self), AX_OK);

    ax_run_once();
    ax_timer_arm_in(&second, 15, worker.task.self);
    run_to_idle();

    assert_int_equal(worker.polls, 2);
    assert_int_equal(worker.at_ms, 25);
}

static void the_caller_is_woken_at_the_end_and_not_before(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);

    advance((struct ax_advance){.ms = 100});

    assert_int_equal(caller.at_ms, 100);
    assert_false(caller.advancing);
}

static void a_limit_of_deadlines_ends_it_where_the_last_one_fired(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);

    struct ax_advance_result result = advance((struct ax_advance){.ms = 100, .deadlines = 2});

    assert_int_equal(ax_now_ms(), 20);
    assert_int_equal(result.moved_ms, 20);
    assert_int_equal(result.deadlines, 2);
    assert_int_equal(worker.polls, 2);
    assert_true(ax_timer_is_armed(&third));
}

static void equal_deadlines_are_apart_for_a_limit(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 10, 10);

    advance((struct ax_advance){.ms = 100, .deadlines = 1});
    assert_true(ax_timer_has_fired(&first));
    assert_true(ax_timer_is_armed(&second));
    assert_int_equal(ax_clock_until_deadline(), 0);
    assert_int_equal(ax_now_ms(), 10);
}

static void a_mark_ends_it_after_the_tasks_of_that_deadline(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);
    worker_marks = true;

    struct ax_advance_result result = advance((struct ax_advance){.ms = 100, .until_marked = true});

    assert_true(result.marked);
    assert_int_equal(result.moved_ms, 10);
    assert_int_equal(worker.polls, 1);
}

static void a_mark_ends_nothing_unless_asked(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);
    worker_marks = true;

    struct ax_advance_result result = advance((struct ax_advance){.ms = 100});

    assert_false(result.marked);
    assert_int_equal(result.moved_ms, 100);
}

static void a_mark_before_the_first_deadline_ends_nothing(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);
    ax_clock_mark();
    struct ax_advance how = {.ms = 100, .until_marked = true};
    assert_int_equal(ax_clock_advance(&how, caller.task.self), AX_OK);
    ax_clock_mark();

    run_to_idle();

    assert_false(ax_clock_advanced().marked);
    assert_int_equal(ax_clock_advanced().deadlines, 3);
}

static void a_step_tells_whether_it_marked(void **state)
{
    struct ax_advance step = {.ms = AX_TIMER_MAX_MS, .deadlines = 1, .until_marked = true};
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);

    assert_false(advance(step).marked);
    worker_marks = true;
    caller.polls = 0;
    assert_true(advance(step).marked);
    assert_int_equal(ax_now_ms(), 20);
}

static void idle_is_not_told_before_an_advance_is_over(void **state)
{
    (void)state;
    given_a_held_clock(0);
    ax_timer_arm_in(&first, 10, 0);
    struct ax_advance how = {.ms = 100};
    assert_int_equal(ax_clock_advance(&how, caller.task.self), AX_OK);
    ax_idle_wait(worker.task.self);

    run_to_idle();

    assert_int_equal(worker.polls, 1);
    assert_int_equal(worker.at_ms, 100);
    assert_false(worker.advancing);
}

static void it_crosses_the_wrap(void **state)
{
    (void)state;
    given_a_held_clock(UINT32_MAX - 4);
    given_deadlines_in(3, 10, 20);

    struct ax_advance_result result = advance((struct ax_advance){.ms = 15});

    assert_int_equal(ax_now_ms(), 10);
    assert_int_equal(worker.at_ms, 5);
    assert_int_equal(result.deadlines, 2);
}

static void it_goes_24_days_at_once(void **state)
{
    (void)state;
    given_a_held_clock(5);
    ax_timer_arm_in(&first, AX_TIMER_MAX_MS, worker.task.self);

    struct ax_advance_result result = advance((struct ax_advance){.ms = AX_TIMER_MAX_MS});

    assert_int_equal(result.moved_ms, AX_TIMER_MAX_MS);
    assert_int_equal(result.deadlines, 1);
}

static void what_is_out_of_range_or_out_of_turn_is_refused(void **state)
{
    struct ax_advance how = {.ms = 10}, too_far = {.ms = (uint32_t)AX_TIMER_MAX_MS + 1};
    (void)state;
    assert_int_equal(ax_clock_advance(&how, 0), AX_E_STATE);
    ax_clock_hold();
    assert_int_equal(ax_clock_advance(&too_far, 0), AX_E_ARG);
    assert_int_equal(ax_clock_advance(&how, 0), AX_OK);
    assert_int_equal(ax_clock_advance(&how, 0), AX_E_STATE);
    assert_int_equal(ax_clock_run(), AX_E_STATE);
    run_to_idle();
    assert_int_equal(ax_clock_run(), AX_OK);
}

static void deadlines_are_counted_since_start(void **state)
{
    (void)state;
    given_a_held_clock(0);
    given_deadlines_in(10, 20, 30);
    advance((struct ax_advance){.ms = 20});
    ax_clock_run();
    fake_now_ms = 10;
    run_to_idle();

    assert_int_equal(ax_clock_deadlines(), 3);
}

#define TEST(name) cmocka_unit_test_setup(name, start_anew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_runs_with_the_port),
        TEST(hold_stops_time_where_it_is),
        TEST(run_goes_on_from_where_time_is),
        TEST(it_starts_held_where_the_boot_word_says),
        TEST(nothing_fires_while_it_is_held),
        TEST(until_deadline_tells_the_distance_held_or_not),
        TEST(an_advance_without_deadlines_goes_all_the_way),
        TEST(an_advance_fires_each_deadline_at_its_own_time),
        TEST(a_deadline_at_the_target_fires),
        TEST(a_deadline_that_is_due_fires_in_an_advance_of_nothing),
        TEST(deadlines_armed_on_the_way_fire_too),
        TEST(the_caller_is_woken_at_the_end_and_not_before),
        TEST(a_limit_of_deadlines_ends_it_where_the_last_one_fired),
        TEST(equal_deadlines_are_apart_for_a_limit),
        TEST(a_mark_ends_it_after_the_tasks_of_that_deadline),
        TEST(a_mark_ends_nothing_unless_asked),
        TEST(a_mark_before_the_first_deadline_ends_nothing),
        TEST(a_step_tells_whether_it_marked),
        TEST(idle_is_not_told_before_an_advance_is_over),
        TEST(it_crosses_the_wrap),
        TEST(it_goes_24_days_at_once),
        TEST(what_is_out_of_range_or_out_of_turn_is_refused),
        TEST(deadlines_are_counted_since_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
