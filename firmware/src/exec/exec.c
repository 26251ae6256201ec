/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/exec.h>

#include <stddef.h>

#include <ax/clock.h>
#include <ax/port.h>

#include "base/check.h"
#include "exec/deadlines.h"
#include "exec/exec_reset.h"

static struct ax_task *slots[AX_TASKS_MAX];
static struct ax_task *running;  /* being polled, and neither stopped nor ended in that poll */
static _Atomic ax_tasks started; /* slots that are taken */
static _Atomic ax_tasks awake;   /* a subset of those */
static _Atomic uint32_t wakes;
static struct ax_event idle;
static bool resting; /* nothing has happened since the last idle entry */
static struct ax_exec_stats counted;

static ax_tasks bit(unsigned slot) { return (ax_tasks)1 << slot; }

/* The slot of `task`, or of nobody (NULL); AX_TASKS_MAX for none. Looks for the
 * task instead of trusting its `self`, which may never have been set. */
static unsigned slot_of(const struct ax_task *task)
{
    unsigned slot = 0;

    while (slot < AX_TASKS_MAX && slots[slot] != task)
        slot++;
    return slot;
}

int ax_task_start(struct ax_task *task)
{
    AX_CHECK(task != NULL && task->poll != NULL);
    if (slot_of(task) < AX_TASKS_MAX)
        return AX_E_STATE;

    unsigned slot = slot_of(NULL);
    if (slot == AX_TASKS_MAX)
        return AX_E_MEMORY;
    task->self = bit(slot);
    task->polls = 0;
    slots[slot] = task;
    counted.tasks++;
    atomic_fetch_or(&started, task->self);
    atomic_fetch_or(&awake, task->self);
    return AX_OK;
}

/* Wakers of a task that has ended may still lie in events. They reach nobody, or
 * whoever has the slot by then, for whom the wake is spurious. */
void ax_task_stop(struct ax_task *task)
{
    unsigned slot = slot_of(task);

    if (task == NULL || slot == AX_TASKS_MAX)
        return;
    atomic_fetch_and(&started, ~bit(slot));
    atomic_fetch_and(&awake, ~bit(slot));
    slots[slot] = NULL;
    counted.tasks--;
    if (running == task)
        running = NULL;
}

/* Counts as a wake when at least one task of the set was started and not awake. */
void ax_wake(ax_tasks tasks)
{
    ax_tasks there = tasks & atomic_load(&started);

    if (there & ~atomic_fetch_or(&awake, there))
        atomic_fetch_add(&wakes, 1);
}

void ax_event_wait(struct ax_event *event, ax_tasks self)
{
    atomic_fetch_or(&event->waiting, self);
}

void ax_event_unwait(struct ax_event *event, ax_tasks self)
{
    atomic_fetch_and(&event->waiting, ~self);
}

void ax_event_signal(struct ax_event *event) { ax_wake(atomic_exchange(&event->waiting, 0)); }

void ax_idle_wait(ax_tasks self)
{
    ax_event_wait(&idle, self);
    resting = false; /* whoever asks is told of an idle entry of its own */
}

static void poll_task(struct ax_task *task)
{
    running = task;
    counted.polls++;
    task->polls++;
    /* A task that stopped itself is no longer ours to look at. */
    if (task->poll(task) == AX_READY && running == task)
        ax_task_stop(task);
    running = NULL;
}

static bool take_bit(unsigned slot)
{
    return (atomic_fetch_and(&awake, ~bit(slot)) & bit(slot)) != 0;
}

/* A bit is taken just before its poll: a task that wakes itself or is woken by a
 * later one is polled in the next round, and starves nobody. */
static void poll_round(ax_tasks round)
{
    resting = false;
    for (unsigned slot = 0; round != 0; slot++, round >>= 1)
        if ((round & 1) != 0 && take_bit(slot))
            poll_task(slots[slot]);
}

static bool enter_idle(void)
{
    if (!resting)
        counted.idles++;
    resting = true;
    ax_event_signal(&idle);
    return atomic_load(&awake) != 0;
}

bool ax_run_once(void)
{
    ax_tasks round = atomic_load(&awake);

    if (round != 0) {
        poll_round(round);
        return true;
    }
    if (clock_turn()) {
        resting = false;
        return true;
    }
    return enter_idle();
}

_Noreturn void ax_run(void)
{
    for (;;) {
        while (ax_run_once()) {
        }
        uint32_t was = ax_port_lock(); /* no wake may slip between this look and the sleep */
        if (atomic_load(&awake) == 0)
            ax_port_sleep(ax_clock_is_held() ? UINT32_MAX : ax_clock_until_deadline());
        ax_port_unlock(was);
    }
}

struct ax_exec_stats ax_exec_stats(void)
{
    struct ax_exec_stats stats = counted;

    stats.wakes = atomic_load(&wakes);
    return stats;
}

const struct ax_task *ax_task_at(unsigned slot) { return slot < AX_TASKS_MAX ? slots[slot] : NULL; }

void exec_reset(void)
{
    for (unsigned slot = 0; slot < AX_TASKS_MAX; slot++)
        slots[slot] = NULL;
    running = NULL;
    atomic_store(&started, 0);
    atomic_store(&awake, 0);
    atomic_store(&wakes, 0);
    atomic_store(&idle.waiting, 0);
    resting = false;
    counted = (struct ax_exec_stats){0};
    timers_reset();
    clock_reset();
}
