/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/exec.h>

#include <stddef.h>

#include <ax/clock.h>
#include <ax/port.h>

#include "base/check.h"
#include "exec/deadlines.h"
#include "exec/exec_reset.h"

static struct {
    _Atomic ax_tasks awake;   /* a subset of those started */
    _Atomic ax_tasks started; /* slots that are taken */
    struct ax_task *running;  /* being polled, and neither stopped nor ended in that poll */
    struct ax_event idle;
    bool resting;  /* nothing has happened since the last idle entry */
    unsigned busy; /* rounds since nobody was awake, or a deadline was looked for */
    _Atomic uint32_t wakes;
    struct ax_exec_stats counted;
    struct ax_task *slots[AX_TASKS_MAX];
} exec;

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

    while (slot < AX_TASKS_MAX && exec.slots[slot] != task)
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
    exec.slots[slot] = task;
    exec.counted.tasks++;
    (void)add(&exec.started, task->self);
    (void)add(&exec.awake, task->self);
    return AX_OK;
}

/* Wakers of a task that has ended may still lie in events. They reach nobody, or
 * whoever has the slot by then, for whom the wake is spurious. */
void ax_task_stop(struct ax_task *task)
{
    unsigned slot = slot_of(task);

    if (task == NULL || slot == AX_TASKS_MAX)
        return;
    (void)take_out(&exec.started, bit(slot));
    (void)take_out(&exec.awake, bit(slot));
    exec.slots[slot] = NULL;
    exec.counted.tasks--;
    if (exec.running == task)
        exec.running = NULL;
}

/* Counts as a wake when at least one task of the set was started and not awake. */
void ax_wake(ax_tasks tasks)
{
    ax_tasks asleep = tasks & seen(&exec.started) & ~seen(&exec.awake);

    if (asleep & ~add(&exec.awake, asleep))
        atomic_fetch_add_explicit(&exec.wakes, 1, memory_order_relaxed);
}

bool ax_event_wait(struct ax_event *event, ax_tasks self)
{
    return (seen(&event->waiting) & self) != self && (add(&event->waiting, self) & self) != self;
}

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
    (void)ax_event_wait(&exec.idle, self);
    exec.resting = false; /* whoever asks is told of an idle entry of its own */
}

static void poll_task(struct ax_task *task)
{
    exec.running = task;
    exec.counted.polls++;
    task->polls++;
    /* A task that stopped itself is no longer ours to look at. */
    if (task->poll(task) == AX_READY && exec.running == task)
        ax_task_stop(task);
    exec.running = NULL;
}

/* A bit is taken just before its poll: a task that wakes itself or is woken by a
 * later one is polled in the next round, and starves nobody. */
static void poll_round(ax_tasks round)
{
    exec.resting = false;
    for (; round != 0; round &= round - 1) {
        unsigned slot = (unsigned)__builtin_ctz(round);
        if (take_out(&exec.awake, bit(slot)) != 0)
            poll_task(exec.slots[slot]);
    }
}

static bool enter_idle(void)
{
    if (exec.resting) /* then nobody waits: ax_idle_wait() ends the rest */
        return false;
    exec.counted.idles++;
    exec.resting = true;
    if (seen(&exec.idle.waiting) == 0)
        return false;
    ax_event_signal(&exec.idle);
    return seen(&exec.awake) != 0;
}

/* Whoever is always awake, a task or the wire, puts off no deadline for ever. */
static void look_at_deadlines(void)
{
    if (++exec.busy < AX_BUSY_ROUNDS)
        return;
    exec.busy = 0;
    if (!ax_clock_is_held() && deadlines_call())
        clock_turn();
}

bool ax_run_once(void)
{
    ax_tasks round = seen(&exec.awake);

    if (round != 0) {
        poll_round(round);
        look_at_deadlines();
        return true;
    }
    exec.busy = 0;
    if (!deadlines_call())
        return enter_idle();
    clock_turn();
    exec.resting = false;
    return true;
}

_Noreturn void ax_run(void)
{
    for (;;) {
        while (ax_run_once()) {
        }
        uint32_t was = ax_port_lock(); /* no wake may slip between this look and the sleep */
        if (atomic_load(&exec.awake) == 0)
            ax_port_sleep(ax_clock_is_held() ? UINT32_MAX : ax_clock_until_deadline());
        ax_port_unlock(was);
    }
}

struct ax_exec_stats ax_exec_stats(void)
{
    struct ax_exec_stats stats = exec.counted;

    stats.wakes = atomic_load(&exec.wakes);
    return stats;
}

const struct ax_task *ax_task_at(unsigned slot)
{
    return slot < AX_TASKS_MAX ? exec.slots[slot] : NULL;
}

void exec_reset(void)
{
    for (unsigned slot = 0; slot < AX_TASKS_MAX; slot++)
        exec.slots[slot] = NULL;
    exec.running = NULL;
    atomic_store(&exec.started, 0);
    atomic_store(&exec.awake, 0);
    atomic_store(&exec.wakes, 0);
    atomic_store(&exec.idle.waiting, 0);
    exec.resting = false;
    exec.busy = 0;
    exec.counted = (struct ax_exec_stats){0};
    timers_reset();
    clock_reset();
}
