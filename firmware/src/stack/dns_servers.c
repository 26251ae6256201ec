/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/dns.h>

#include "stack/name_servers.h"

static uint32_t by_hand[AX_DNS_SERVERS];

static bool is_host(uint32_t addr)
{
    return addr >> 24 != 0 && addr >> 24 != 127 && addr >> 28 < 0xe;
}

int ax_dns_set_servers(const uint32_t servers[AX_DNS_SERVERS])
{
    for (unsigned i = 0; i < AX_DNS_SERVERS; i++)
        if (servers[i] != 0 && !is_host(servers[i]))
            return AX_E_ARG;
    for (unsigned i = 0; i < AX_DNS_SERVERS; i++)
        by_hand[i] = servers[i];
    return AX_OK;
}

void ax_dns_servers(uint32_t servers[AX_DNS_SERVERS])
{
    bool has_own = (by_hand[0] | by_hand[1]) != 0;
    const uint32_t *from = has_own ? by_hand : stack_name_servers;
    unsigned first = from[0] != 0 ? 0 : 1;

    servers[0] = from[first];
    servers[1] = first == 0 ? from[1] : 0;
}

_Static_assert(AX_DNS_SERVERS == 2 && AX_DHCP_NAME_SERVERS == 2, "as ax_dns_servers() has it");
