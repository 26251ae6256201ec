/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes faults of what would else go on with spoilt memory: writing to code (and
 * so through a null pointer), and growing the stack beyond its end, also where a
 * machine has memory there or says nothing.
 */
#ifndef CORTEX_M_MPU_H
#define CORTEX_M_MPU_H

void mpu_start(void);

#endif
