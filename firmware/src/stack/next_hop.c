/* SPDX-License-Identifier: BSD-3-Clause */
/* The way of each packet: to whom on the link, and at once if that neighbour's
 * Ethernet address is known. */
#include "lwip/etharp.h"
#include "lwip/ip.h"
#include "stack/parts.h"

/* Looks first where the last one was found. */
bool stack_neighbour_is_known(const ip4_addr_t *addr)
{
    static size_t last;
    struct eth_addr *mac;
    struct netif *netif;
    ip4_addr_t *known;
    const ip4_addr_t *found;
    ssize_t index;

    if (etharp_get_entry(last, &known, &netif, &mac) && ip4_addr_eq(known, addr))
        return true;
    index = etharp_find_addr(&stack_netif, addr, &mac, &found);
    if (index >= 0)
        last = (size_t)index;
    return index >= 0;
}

static bool needs_no_address(const ip4_addr_t *to)
{
    return ip4_addr_isbroadcast(to, &stack_netif) || ip4_addr_ismulticast(to);
}

static bool is_on_link(const ip4_addr_t *to)
{
    return ip4_addr_net_eq(to, netif_ip4_addr(&stack_netif), netif_ip4_netmask(&stack_netif));
}

/* The neighbour on the way to `to`; NULL without a way (RFC 1122 3.3.1.1). */
static const ip4_addr_t *next_hop(const ip4_addr_t *to)
{
    if (is_on_link(to))
        return to;
    return ip4_addr_isany_val(*netif_ip4_gw(&stack_netif)) ? NULL : netif_ip4_gw(&stack_netif);
}

static bool can_go_to(const ip4_addr_t *hop)
{
    return stack_neighbour_is_known(hop) && !stack_neighbour_is_waited_for(hop);
}

/* Most packets go to a neighbour that is known, and no group is. */
static bool is_within_reach(const ip4_addr_t *to) { return is_on_link(to) && can_go_to(to); }

/* Without a place to wait the packet is dropped: TCP sends it again, a datagram is
 * given up. */
static err_t ask_for(const ip4_addr_t *hop)
{
    if (stack_arp_wait_ms(hop) == 0)
        etharp_request(&stack_netif, hop);
    return LWIP_UDP && stack_datagram.udp ? ERR_RTE : ERR_OK;
}

/* What leaves while our address changes leaves at once or never. */
static err_t wait_for(const ip4_addr_t *hop, const struct pbuf *packet)
{
    if (packet->tot_len > AX_LINK_MTU || stack_doing == STACK_READDRESS)
        return ERR_VAL;
    return AX_NEIGHBOURS > 0 ? stack_neighbour_hold(hop, packet) : ask_for(hop);
}

static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    const ip4_addr_t *hop;

    if (is_within_reach(to) || needs_no_address(to))
        return etharp_output(netif, packet, to);
    hop = next_hop(to);
    if (!hop)
        return ERR_RTE;
    return can_go_to(hop) ? etharp_output(netif, packet, hop) : wait_for(hop, packet);
}

/* A socket's, or a fragment of it. */
static err_t output_datagram(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    err_t err;

    if (stack_datagram_skips(packet))
        return ERR_OK;
    err = output(netif, packet, to);
    stack_datagram_note(err);
    return err;
}

err_t stack_neighbour_output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    if (LWIP_UDP && stack_datagram.udp)
        return output_datagram(netif, packet, to);
    return output(netif, packet, to);
}
