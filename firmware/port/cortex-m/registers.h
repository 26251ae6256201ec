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

/* A device that has not got there after so many looks hangs. */
enum { REG_LOOKS = 1000000 };

/* Whether the bits of `mask` come to be `value`: for AX_CHECK. */
static inline bool reg_becomes(uint32_t at, uint32_t mask, uint32_t value)
{
    for (unsigned looks = 0; looks < REG_LOOKS; looks++)
        if ((reg_read(at) & mask) == value)
            return true;
    return false;
}

/* Whether any bit of `mask` comes to be 1: for AX_CHECK. */
static inline bool reg_shows(uint32_t at, uint32_t mask)
{
    for (unsigned looks = 0; looks < REG_LOOKS; looks++)
        if ((reg_read(at) & mask) != 0)
            return true;
    return false;
}

#endif
