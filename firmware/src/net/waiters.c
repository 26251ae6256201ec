/* SPDX-License-Identifier: BSD-3-Clause */
#include "net/waiters.h"

void waiters_add(struct ax_waiters *waiters, unsigned interest, unsigned holds, ax_tasks self)
{
    if (interest & holds) {
        ax_wake(self);
        return;
    }
    if (interest & AX_READABLE)
        (void)ax_event_wait(&waiters->readable, self);
    if (interest & AX_WRITABLE)
        (void)ax_event_wait(&waiters->writable, self);
    if (interest & AX_RELEASED)
        (void)ax_event_wait(&waiters->released, self);
    if (interest & AX_FLUSHED)
        (void)ax_event_wait(&waiters->flushed, self);
}

void waiters_remove(struct ax_waiters *waiters, ax_tasks self)
{
    ax_event_unwait(&waiters->readable, self);
    ax_event_unwait(&waiters->writable, self);
    ax_event_unwait(&waiters->released, self);
    ax_event_unwait(&waiters->flushed, self);
}

static bool wake(struct ax_event *event)
{
    if (!waiters_wait_for(event))
        return false;
    ax_event_signal(event);
    return true;
}

bool waiters_wake(struct ax_waiters *waiters, unsigned interest)
{
    bool woken = false;

    if (interest & AX_READABLE)
        woken |= wake(&waiters->readable);
    if (interest & AX_WRITABLE)
        woken |= wake(&waiters->writable);
    if (interest & AX_RELEASED)
        woken |= wake(&waiters->released);
    if (interest & AX_FLUSHED)
        woken |= wake(&waiters->flushed);
    return woken;
}
