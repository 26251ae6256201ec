/* SPDX-License-Identifier: BSD-3-Clause */
/* Time and sleep of ax/port.h, without a tick. */
#ifndef CORTEX_M_CLOCK_H
#define CORTEX_M_CLOCK_H

/* From now on it counts: 0 ms. */
void clock_start(void);

#endif
