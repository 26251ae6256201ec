/* SPDX-License-Identifier: BSD-3-Clause */
#include "random.h"

#include "../seeded_random.h"
#include "chip.h"

static bool is_seeded;
static struct seeded_random sequence;

void random_start(const struct ax_boot *boot, const uint8_t mac[AX_MAC_LEN])
{
    is_seeded = boot->seeded;
    sequence = (struct seeded_random){.state = boot->seed};
    for (unsigned i = 0; i < AX_MAC_LEN && !is_seeded; i++)
        sequence.state = sequence.state << 8 | mac[i];
}

/* Each word of a key has noise of its own, for a secret is no longer than what goes into
 * it. Without a generator chip_entropy() is the moment of the call: when frames and keys
 * came decides then. */
void ax_port_random(void *dst, size_t len)
{
    uint8_t *to = dst;

    for (size_t at = 0; at < len; at += sizeof(uint32_t)) {
        size_t left = len - at;

        if (!is_seeded) {
            sequence.state ^= (uint64_t)chip_entropy() << 32;
            sequence.left = 0;
        }
        seeded_random_fill(&sequence, to + at, left < sizeof(uint32_t) ? left : sizeof(uint32_t));
    }
}
