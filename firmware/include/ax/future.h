/* SPDX-License-Identifier: BSD-3-Clause */
/* Futures: operations that a task begins, polls until they are done, and may withdraw.
 *
 *     interrupt, segment, timer          ax_wake(self)
 *               |                             |
 *               v                             v
 *     +-------------------+  waker   +-----------------+  poll   +--------------+
 *     | socket, timer ... |--------->|    executor     |-------->|     task     |
 *     +-------------------+          +-----------------+         +--------------+
 *               ^                                                       | poll
 *               | attempt, or leave the waker                           v
 *               +-------------------------------------------------| future |
 *
 * A *task* (ax/exec.h) is a poll function and its state. A *waker* is the task's bit,
 * left with whatever can make it worth polling again. A *future* is one operation as
 * a struct of the caller's: each poll attempts it, and an attempt that would block
 * leaves the waker. Nothing runs in a future between polls, so to give one up is to
 * withdraw it: before its storage is used again, its task stopped, or its bytes given up.
 * What that undoes stands with each operation.
 *
 * A task of several steps keeps the one under way, and begins the next when it is done:
 *
 *     while ((result = ax_future_poll(client->now, task->self)) != AX_E_WOULD_BLOCK)
 *         advance(client, result);
 *     return AX_PENDING;
 *
 * (apps/echo-client is one.) What is refused is done at the first poll: a task that only
 * tries again never returns; let it sleep before that. Beginning an operation does nothing but take
 * its arguments down; what is borrowed is borrowed until it is done or withdrawn.
 *
 * Context: task code only. A future is polled by one task at a time; whoever polls it
 * last is woken.
 */
#ifndef AX_FUTURE_H
#define AX_FUTURE_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/err.h>
#include <ax/exec.h>
#include <ax/timer.h>

struct ax_future;

/* What an operation is made of, for those who write one of their own. */
struct ax_future_kind {
    /* The result, or AX_E_WOULD_BLOCK once `self` is left with all that it waits for. */
    int (*poll)(struct ax_future *future, ax_tasks self);
    /* Undoes what polls began, if any did (`begun`); NULL: there is never anything. */
    void (*withdraw)(struct ax_future *future);
};

/* First in the struct of an operation. Fields are private to the futures. */
struct ax_future {
    const struct ax_future_kind *kind;
    int result; /* AX_E_WOULD_BLOCK until it is done */
    bool begun; /* polled at least once */
    bool late;  /* waited before that, for its turn behind others */
};

void ax_future_init(struct ax_future *future, const struct ax_future_kind *kind);

/* Goes on with it. AX_E_WOULD_BLOCK: `self` will be woken when it is worth another
 * poll. Anything else is its result, which later polls say again, without effect. */
int ax_future_poll(struct ax_future *future, ax_tasks self);

/* For layers that keep an operation from its first poll until its turn comes: what it finds
 * then is what it would have waited for, so of a connection that has ended meanwhile it says
 * the end. */
void ax_future_is_late(struct ax_future *future);

/* Ends it: nothing of it happens any more, and what it borrowed is the caller's. Later
 * polls say AX_E_ABORTED. One spurious wake may follow. No effect when it is done. */
void ax_future_withdraw(struct ax_future *future);

bool ax_future_is_done(const struct ax_future *future);

/* ---- time */

/* Done (AX_OK) once the stack clock shows that moment or a later one. */
struct ax_sleep {
    struct ax_future future; /* first */
    struct ax_timer timer;
    uint32_t at_ms;
    ax_tasks wakes; /* the task that the timer is armed for */
};

/* `in_ms` counts from this call, not from the first poll. AX_E_ARG beyond AX_TIMER_MAX_MS. */
void ax_sleep_for(struct ax_sleep *sleep, uint32_t in_ms);
void ax_sleep_until(struct ax_sleep *sleep, uint32_t at_ms);

/* The result of `of`, or AX_E_TIMEOUT, and `of` is withdrawn, when it is not done at
 * its deadline. Of both at the same tick the operation counts. */
struct ax_timeout {
    struct ax_future future; /* first */
    struct ax_future *of;    /* borrowed */
    struct ax_sleep sleep;
};

/* `in_ms` counts from this call. AX_E_ARG, and `of` is withdrawn, beyond AX_TIMER_MAX_MS.
 * Withdraw: `of` as well. */
void ax_timeout(struct ax_timeout *timeout, struct ax_future *of, uint32_t in_ms);

/* ---- several */

/* The first of several that is done, however it came out: its place among them, from 0;
 * polled again, it says its own result. The others are withdrawn. They are polled in their
 * order, so of two the first counts. */
struct ax_select {
    struct ax_future future;     /* first */
    struct ax_future *const *of; /* borrowed, */
    unsigned count;              /* 0: AX_E_ARG */
};
void ax_select(struct ax_select *select, struct ax_future *const *of, unsigned count);

/* AX_OK once all are done, however each came out. Withdraw: those that are not done. */
struct ax_join {
    struct ax_future future;     /* first */
    struct ax_future *const *of; /* borrowed */
    unsigned count;
};
void ax_join(struct ax_join *join, struct ax_future *const *of, unsigned count);

#endif
