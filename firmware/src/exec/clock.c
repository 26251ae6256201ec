/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/clock.h>

#include "base/check.h"
#include "exec/deadlines.h"

struct deadlines deadlines;

static struct {
    bool marked; /* since the last deadline fired */
    struct ax_advance how;
    struct ax_advance_result so_far;
    ax_tasks caller;
} advance;
static struct ax_advance_result ended;

uint32_t ax_now_ms(void)
{
    return deadlines_held() ? atomic_load_explicit(&deadlines.held_at_ms, memory_order_relaxed)
                            : deadlines_running_ms();
}

void ax_clock_start_held(uint32_t at_ms)
{
    atomic_store(&deadlines.held_at_ms, at_ms);
    atomic_store(&deadlines.held, true);
}

void ax_clock_hold(void)
{
    if (!deadlines_held())
        ax_clock_start_held(ax_now_ms());
}

int ax_clock_run(void)
{
    if (deadlines.advance)
        return AX_E_STATE;
    if (deadlines_held()) {
        atomic_store(&deadlines.offset_ms, atomic_load(&deadlines.held_at_ms) - ax_port_now_ms());
        atomic_store(&deadlines.held, false);
    }
    return AX_OK;
}

bool ax_clock_is_held(void) { return deadlines_held(); }

bool ax_clock_is_advancing(void) { return deadlines.advance != NULL; }

struct ax_advance_result ax_clock_advanced(void) { return ended; }

/* Before the first deadline of an advance there is nothing to end: the marks of
 * tasks that were awake when it began are forgotten when that deadline fires. */
void ax_clock_mark(void) { advance.marked = deadlines.advance != NULL; }

uint32_t ax_clock_deadlines(void) { return timers_fired(); }

static void move(uint32_t ms)
{
    atomic_fetch_add(&deadlines.held_at_ms, ms);
    advance.so_far.moved_ms += ms;
}

static void end_advance(void)
{
    deadlines.advance = NULL;
    ended = advance.so_far;
    ax_wake(advance.caller);
}

/* What the last deadline did is known now that its tasks have run to idle. */
static bool reached_a_limit(void)
{
    if (advance.so_far.deadlines == 0)
        return false;
    advance.so_far.marked = advance.how.until_marked && advance.marked;
    return advance.so_far.marked || advance.so_far.deadlines == advance.how.deadlines;
}

static void go_on_advancing(void)
{
    uint32_t left = advance.how.ms - advance.so_far.moved_ms;
    uint32_t next = ax_clock_until_deadline();

    if (reached_a_limit()) {
        end_advance();
    } else if (next <= left) {
        move(next);
        advance.so_far.deadlines++;
        advance.marked = false;
        timers_fire_first();
    } else {
        move(left);
        end_advance();
    }
}

int ax_clock_advance(const struct ax_advance *how, ax_tasks self)
{
    if (how->ms > AX_TIMER_MAX_MS)
        return AX_E_ARG;
    if (!deadlines_held() || deadlines.advance)
        return AX_E_STATE;
    deadlines.advance = go_on_advancing;
    advance.marked = false;
    advance.how = *how;
    advance.so_far = (struct ax_advance_result){0};
    advance.caller = self;
    return AX_OK;
}

void clock_turn(void)
{
    if (deadlines.advance)
        deadlines.advance();
    else
        timers_fire_first();
}

void clock_reset(void)
{
    atomic_store(&deadlines.held, false);
    atomic_store(&deadlines.held_at_ms, 0);
    atomic_store(&deadlines.offset_ms, 0);
    deadlines.advance = NULL;
    ended = (struct ax_advance_result){0};
}
