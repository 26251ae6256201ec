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

/* There is one processor: an interrupt sees memory in the order of the program.
 * The compiler must keep that order, and no barrier instruction is needed. */
static ax_tasks seen(const _Atomic ax_tasks *set)
{
    ax_tasks now = atomic_load_explicit(set, memory_order_relaxed);

    atomic_signal_fence(memory_order_seq_cst);
    return now;
}

static ax_tasks add(_Atomic ax_tasks *set, ax_tasks tasks)
{
    atomic_signal_fence(memory_order_seq_cst);
    tasks = atomic_fetch_or_explicit(set, tasks, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    return tasks;
}

static ax_tasks take_out(_Atomic ax_tasks *set, ax_tasks tasks)
{
    atomic_signal_fence(memory_order_seq_cst);
    tasks &= atomic_fetch_and_explicit(set, ~tasks, memory_order_relaxed);
    atomic_signal_fence(memory_order_seq_cst);
    return tasks;
}

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
    (void)add(&started, task->self);
    (void)add(&awake, task->self);
    return AX_OK;
}

/* Wakers of a task that has ended may still lie in events. They reach nobody, or
 * whoever has the slot by then, for whom the wake is spurious. */
void ax_task_stop(struct ax_task *task)
{
    unsigned slot = slot_of(task);

    if (task == NULL || slot == AX_TASKS_MAX)
        return;
    (void)take_out(&started, bit(slot));
    (void)take_out(&awake, bit(slot));
    slots[slot] = NULL;
    counted.tasks--;
    if (running == task)
        running = NULL;
}

/* Counts as a wake when at least one task of the set was started and not awake. */
void ax_wake(ax_tasks tasks)
{
    ax_tasks asleep = tasks & seen(&started) & ~seen(&awake);

    if (asleep & ~add(&awake, asleep))
        atomic_fetch_add_explicit(&wakes, 1, memory_order_relaxed);
}

void ax_event_wait(struct ax_event *event, ax_tasks self) { (void)add(&event->waiting, self); }

void ax_event_unwait(struct ax_event *event, ax_tasks self)
{
    (void)take_out(&event->waiting, self);
}

void ax_event_signal(struct ax_event *event)
{
    if (seen(&event->waiting) != 0)
        ax_wake(take_out(&event->waiting, ~(ax_tasks)0));
}

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

/* A bit is taken just before its poll: a task that wakes itself or is woken by a
 * later one is polled in the next round, and starves nobody. */
static void poll_round(ax_tasks round)
{
    resting = false;
    for (; round != 0; round &= round - 1) {
        unsigned slot = (unsigned)__builtin_ctz(round);
        if (take_out(&awake, bit(slot)) != 0)
            poll_task(slots[slot]);
    }
}

static bool enter_idle(void)
{
    if (!resting)
        counted.idles++;
    resting = true;
    ax_event_signal(&idle);
    return seen(&awake) != 0;
}

bool ax_run_once(void)
{
    ax_tasks round = seen(&awake);

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
