/* SPDX-License-Identifier: BSD-3-Clause */
/* When an address may be asked for: at most once a second until it answers (RFC
 * 1122 2.3.2.1), also when its neighbour had to leave its place in between. */
#include <ax/clock.h>

#include "stack/parts.h"

enum { REMEMBERED = 16 }; /* so many that do not answer in a second, too */

static struct asked {
    ip4_addr_t addr;
    uint32_t at_ms;
    bool silent; /* it has not answered since */
} asked[REMEMBERED];

static uint32_t wait_ms(const struct asked *one)
{
    uint32_t ago = ax_now_ms() - one->at_ms;

    return one->silent && ago < STACK_ARP_EVERY_MS ? STACK_ARP_EVERY_MS - ago : 0;
}

/* The one of that address, else the one asked for longest ago: while all are
 * younger than a second nobody new is asked for. */
static struct asked *find(const ip4_addr_t *addr)
{
    struct asked *oldest = &asked[0];

    for (struct asked *one = asked; one < asked + REMEMBERED; one++) {
        if (one->silent && ip4_addr_eq(&one->addr, addr))
            return one;
        if (wait_ms(one) < wait_ms(oldest))
            oldest = one;
    }
    return oldest;
}

uint32_t stack_arp_wait_ms(const ip4_addr_t *addr)
{
    struct asked *one = find(addr);
    uint32_t wait = wait_ms(one);

    if (wait == 0)
        *one = (struct asked){.addr = *addr, .at_ms = ax_now_ms(), .silent = true};
    return wait;
}

void stack_arp_answered(const ip4_addr_t *addr)
{
    struct asked *one = find(addr);

    if (ip4_addr_eq(&one->addr, addr))
        one->silent = false;
}
