/* SPDX-License-Identifier: BSD-3-Clause */
/* The true random number generator. */
#ifndef STM32H7_ENTROPY_H
#define STM32H7_ENTROPY_H

void entropy_start(void);

#endif
