/* SPDX-License-Identifier: BSD-3-Clause */
/* Who waits for a socket, and waking them. Private to net. */
#ifndef AX_NET_WAITERS_H
#define AX_NET_WAITERS_H

#include <ax/wait.h>

/* Leaves `self` with each interest; `holds` are the interests that hold now,
 * for which it is woken at once. */
void waiters_add(struct ax_waiters *waiters, unsigned interest, unsigned holds, ax_tasks self);
void waiters_remove(struct ax_waiters *waiters, ax_tasks self);

/* Whether anybody waits for that: most of the time nobody does. */
static inline bool waiters_wait_for(const struct ax_event *event)
{
    return atomic_load_explicit(&event->waiting, memory_order_relaxed) != 0;
}

/* Wakes those who wait for any of `interest`. Returns whether anybody did. */
bool waiters_wake(struct ax_waiters *waiters, unsigned interest);

#endif
