/* SPDX-License-Identifier: BSD-3-Clause */
/* The true random number generator. */
#ifndef STM32H7_ENTROPY_H
#define STM32H7_ENTROPY_H

/* Once, with the clocks set. Its noise is tested when words are asked for
 * (chip_entropy()). Ends in a check where its oscillator does not start. */
void entropy_start(void);

#endif
