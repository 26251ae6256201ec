/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/timer.h>

#include <stddef.h>

#include <ax/clock.h>

#include "base/check.h"
#include "exec/deadlines.h"

enum state { IDLE, ARMED, FIRED }; /* IDLE is 0: a timer of all zero is idle */

static uint32_t armed;
static uint32_t fired;

static void insert(struct ax_timer *timer)
{
    uint32_t now = ax_now_ms();
    struct ax_timer **link = &deadlines.first;

    while (*link && deadlines_distance(*link, now) <= deadlines_distance(timer, now)) {
        AX_CHECK((*link)->state == ARMED); /* or somebody used its storage again */
        link = &(*link)->next;
    }
    timer->next = *link;
    *link = timer;
    timer->state = ARMED;
    armed++;
}

static void take_out(struct ax_timer *timer)
{
    struct ax_timer **link = &deadlines.first;

    while (*link != timer) {
        AX_CHECK(*link != NULL);
        link = &(*link)->next;
    }
    *link = timer->next;
    timer->next = NULL;
    timer->state = IDLE;
    armed--;
}

void ax_timer_arm_at(struct ax_timer *timer, uint32_t at_ms, ax_tasks wakes)
{
    ax_timer_cancel(timer);
    timer->at_ms = at_ms;
    timer->wakes = wakes;
    insert(timer);
}

void ax_timer_arm_in(struct ax_timer *timer, uint32_t in_ms, ax_tasks wakes)
{
    AX_CHECK(in_ms <= AX_TIMER_MAX_MS);
    ax_timer_arm_at(timer, ax_now_ms() + in_ms, wakes);
}

void ax_timer_arm_again(struct ax_timer *timer, uint32_t in_ms, ax_tasks wakes)
{
    AX_CHECK(in_ms <= AX_TIMER_MAX_MS);
    ax_timer_arm_at(timer, timer->at_ms + in_ms, wakes);
}

void ax_timer_cancel(struct ax_timer *timer)
{
    if (timer->state == ARMED)
        take_out(timer);
    timer->state = IDLE;
}

bool ax_timer_is_armed(const struct ax_timer *timer) { return timer->state == ARMED; }

bool ax_timer_has_fired(const struct ax_timer *timer) { return timer->state == FIRED; }

uint32_t ax_timers_armed(void) { return armed; }

uint32_t ax_clock_until_deadline(void)
{
    if (deadlines.first == NULL)
        return AX_CLOCK_NO_DEADLINE;

    int32_t distance = deadlines_distance(deadlines.first, ax_now_ms());
    return distance > 0 ? (uint32_t)distance : 0;
}

void timers_fire_first(void)
{
    struct ax_timer *timer = deadlines.first;

    AX_CHECK(timer != NULL);
    take_out(timer);
    timer->state = FIRED;
    fired++;
    ax_wake(timer->wakes);
    if (timer->fired) /* last: the owner may arm it again or give its storage away */
        timer->fired(timer);
}

uint32_t timers_fired(void) { return fired; }

void timers_reset(void)
{
    deadlines.first = NULL;
    armed = 0;
    fired = 0;
}
