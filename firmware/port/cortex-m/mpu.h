/* SPDX-License-Identifier: BSD-3-Clause */
/* Makes faults of what would else go on with spoilt memory: writing to code (and
 * so through a null pointer), and growing the stack beyond its end, also where a
 * machine has memory there or says nothing.
 *
 * Chips with caches, or with memory that the core must not even look at ahead of
 * time, say more: a table of regions of their own, which lie below those two (of
 * two regions that hold an address the later one rules).
 */
#ifndef CORTEX_M_MPU_H
#define CORTEX_M_MPU_H

#include <stdint.h>

/* ARMv7-M Architecture Reference Manual, B3.5.9: AP, XN, TEX, C and B of MPU_RASR.
 * None is written through: Cortex-M7 erratum 1259864. What a DMA shares is memory still, and
 * no device: the stack reads packets where they are not aligned, and a device faults then. */
enum {
    MPU_NO_ACCESS = 1 << 28,                  /* nor looked at ahead of time */
    MPU_CODE = 5 << 24 | 3 << 16,             /* read only, cached */
    MPU_DATA = 1 << 28 | 3 << 24 | 0xb << 16, /* no code, cached, a write brings its line in */
    MPU_SHARED = 1 << 28 | 3 << 24 | 1 << 19, /* no code, never cached: a DMA's */
    MPU_DEVICE = 1 << 28 | 3 << 24 | 1 << 16, /* registers: in order, each once */
};

struct mpu_region {
    uint32_t at;         /* a multiple of its size */
    uint32_t log2_bytes; /* 5 to 32 */
    uint32_t kind;       /* MPU_... */
};

/* The chip's own. */
extern const struct mpu_region chip_regions[];
extern const uint32_t chip_region_count;

/* Switches the MPU on; where it is on with this table already, leaves it. */
void mpu_start(void);

#endif
