/* SPDX-License-Identifier: BSD-3-Clause */
#include "boot_word.h"

struct ax_boot boot_word_read(const struct boot_word *word)
{
    const uint32_t known = BOOT_WORD_HELD | BOOT_WORD_SEEDED;
    struct ax_boot boot = {0};

    if (word->magic != BOOT_WORD_MAGIC || (word->flags & ~known) != 0)
        return boot;
    boot.held = (word->flags & BOOT_WORD_HELD) != 0;
    if (boot.held)
        boot.held_at = word->held_at_ms;
    boot.seeded = (word->flags & BOOT_WORD_SEEDED) != 0;
    if (boot.seeded)
        boot.seed = (uint64_t)word->seed_high << 32 | word->seed_low;
    return boot;
}
