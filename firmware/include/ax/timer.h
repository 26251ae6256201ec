/* SPDX-License-Identifier: BSD-3-Clause */
/* Deadlines on the stack clock.
 *
 * One queue holds every deadline of the firmware, lwIP's included. They fire in
 * order of time, equal ones in the order they were armed, one at a time; all
 * woken tasks run to idle before the next one fires, or, where somebody is always awake,
 * AX_BUSY_ROUNDS rounds (ax/exec.h).
 *
 * Context: task code only.
 */
#ifndef AX_TIMER_H
#define AX_TIMER_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/exec.h>

enum { AX_TIMER_MAX_MS = INT32_MAX }; /* how far ahead a deadline may lie, about 24 days */

/* All zero is a valid, idle timer. Borrowed while armed. */
struct ax_timer {
    /* Called when it fires, between task polls and before the tasks it wakes;
     * may be NULL. The owner sets it; the other fields are private. */
    void (*fired)(struct ax_timer *timer);

    struct ax_timer *next;
    uint32_t at_ms;
    ax_tasks wakes;
    uint8_t state;
};

/* Arms `timer` for `at_ms` on the stack clock; a moment that has passed fires
 * at once, but a held clock fires nothing until it is told to move. Firing wakes
 * `wakes`. An armed timer is moved, and counts as armed last among its equals. */
void ax_timer_arm_at(struct ax_timer *timer, uint32_t at_ms, ax_tasks wakes);

/* The same, `in_ms` from now; at most AX_TIMER_MAX_MS. */
void ax_timer_arm_in(struct ax_timer *timer, uint32_t in_ms, ax_tasks wakes);

/* The same, `in_ms` behind the moment it was armed for last: what is periodic
 * does not drift when it is looked at late. */
void ax_timer_arm_again(struct ax_timer *timer, uint32_t in_ms, ax_tasks wakes);

/* Takes it out of the queue and forgets that it fired. Its storage is the
 * caller's again. No effect on an idle timer. */
void ax_timer_cancel(struct ax_timer *timer);

/* Armed and not yet fired. */
bool ax_timer_is_armed(const struct ax_timer *timer);

/* Fired since it was last armed; true until it is armed again or cancelled. */
bool ax_timer_has_fired(const struct ax_timer *timer);

/* Timers armed now: a level, for leak checks. */
uint32_t ax_timers_armed(void);

#endif
