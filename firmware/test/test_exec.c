/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/exec.h>
#include <ax/timer.h>

#include "exec/exec_reset.h"
#include "fake_port.h"

/* Writes its letter to `said` at each poll, then does what the test asks. */
struct speaker {
    struct ax_task task; /* first */
    char letter;
    void (*act)(struct speaker *self);
    struct ax_task *other;
    enum ax_poll result;
};

static char said[64];

static enum ax_poll speak(struct ax_task *task)
{
    struct speaker *self = (struct speaker *)task;

    strncat(said, &self->letter, 1);
    if (self->act)
        self->act(self);
    return self->result;
}

static struct speaker a, b, c;

static int start_anew(void **state)
{
    (void)state;
    exec_reset();
    fake_port_init();
    a = (struct speaker){.task = {.poll = speak, .name = "a"}, .letter = 'a'};
    b = (struct speaker){.task = {.poll = speak, .name = "b"}, .letter = 'b'};
    c = (struct speaker){.task = {.poll = speak, .name = "c"}, .letter = 'c'};
    memset(said, 0, sizeof said);
    return 0;
}

static void run_to_idle(void)
{
    while (ax_run_once()) {
    }
}

static void given_sleeping_tasks(void)
{
    ax_task_start(&a.task);
    ax_task_start(&b.task);
    ax_task_start(&c.task);
    run_to_idle();
    memset(said, 0, sizeof said);
}

static void a_task_is_polled_once_when_started(void **state)
{
    (void)state;
    assert_int_equal(ax_task_start(&a.task), AX_OK);
    run_to_idle();

    assert_string_equal(said, "a");
    assert_int_equal(a.task.polls, 1);
}

static void a_sleeping_task_is_left_alone(void **state)
{
    (void)state;
    given_sleeping_tasks();

    run_to_idle();
    assert_string_equal(said, "");
}

static void tasks_are_polled_in_slot_order(void **state)
{
    (void)state;
    given_sleeping_tasks();

    ax_wake(c.task.self);
    ax_wake(a.task.self | b.task.self);
    assert_true(ax_run_once());
    assert_string_equal(said, "abc");
}

static void wake_self(struct speaker *self)
{
    ax_wake(self->task.self);
    self->act = NULL;
}

static void a_task_that_wakes_itself_starves_nobody(void **state)
{
    (void)state;
    given_sleeping_tasks();
    a.act = wake_self;

    ax_wake(a.task.self | b.task.self);
    run_to_idle();
    assert_string_equal(said, "aba");
}

static void wake_other(struct speaker *self) { ax_wake(self->other->self); }

static void a_wake_in_the_round_before_its_poll_is_one_poll(void **state)
{
    (void)state;
    given_sleeping_tasks();
    a.act = wake_other;
    a.other = &b.task;

    ax_wake(a.task.self | b.task.self);
    run_to_idle();
    assert_string_equal(said, "ab");
}

static void a_wake_in_the_round_after_its_poll_is_kept(void **state)
{
    (void)state;
    given_sleeping_tasks();
    b.act = wake_other;
    b.other = &a.task;

    ax_wake(a.task.self | b.task.self);
    run_to_idle();
    assert_string_equal(said, "aba");
}

static void a_ready_task_has_ended(void **state)
{
    (void)state;
    given_sleeping_tasks();
    b.result = AX_READY;
    ax_wake(b.task.self);
    run_to_idle();

    ax_wake(b.task.self);
    run_to_idle();

    assert_string_equal(said, "b");
    assert_int_equal(ax_exec_stats().tasks, 2);
    assert_null(ax_task_at(1));
}

static void an_ended_task_can_be_started_again(void **state)
{
    (void)state;
    a.result = AX_READY;
    ax_task_start(&a.task);
    run_to_idle();

    assert_int_equal(ax_task_start(&a.task), AX_OK);
    assert_int_equal(a.task.polls, 0);
    run_to_idle();
    assert_string_equal(said, "aa");
}

static void a_started_task_is_not_started_twice(void **state)
{
    (void)state;
    given_sleeping_tasks();
    assert_int_equal(ax_task_start(&a.task), AX_E_STATE);
    assert_int_equal(ax_exec_stats().tasks, 3);
}

static void there_are_32_slots(void **state)
{
    static struct speaker all[AX_TASKS_MAX];
    (void)state;
    for (unsigned i = 0; i < AX_TASKS_MAX; i++) {
        all[i] = (struct speaker){.task = {.poll = speak}, .letter = '.'};
        assert_int_equal(ax_task_start(&all[i].task), AX_OK);
        assert_int_equal(all[i].task.self, (ax_tasks)1 << i);
    }

    assert_int_equal(ax_task_start(&a.task), AX_E_MEMORY);
    run_to_idle();
    assert_int_equal(ax_exec_stats().polls, AX_TASKS_MAX);

    ax_task_stop(&all[31].task);
    assert_int_equal(ax_task_start(&a.task), AX_OK);
    run_to_idle();
    assert_int_equal(said[strlen(said) - 1], 'a');
}

static void a_stopped_task_is_never_polled_again(void **state)
{
    (void)state;
    given_sleeping_tasks();
    ax_wake(b.task.self);

    ax_task_stop(&b.task);
    memset(&b, 0xff, sizeof b); /* its storage is the caller's */
    run_to_idle();

    assert_string_equal(said, "");
    assert_int_equal(ax_exec_stats().tasks, 2);
}

static void stopping_what_is_not_started_has_no_effect(void **state)
{
    (void)state;
    given_sleeping_tasks();
    struct speaker stranger = {.task = {.poll = speak, .self = 1}};

    ax_task_stop(&stranger.task);
    assert_int_equal(ax_exec_stats().tasks, 3);
}

static void stop_other(struct speaker *self) { ax_task_stop(self->other); }

static void a_task_may_stop_one_that_is_due_in_the_same_round(void **state)
{
    (void)state;
    given_sleeping_tasks();
    a.act = stop_other;
    a.other = &b.task;

    ax_wake(a.task.self | b.task.self | c.task.self);
    run_to_idle();
    assert_string_equal(said, "ac");
}

static void a_task_may_stop_itself(void **state)
{
    (void)state;
    given_sleeping_tasks();
    b.act = stop_other;
    b.other = &b.task;

    ax_wake(b.task.self);
    run_to_idle();

    assert_string_equal(said, "b");
    assert_int_equal(ax_exec_stats().tasks, 2);
    assert_int_equal(ax_task_start(&b.task), AX_OK);
}

static void stop_self_and_start_anew(struct speaker *self)
{
    ax_task_stop(&self->task);
    ax_task_start(&self->task);
    self->act = NULL;
}

static void the_result_of_a_poll_that_stopped_itself_is_not_its_successors(void **state)
{
    (void)state;
    given_sleeping_tasks();
    b.act = stop_self_and_start_anew;
    b.result = AX_READY;
    ax_wake(b.task.self);

    assert_true(ax_run_once());
    assert_ptr_equal(ax_task_at(1), &b.task);
    run_to_idle();
    assert_string_equal(said, "bb");
}

static void the_pending_wake_of_a_stopped_task_dies_with_it(void **state)
{
    (void)state;
    given_sleeping_tasks();
    ax_tasks slot = b.task.self;
    ax_wake(slot);
    ax_task_stop(&b.task);

    struct speaker next = {.task = {.poll = speak}, .letter = 'n'};
    ax_task_start(&next.task);
    run_to_idle();

    assert_int_equal(next.task.self, slot);
    assert_string_equal(said, "n");
}

static void waking_a_slot_without_a_task_is_harmless(void **state)
{
    (void)state;
    given_sleeping_tasks();

    ax_wake((ax_tasks)1 << 31);
    assert_false(ax_run_once());

    assert_int_equal(ax_exec_stats().wakes, 0);
    assert_string_equal(said, "");
}

static void a_wake_is_counted_when_it_woke_a_sleeping_task(void **state)
{
    (void)state;
    given_sleeping_tasks();

    ax_wake(a.task.self | b.task.self);
    ax_wake(a.task.self);
    ax_wake(a.task.self | c.task.self);
    ax_wake(0);
    assert_int_equal(ax_exec_stats().wakes, 2);
}

static void a_signal_wakes_all_who_wait_and_forgets_them(void **state)
{
    struct ax_event event = {0};
    (void)state;
    given_sleeping_tasks();
    (void)ax_event_wait(&event, a.task.self);
    (void)ax_event_wait(&event, c.task.self);

    ax_event_signal(&event);
    run_to_idle();
    ax_event_signal(&event);
    run_to_idle();

    assert_string_equal(said, "ac");
}

static void who_withdrew_is_not_woken(void **state)
{
    struct ax_event event = {0};
    (void)state;
    given_sleeping_tasks();
    (void)ax_event_wait(&event, a.task.self | b.task.self);

    ax_event_unwait(&event, a.task.self);
    ax_event_signal(&event);
    run_to_idle();
    assert_string_equal(said, "b");
}

static void idle_is_told_when_no_other_task_is_awake(void **state)
{
    (void)state;
    given_sleeping_tasks();
    ax_idle_wait(a.task.self);
    b.act = wake_other;
    b.other = &c.task;

    ax_wake(b.task.self);
    run_to_idle();
    assert_string_equal(said, "bca");
}

static void idle_is_told_once(void **state)
{
    (void)state;
    given_sleeping_tasks();
    ax_idle_wait(a.task.self);

    run_to_idle();
    run_to_idle();
    assert_string_equal(said, "a");
}

static void idle_entries_count_not_looks_but_rests(void **state)
{
    (void)state;
    given_sleeping_tasks();
    assert_int_equal(ax_exec_stats().idles, 1);

    run_to_idle();
    assert_int_equal(ax_exec_stats().idles, 1);
    ax_wake(a.task.self);
    run_to_idle();
    assert_int_equal(ax_exec_stats().idles, 2);
}

static void who_asks_for_idle_while_idle_is_told_of_an_entry_of_its_own(void **state)
{
    (void)state;
    given_sleeping_tasks();
    uint32_t before = ax_exec_stats().idles;
    ax_idle_wait(a.task.self);

    assert_true(ax_run_once());
    assert_int_equal(ax_exec_stats().idles, before + 1);
}

static jmp_buf out_of_run;
static uint32_t slept_ms;
static unsigned locked_asleep;

static void leave_run(uint32_t at_most_ms)
{
    slept_ms = at_most_ms;
    locked_asleep = fake_locked;
    longjmp(out_of_run, 1);
}

static void run_until_asleep(void)
{
    fake_on_sleep = leave_run;
    if (setjmp(out_of_run) == 0)
        ax_run();
}

static void run_sleeps_for_ever_without_a_deadline(void **state)
{
    (void)state;
    ax_task_start(&a.task);

    run_until_asleep();
    assert_string_equal(said, "a");
    assert_int_equal(slept_ms, UINT32_MAX);
}

static void run_sleeps_with_interrupts_masked(void **state)
{
    (void)state;
    run_until_asleep();
    assert_int_equal(locked_asleep, 1);
}

static void run_sleeps_until_the_next_deadline(void **state)
{
    struct ax_timer timer = {0};
    (void)state;
    ax_timer_arm_in(&timer, 250, 0);

    run_until_asleep();
    assert_int_equal(slept_ms, 250);
}

static void run_sleeps_for_ever_while_the_clock_is_held(void **state)
{
    struct ax_timer timer = {0};
    (void)state;
    ax_timer_arm_in(&timer, 0, 0);
    ax_clock_hold();

    run_until_asleep();
    assert_int_equal(slept_ms, UINT32_MAX);
    assert_true(ax_timer_is_armed(&timer));
}

static unsigned sleeps;

static void wake_a_at_the_second_sleep(uint32_t at_most_ms)
{
    if (++sleeps == 2)
        ax_wake(a.task.self);
    if (sleeps == 3)
        leave_run(at_most_ms);
}

static void a_wake_during_sleep_ends_it_and_an_empty_one_counts_no_idle_entry(void **state)
{
    (void)state;
    given_sleeping_tasks();
    sleeps = 0;
    fake_on_sleep = wake_a_at_the_second_sleep;

    if (setjmp(out_of_run) == 0)
        ax_run();

    assert_string_equal(said, "a");
    assert_int_equal(ax_exec_stats().idles, 2);
}

#define TEST(name) cmocka_unit_test_setup(name, start_anew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_is_polled_once_when_started),
        TEST(a_sleeping_task_is_left_alone),
        TEST(tasks_are_polled_in_slot_order),
        TEST(a_task_that_wakes_itself_starves_nobody),
        TEST(a_wake_in_the_round_before_its_poll_is_one_poll),
        TEST(a_wake_in_the_round_after_its_poll_is_kept),
        TEST(a_ready_task_has_ended),
        TEST(an_ended_task_can_be_started_again),
        TEST(a_started_task_is_not_started_twice),
        TEST(there_are_32_slots),
        TEST(a_stopped_task_is_never_polled_again),
        TEST(stopping_what_is_not_started_has_no_effect),
        TEST(a_task_may_stop_one_that_is_due_in_the_same_round),
        TEST(a_task_may_stop_itself),
        TEST(the_result_of_a_poll_that_stopped_itself_is_not_its_successors),
        TEST(the_pending_wake_of_a_stopped_task_dies_with_it),
        TEST(waking_a_slot_without_a_task_is_harmless),
        TEST(a_wake_is_counted_when_it_woke_a_sleeping_task),
        TEST(a_signal_wakes_all_who_wait_and_forgets_them),
        TEST(who_withdrew_is_not_woken),
        TEST(idle_is_told_when_no_other_task_is_awake),
        TEST(idle_is_told_once),
        TEST(idle_entries_count_not_looks_but_rests),
        TEST(who_asks_for_idle_while_idle_is_told_of_an_entry_of_its_own),
        TEST(run_sleeps_for_ever_without_a_deadline),
        TEST(run_sleeps_with_interrupts_masked),
        TEST(run_sleeps_until_the_next_deadline),
        TEST(run_sleeps_for_ever_while_the_clock_is_held),
        TEST(a_wake_during_sleep_ends_it_and_an_empty_one_counts_no_idle_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
