/* SPDX-License-Identifier: BSD-3-Clause */
#include "mpu.h"

#include <stdbool.h>

#include "registers.h"

/* ARMv7-M Architecture Reference Manual, B3.5. */
static const uint32_t MPU_TYPE = 0xe000ed90, MPU_CTRL = 0xe000ed94;
static const uint32_t MPU_RNR = 0xe000ed98, MPU_RBAR = 0xe000ed9c, MPU_RASR = 0xe000eda0;
enum { TYPE_REGIONS = 0xff00, CTRL_ENABLE = 1, CTRL_ELSE_AS_WITHOUT = 4 };
enum { RASR_ENABLE = 1, RASR_SIZE_SHIFT = 1 };
enum { LOG2_BELOW_STACK = 16 };

/* The board's numbers, as addresses (build.mk). */
extern uint8_t CODE_AT[], CODE_BYTES[], RAM_AT[];

static void barrier(void) { __asm__ volatile("dsb\n\tisb" ::: "memory"); }

static uint32_t region_count(void) { return chip_region_count + 2; }

/* The chip's own, and behind them those of every chip. RAM has none here: QEMU 7.2 moves
 * data five times slower with one. */
static struct mpu_region region_at(uint32_t number)
{
    uint32_t code_bytes = (uint32_t)(uintptr_t)CODE_BYTES;

    if (number < chip_region_count)
        return chip_regions[number];
    if (number == chip_region_count)
        return (struct mpu_region){(uint32_t)(uintptr_t)CODE_AT,
                                   (uint32_t)__builtin_ctz(code_bytes), MPU_CODE};
    return (struct mpu_region){(uint32_t)(uintptr_t)RAM_AT - (1U << LOG2_BELOW_STACK),
                               LOG2_BELOW_STACK, MPU_NO_ACCESS};
}

static uint32_t rasr_of(struct mpu_region region)
{
    return region.kind | (region.log2_bytes - 1) << RASR_SIZE_SHIFT | RASR_ENABLE;
}

static bool is_set(uint32_t number)
{
    static const uint32_t ADDRESS = ~UINT32_C(0x1f);
    struct mpu_region region = region_at(number);

    reg_write(MPU_RNR, number);
    return (reg_read(MPU_RBAR) & ADDRESS) == region.at && reg_read(MPU_RASR) == rasr_of(region);
}

static bool is_on_as_it_should(void)
{
    if (reg_read(MPU_CTRL) != (CTRL_ENABLE | CTRL_ELSE_AS_WITHOUT))
        return false;
    for (uint32_t number = 0; number < region_count(); number++)
        if (!is_set(number))
            return false;
    return true;
}

static void set(uint32_t number)
{
    struct mpu_region region = region_at(number);

    reg_write(MPU_RNR, number);
    reg_write(MPU_RBAR, region.at);
    reg_write(MPU_RASR, rasr_of(region));
}

/* A warm start finds it on, and the caches: without it the default map would rule for a
 * while, by which more is cached, and looked at ahead of time, than the chip can bear. So
 * it is left as it is, and after a reset, which switches all three off, it is the first. */
void mpu_start(void)
{
    if ((reg_read(MPU_TYPE) & TYPE_REGIONS) == 0 || is_on_as_it_should())
        return;
    barrier();
    reg_write(MPU_CTRL, 0);
    for (uint32_t number = 0; number < region_count(); number++)
        set(number);
    reg_write(MPU_CTRL, CTRL_ENABLE | CTRL_ELSE_AS_WITHOUT);
    barrier();
}
