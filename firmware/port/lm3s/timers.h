/* SPDX-License-Identifier: BSD-3-Clause */
/* SysTick runs for ever, general-purpose timer 0 is the alarm. */
#ifndef LM3S_TIMERS_H
#define LM3S_TIMERS_H

void timers_start(void);
void alarm_interrupt(void);

#endif
