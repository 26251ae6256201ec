/* SPDX-License-Identifier: BSD-3-Clause */
/* TIM2, 32 bits wide: it counts microseconds for ever. One of its compare channels is
 * the alarm, another a slow beat for what must be looked at now and then.
 */
#ifndef STM32H7_TIMERS_H
#define STM32H7_TIMERS_H

enum { TIMERS_BEAT_US = 50000 };

/* Once, with the clocks set: from 0 on. */
void timers_start(void);

/* Calls `beat` from the timer's interrupt, each TIMERS_BEAT_US; it has to be short. Beats that
 * a halt has kept come one behind the other. */
void timers_beat(void (*beat)(void));

/* Of the chip's vector: the alarm, or a beat. */
void timers_interrupt(void);

#endif
