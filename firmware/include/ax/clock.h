/* SPDX-License-Identifier: BSD-3-Clause */
/* The stack clock: the time every protocol timer reads.
 *
 * It runs with the port's milliseconds, or it is held and moves only when told.
 * A held clock makes two-hour timers take microseconds and every run identical.
 * It wraps at 2^32 ms; differences stay right across the wrap.
 *
 * While an advance is under way the network task takes in no frames; they wait
 * in the device and are processed at the time the advance ends.
 *
 * Context: task code only.
 */
#ifndef AX_CLOCK_H
#define AX_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/exec.h>

#define AX_CLOCK_NO_DEADLINE UINT32_MAX /* an enumerator must fit an int */

/* How far to go. It ends at the first of the limits reached. */
struct ax_advance {
    uint32_t ms;        /* at most this far; at most AX_TIMER_MAX_MS */
    uint32_t deadlines; /* after this many have fired and been run to idle; 0: no limit */
    bool until_marked;  /* after a deadline during which ax_clock_mark() was called */
};

/* How far it went. */
struct ax_advance_result {
    uint32_t moved_ms;
    uint32_t deadlines; /* fired on the way */
    bool marked;        /* ended by a mark */
};

/* The time now. Context: anywhere. */
uint32_t ax_now_ms(void);

/* Before the first task runs: holds the clock at `at_ms`. */
void ax_clock_start_held(uint32_t at_ms);

/* Stops time where it is. No effect when held. */
void ax_clock_hold(void);

/* Lets time run on from where it is. No effect when running. AX_E_STATE during
 * an advance. */
int ax_clock_run(void);

bool ax_clock_is_held(void);

/* Begins to move a held clock. The executor carries it out, deadline by
 * deadline, whenever no task is awake, and wakes `self` at its end. One at a
 * time. AX_OK; AX_E_STATE when the clock runs or another advance is under way;
 * AX_E_ARG for a distance out of range. */
int ax_clock_advance(const struct ax_advance *how, ax_tasks self);

bool ax_clock_is_advancing(void);

/* The outcome of the advance that ended last. */
struct ax_advance_result ax_clock_advanced(void);

/* Says that something a peer can see has happened. The link calls it for each
 * frame it sends. */
void ax_clock_mark(void);

/* Milliseconds to the next deadline, 0 when one is due, AX_CLOCK_NO_DEADLINE
 * for none. Regardless of whether the clock runs. */
uint32_t ax_clock_until_deadline(void);

/* Deadlines fired since start. */
uint32_t ax_clock_deadlines(void);

#endif
