/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers by address. */
#ifndef CORTEX_M_REGISTERS_H
#define CORTEX_M_REGISTERS_H

#include <stdbool.h>
#include <stdint.h>

static inline uint32_t reg_read(uint32_t at) { return *(volatile uint32_t *)(uintptr_t)at; }

static inline void reg_write(uint32_t at, uint32_t value)
{
    *(volatile uint32_t *)(uintptr_t)at = value;
}

/* Whether the bits of `mask` come to be `value`. Looks so often that a device
 * which has not got there by then hangs: for AX_CHECK. */
static inline bool reg_becomes(uint32_t at, uint32_t mask, uint32_t value)
{
    enum { LOOKS = 1000000 };

    for (unsigned looks = 0; looks < LOOKS; looks++)
        if ((reg_read(at) & mask) == value)
            return true;
    return false;
}

#endif
