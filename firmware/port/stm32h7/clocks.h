/* SPDX-License-Identifier: BSD-3-Clause */
/* Power, oscillators, the clock tree, and which devices have a clock. */
#ifndef STM32H7_CLOCKS_H
#define STM32H7_CLOCKS_H

#include <stdint.h>

/* What the whole port is reckoned by: the tree that clocks_start() makes. */
enum {
    CLOCKS_AHB_HZ = 200000000,
    CLOCKS_APB1_HZ = 100000000,
    CLOCKS_TIMERS_HZ = 200000000, /* twice APB1, as soon as that is divided */
};

/* From whatever is there after a reset, or from itself after a warm start. */
void clocks_start(void);

/* The enable registers of RCC, by their offset. */
enum {
    CLOCKS_AHB1 = 0xd8,
    CLOCKS_AHB2 = 0xdc,
    CLOCKS_AHB4 = 0xe0,
    CLOCKS_APB1L = 0xe8,
    CLOCKS_APB4 = 0xf4,
};

/* Lets those devices run, also while the core sleeps; they listen when it returns. */
void clocks_enable(uint32_t which, uint32_t devices);

/* Resets devices of AHB1, as their bits in CLOCKS_AHB1 are numbered. */
void clocks_reset_ahb1(uint32_t devices);

/* What reset the chip, by the names of struct ax_port_origin. Forgets it: a start that
 * no reset came before is warm. */
const char *clocks_take_reset_cause(void);

#endif
