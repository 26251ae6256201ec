/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks, and how they are woken.
 *
 * A task is a poll function and whatever state surrounds it. The executor polls
 * a task when its wake bit is set and never otherwise; with no bit set it moves
 * the stack clock (ax/clock.h) or lets the processor sleep. Tasks never preempt
 * one another.
 *
 * A waker is a set of tasks held in one word, so it can be copied, stored in an
 * event and fired from an interrupt without locks or memory.
 *
 * Context: task code only, unless a function says otherwise.
 */
#ifndef AX_EXEC_H
#define AX_EXEC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <ax/err.h>

/* A set of tasks: bit n stands for the task in slot n. */
typedef uint32_t ax_tasks;

enum { AX_TASKS_MAX = 32, AX_BUSY_ROUNDS = 16 };

enum ax_poll { AX_PENDING, AX_READY };

/* Put it first in a struct of your own, so that a task pointer is a pointer to
 * that struct. Borrowed from ax_task_start() until the task is AX_READY or
 * stopped. */
struct ax_task {
    /* Does what can be done now, in bounded time. AX_READY ends the task.
     * Polls may be spurious. */
    enum ax_poll (*poll)(struct ax_task *task);
    const char *name; /* for diagnostics; not copied */
    ax_tasks self;    /* this task's own bit, set by ax_task_start() */
    uint32_t polls;   /* how often it was polled since it was started */
};

/* Something tasks wait for. All zero is a valid, empty event. */
struct ax_event {
    _Atomic ax_tasks waiting;
};

/* What the executor has done since start. Each counter wraps. */
struct ax_exec_stats {
    uint32_t polls; /* task polls */
    uint32_t wakes; /* ax_wake() calls that woke a sleeping task */
    uint32_t idles; /* times no task was awake */
    uint32_t tasks; /* tasks started and not ended: a level, not a counter */
};

/* Gives `task` a slot and wakes it once. AX_OK, or AX_E_MEMORY when all
 * AX_TASKS_MAX slots are taken, or AX_E_STATE when it has one already. */
int ax_task_start(struct ax_task *task);

/* Takes the slot back: the task is never polled again, and its storage is the
 * caller's again on return, except when it stops itself (then after its poll
 * returns). No effect on a task that is not started. */
void ax_task_stop(struct ax_task *task);

/* Marks `tasks` to be polled soon. Context: anywhere, interrupts included. */
void ax_wake(ax_tasks tasks);

/* Adds `self` to those that the next ax_event_signal() wakes. Check the
 * condition after this call, not before, or a signal may slip between. Returns
 * whether it was not among them: there may have been a signal since the last call. */
bool ax_event_wait(struct ax_event *event, ax_tasks self);

/* Takes `self` out again. A signal that came before may still wake it. */
void ax_event_unwait(struct ax_event *event, ax_tasks self);

/* Wakes all who wait and forgets them. Context: anywhere, interrupts included. */
void ax_event_signal(struct ax_event *event);

/* Wakes `self` the next time no other task is awake and no advance of the
 * clock has deadlines left: all that could be done has been done. */
void ax_idle_wait(ax_tasks self);

/* Runs the tasks for ever. */
_Noreturn void ax_run(void);

/* One round: polls every task that was awake when the round began, in slot
 * order; if none was, fires one due deadline or tells the idle waiters. While the clock runs one
 * fires after every AX_BUSY_ROUNDS rounds without an end as well. Returns
 * whether there is more to do now; false means that the caller may sleep until
 * ax_clock_until_deadline() or an interrupt. For ax_run() and for tests. */
bool ax_run_once(void);

/* The counters since start. */
struct ax_exec_stats ax_exec_stats(void);

/* The task in `slot` (0 to AX_TASKS_MAX - 1), or NULL. For diagnostics. */
const struct ax_task *ax_task_at(unsigned slot);

#endif
