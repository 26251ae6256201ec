/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include "random.h"

#include <stdbool.h>
#include <sys/random.h>
#include <unistd.h>

#include <ax/port.h>

#include "../seeded_random.h"
#include "base/check.h"

enum { SYSTEM_MAX = 256 }; /* bytes getentropy() gives at once */

static bool is_seeded;
static struct seeded_random seeded;

void random_seed(uint64_t seed)
{
    is_seeded = true;
    seeded = (struct seeded_random){.state = seed};
}

static void from_system(uint8_t *to, size_t len)
{
    while (len > 0) {
        size_t n = len < SYSTEM_MAX ? len : SYSTEM_MAX;
        AX_CHECK(getentropy(to, n) == 0);
        to += n;
        len -= n;
    }
}

void ax_port_random(void *dst, size_t len)
{
    if (is_seeded)
        seeded_random_fill(&seeded, dst, len);
    else
        from_system(dst, len);
}
