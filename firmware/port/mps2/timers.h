/* SPDX-License-Identifier: BSD-3-Clause */
/* Two CMSDK APB timers of 25 MHz: timer 0 runs for ever, timer 1 is the alarm. */
#ifndef MPS2_TIMERS_H
#define MPS2_TIMERS_H

void timers_start(void);
void alarm_interrupt(void);

#endif
