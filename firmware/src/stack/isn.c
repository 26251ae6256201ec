/* SPDX-License-Identifier: BSD-3-Clause */
/* Initial sequence numbers (RFC 6528): a clock of 4 us per tick, plus a keyed
 * function of the four-tuple that nobody outside can compute: SipHash-2-4. */
#include <ax/clock.h>
#include <ax/port.h>

#include "hooks.h"
#include "stack/parts.h"

enum { TICKS_PER_MS = 250 };

static uint64_t key[2];

void stack_isn_start(void) { ax_port_random(key, sizeof key); }

static uint64_t rotated(uint64_t word, unsigned by) { return word << by | word >> (64 - by); }

static void sip_round(uint64_t v[4])
{
    v[0] += v[1];
    v[1] = rotated(v[1], 13) ^ v[0];
    v[0] = rotated(v[0], 32);
    v[2] += v[3];
    v[3] = rotated(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotated(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotated(v[1], 17) ^ v[2];
    v[2] = rotated(v[2], 32);
}

static uint64_t siphash(const uint64_t *words, unsigned count)
{
    uint64_t v[4] = {key[0] ^ 0x736f6d6570736575u, key[1] ^ 0x646f72616e646f6du,
                     key[0] ^ 0x6c7967656e657261u, key[1] ^ 0x7465646279746573u};
    uint64_t length = (uint64_t)count * 8 << 56; /* the last block: length, no bytes */

    for (unsigned i = 0; i <= count; i++) {
        uint64_t word = i < count ? words[i] : length;
        v[3] ^= word;
        sip_round(v);
        sip_round(v);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

u32_t stack_tcp_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip,
                    u16_t remote_port)
{
    uint64_t tuple[2] = {(uint64_t)ip4_addr_get_u32(local_ip) << 32 | ip4_addr_get_u32(remote_ip),
                         (uint64_t)local_port << 16 | remote_port};

    return (u32_t)(ax_now_ms() * TICKS_PER_MS + (uint32_t)siphash(tuple, 2));
}

uint32_t stack_random(void)
{
    uint32_t word;

    ax_port_random(&word, sizeof word);
    return word;
}
