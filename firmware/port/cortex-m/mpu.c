/* SPDX-License-Identifier: BSD-3-Clause */
#include "mpu.h"

#include <stdint.h>

#include "registers.h"

/* ARMv7-M Architecture Reference Manual, B3.5. */
static const uint32_t MPU_TYPE = 0xe000ed90, MPU_CTRL = 0xe000ed94;
static const uint32_t MPU_RNR = 0xe000ed98, MPU_RBAR = 0xe000ed9c, MPU_RASR = 0xe000eda0;
enum { TYPE_REGIONS = 0xff00, CTRL_ENABLE = 1, CTRL_ELSE_AS_WITHOUT = 4 };
enum { RASR_ENABLE = 1, RASR_SIZE_SHIFT = 1, RASR_NORMAL = 2 << 16 /* cached, written through */ };
enum { NO_ACCESS = 0, READ_ONLY = 5 << 24, NO_EXECUTE = 1 << 28 };
enum { BELOW_STACK_BYTES = 64 * 1024 };

/* The board's numbers, as addresses (build.mk). */
extern uint8_t CODE_AT[], CODE_BYTES[], RAM_AT[];

/* `bytes` is a power of 2, and `at` a multiple of it. */
static void set_region(uint32_t number, uint32_t at, uint32_t bytes, uint32_t access)
{
    uint32_t size = (uint32_t)__builtin_ctz(bytes) - 1;

    reg_write(MPU_RNR, number);
    reg_write(MPU_RBAR, at);
    reg_write(MPU_RASR, access | RASR_NORMAL | size << RASR_SIZE_SHIFT | RASR_ENABLE);
}

/* RAM has no region: QEMU 7.2 moves data five times slower with one. */
void mpu_start(void)
{
    uint32_t ram = (uint32_t)(uintptr_t)RAM_AT;

    if ((reg_read(MPU_TYPE) & TYPE_REGIONS) == 0)
        return;
    set_region(0, (uint32_t)(uintptr_t)CODE_AT, (uint32_t)(uintptr_t)CODE_BYTES, READ_ONLY);
    set_region(1, ram - BELOW_STACK_BYTES, BELOW_STACK_BYTES, NO_ACCESS | NO_EXECUTE);
    reg_write(MPU_CTRL, CTRL_ENABLE | CTRL_ELSE_AS_WITHOUT);
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}
