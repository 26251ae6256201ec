/* SPDX-License-Identifier: BSD-3-Clause */
/* What each part of the address space is, for MPU and caches. */
#include "../cortex-m/mpu.h"

/* All that is not listed is no memory: the core may otherwise look ahead of time at
 * what answers with an error, or never (Cortex-M7 erratum 1013783; the system memory
 * at 0x1ff00000 sets error flags of the flash). That goes for ITCM and DTCM, too: all RAM
 * of ours, the stack with it, is AXI SRAM, so that no pointer to what the Ethernet DMA
 * cannot reach ever comes about. D2 SRAM and SRAM4 are where that DMA works, so nothing
 * of them is ever in a cache.
 *
 * AXI SRAM has its ECC over eight bytes: of half of them, written last before a reset,
 * nothing is left (RM0433, embedded SRAM). So what is kept there leaves the cache in
 * whole lines (kept.c), and of the boot word the end is unused (boot_word.h). */
const struct mpu_region chip_regions[] = {
    {0x00000000, 32, MPU_NO_ACCESS}, /* the background */
    {0x24000000, 19, MPU_DATA},      /* AXI SRAM */
    {0x30000000, 18, MPU_SHARED},    /* D2 SRAM 1 and 2 */
    {0x30040000, 15, MPU_SHARED},    /* D2 SRAM 3 */
    {0x38000000, 16, MPU_SHARED},    /* SRAM4 */
    {0x40000000, 29, MPU_DEVICE},    /* all devices, to 0x5fffffff */
    {0x1ff1e800, 8, MPU_DEVICE},     /* the chip's unique number */
};
const uint32_t chip_region_count = sizeof chip_regions / sizeof chip_regions[0];
