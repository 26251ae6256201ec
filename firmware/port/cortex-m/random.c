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

/* Not seeded, the moment of each call goes in: when frames and keys came decides. */
void ax_port_random(void *dst, size_t len)
{
    if (!is_seeded)
        sequence.state ^= (uint64_t)chip_count() << 32;
    seeded_random_fill(&sequence, dst, len);
}
