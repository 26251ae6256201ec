/* SPDX-License-Identifier: BSD-3-Clause */
#include "net/path.h"
#include "net/stack_side.h"

static struct net_path path;

void net_set_path(const struct net_path *now) { path = *now; }

const struct net_path *net_path(void) { return &path; }

static bool is_broadcast(uint32_t addr)
{
    uint32_t host = ~path.address.netmask;

    return addr == UINT32_MAX ||
           (host > 1 && ((addr ^ path.address.addr) & ~host) == 0 && (addr & host) == host);
}

static bool is_multicast(uint32_t addr) { return addr >> 28 == 0xe; }

bool net_is_destination(uint32_t addr)
{
    uint32_t net = addr >> 24;

    return net != 0 && net != 127 && (net < 240 || addr == UINT32_MAX) && addr != path.address.addr;
}

bool net_is_unicast(uint32_t addr)
{
    return net_is_destination(addr) && !is_multicast(addr) && !is_broadcast(addr);
}

bool net_has_route(uint32_t addr)
{
    const struct ax_address *own = &path.address;

    if (own->addr == 0)
        return false;
    if (is_broadcast(addr) || is_multicast(addr))
        return true;
    return ((addr ^ own->addr) & own->netmask) == 0 || own->gateway != 0;
}
