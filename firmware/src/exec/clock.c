/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/clock.h>

#include <ax/port.h>
#include <ax/timer.h>

#include "base/check.h"
#include "exec/deadlines.h"

/* Each change writes the number before the flag that chooses it, so that an
 * interrupt reads the right time at any instant. */
static _Atomic bool held;
static _Atomic uint32_t held_at_ms; /* the time while held */
static _Atomic uint32_t offset_ms;  /* the time less the port's while it runs */

static struct {
    bool under_way;
    bool marked; /* since the last deadline fired */
    struct ax_advance how;
    struct ax_advance_result so_far;
    ax_tasks caller;
} advance;
static struct ax_advance_result ended;

/* Who reads on the one processor there is needs no barrier. */
static bool is_held(void) { return atomic_load_explicit(&held, memory_order_relaxed); }

uint32_t ax_now_ms(void)
{
    return is_held() ? atomic_load_explicit(&held_at_ms, memory_order_relaxed)
                     : ax_port_now_ms() + atomic_load_explicit(&offset_ms, memory_order_relaxed);
}

void ax_clock_start_held(uint32_t at_ms)
{
    atomic_store(&held_at_ms, at_ms);
    atomic_store(&held, true);
}

void ax_clock_hold(void)
{
    if (!is_held())
        ax_clock_start_held(ax_now_ms());
}

int ax_clock_run(void)
{
    if (advance.under_way)
        return AX_E_STATE;
    if (is_held()) {
        atomic_store(&offset_ms, atomic_load(&held_at_ms) - ax_port_now_ms());
        atomic_store(&held, false);
    }
    return AX_OK;
}

bool ax_clock_is_held(void) { return is_held(); }

int ax_clock_advance(const struct ax_advance *how, ax_tasks self)
{
    if (how->ms > AX_TIMER_MAX_MS)
        return AX_E_ARG;
    if (!is_held() || advance.under_way)
        return AX_E_STATE;
    advance.under_way = true;
    advance.marked = false;
    advance.how = *how;
    advance.so_far = (struct ax_advance_result){0};
    advance.caller = self;
    return AX_OK;
}

bool ax_clock_is_advancing(void) { return advance.under_way; }

struct ax_advance_result ax_clock_advanced(void) { return ended; }

/* Before the first deadline of an advance there is nothing to end: the marks of
 * tasks that were awake when it began are forgotten when that deadline fires. */
void ax_clock_mark(void) { advance.marked = advance.under_way; }

uint32_t ax_clock_deadlines(void) { return timers_fired(); }

static void move(uint32_t ms)
{
    atomic_fetch_add(&held_at_ms, ms);
    advance.so_far.moved_ms += ms;
}

static void end_advance(void)
{
    advance.under_way = false;
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

bool clock_turn(void)
{
    if (advance.under_way) {
        go_on_advancing();
        return true;
    }
    if (!is_held() && ax_clock_until_deadline() == 0) {
        timers_fire_first();
        return true;
    }
    return false;
}

void clock_reset(void)
{
    atomic_store(&held, false);
    atomic_store(&held_at_ms, 0);
    atomic_store(&offset_ms, 0);
    advance.under_way = false;
    ended = (struct ax_advance_result){0};
}
