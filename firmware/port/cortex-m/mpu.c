/* SPDX-License-Identifier: BSD-3-Clause */
#include "mpu.h"

#include "registers.h"

/* ARMv7-M Architecture Reference Manual, B3.5. */
static const uint32_t MPU_TYPE = 0xe000ed90, MPU_CTRL = 0xe000ed94;
static const uint32_t MPU_RNR = 0xe000ed98, MPU_RBAR = 0xe000ed9c, MPU_RASR = 0xe000eda0;
enum { TYPE_REGIONS = 0xff00, CTRL_ENABLE = 1, CTRL_ELSE_AS_WITHOUT = 4 };
enum { RASR_ENABLE = 1, RASR_SIZE_SHIFT = 1 };
enum { LOG2_BELOW_STACK = 16 };

/* The board's numbers, as addresses (build.mk). */
extern uint8_t CODE_AT[], CODE_BYTES[], RAM_AT[];

static void set_region(uint32_t number, struct mpu_region region)
{
    reg_write(MPU_RNR, number);
    reg_write(MPU_RBAR, region.at);
    reg_write(MPU_RASR, region.kind | (region.log2_bytes - 1) << RASR_SIZE_SHIFT | RASR_ENABLE);
}

/* RAM has no region here: QEMU 7.2 moves data five times slower with one. */
void mpu_start(void)
{
    uint32_t ram = (uint32_t)(uintptr_t)RAM_AT;
    uint32_t code_bytes = (uint32_t)(uintptr_t)CODE_BYTES;
    struct mpu_region code = {(uint32_t)(uintptr_t)CODE_AT, (uint32_t)__builtin_ctz(code_bytes),
                              MPU_CODE};
    struct mpu_region below_stack = {ram - (1U << LOG2_BELOW_STACK), LOG2_BELOW_STACK,
                                     MPU_NO_ACCESS};

    if ((reg_read(MPU_TYPE) & TYPE_REGIONS) == 0)
        return;
    reg_write(MPU_CTRL, 0); /* a warm start finds it on */
    for (uint32_t number = 0; number < chip_region_count; number++)
        set_region(number, chip_regions[number]);
    set_region(chip_region_count, code);
    set_region(chip_region_count + 1, below_stack);
    reg_write(MPU_CTRL, CTRL_ENABLE | CTRL_ELSE_AS_WITHOUT);
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}
