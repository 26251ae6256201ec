/* SPDX-License-Identifier: BSD-3-Clause */
/* The boot word of a chip (docs/bench-protocol.md): eight 32-bit words at the very
 * top of RAM that no start-up code clears and that a reset keeps. The bench
 * writes them by a debug probe, or by the emulator that stands for one.
 */
#ifndef PORT_BOOT_WORD_H
#define PORT_BOOT_WORD_H

#include <stdint.h>

#include <ax/port.h>

enum {
    BOOT_WORD_MAGIC = 0x57425841, /* "AXBW", low byte first */
    BOOT_WORD_HELD = 1,           /* bits of `flags` */
    BOOT_WORD_SEEDED = 2,
};

struct boot_word {
    uint32_t magic;
    uint32_t flags; /* other bits than these: it was not written for this firmware */
    uint32_t held_at_ms;
    uint32_t seed_low, seed_high;
    uint32_t unused[3];
};
_Static_assert(sizeof(struct boot_word) == AX_BOOT_BYTES, "as the bench writes it");

/* What it says; nothing (neither held nor seeded) when it was never written. */
struct ax_boot boot_word_read(const struct boot_word *word);

#endif
