/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's DHCP client and its address conflict detection, as they stand, compiled into
 * the one file that includes this.
 *
 * Switched on in lwIP they would be in every image, with a periodic tick each, and would
 * change our address behind the back of net. Here they are in an image that starts the
 * client, and what they reach for is given to them:
 *
 *   netif_set_addr()         take_address(): the stack's own way to another address
 *   udp_new(), udp_remove()  the lwIP half of a socket that net knows, and that owns it
 *   dns_setserver()          keep_name_server()
 *   a client's place in struct netif, and its list of addresses to watch
 *                            a variable here, and the field that is free for drivers
 *   times of a lease         seconds in 32 bits, where lwIP has minutes in 16
 */
#ifndef AX_STACK_DHCP_OF_LWIP_H
#define AX_STACK_DHCP_OF_LWIP_H

#include <ax/dhcp.h>

#include "lwip/dns.h"
#include "lwip/etharp.h"
#include "lwip/netif.h"
#include "lwip/udp.h"
#include "stack/parts.h"

static void take_address(const ip4_addr_t *addr, const ip4_addr_t *mask, const ip4_addr_t *router);
static void keep_name_server(unsigned place, const ip_addr_t *addr);
static struct udp_pcb *take_pcb(void);
static void give_pcb_back(struct udp_pcb *pcb);
static struct ax_udp *owner_of_pcb(void);
static void *dhcp_place;

_Static_assert(AX_DHCP_NAME_SERVERS == 2, "as many as lwIP is told below");

/* An ARP question from no address is a probe (RFC 5227 2.1.1), */
static err_t etharp_acd_probe(struct netif *netif, const ip4_addr_t *addr)
{
    return etharp_request(netif, addr);
}

/* and one of our own address tells it to all. */
static err_t etharp_acd_announce(struct netif *netif, const ip4_addr_t *addr)
{
    ip4_addr_t own = *netif_ip4_addr(netif);
    err_t err;

    ip4_addr_copy(netif->ip_addr, *addr);
    err = etharp_gratuitous(netif);
    ip4_addr_copy(netif->ip_addr, own);
    return err;
}

/* As long as a timer can wait, half as long at least; 0 is at once. */
static u32_t lease_seconds(u32_t offered)
{
    return offered == 0 ? 1 : LWIP_MIN(offered, UINT32_MAX / 2);
}

#undef LWIP_DHCP
#undef LWIP_ACD
#undef LWIP_DHCP_DOES_ACD_CHECK
#undef LWIP_DHCP_MAX_DNS_SERVERS
#undef LWIP_DNS
#undef LWIP_HDR_ACD_H
#undef LWIP_HDR_DHCP_H
#undef netif_get_client_data
#undef netif_set_client_data
#define LWIP_DHCP 1
#define LWIP_ACD 1
#define LWIP_DHCP_DOES_ACD_CHECK 1
#define LWIP_DHCP_MAX_DNS_SERVERS 2
#define LWIP_DNS 1
#define LWIP_NETIF_CLIENT_DATA_INDEX_DHCP 0
#define netif_get_client_data(netif, id) dhcp_place
#define netif_set_client_data(netif, id, data) (dhcp_place = (data))
#define acd_list state
#define netif_set_addr(netif, addr, mask, router) take_address(addr, mask, router)
#define dns_setserver(place, addr) keep_name_server(place, addr)
#define udp_new() take_pcb()
#define udp_recv(pcb, function, arg) (udp_recv)(pcb, function, owner_of_pcb())
#define udp_remove(pcb) give_pcb_back(pcb)

#define DHCP_COARSE_TIMER_SECS 1
#define DHCP_TIMEOUT_SIZE_T u32_t
#define DHCP_DEFINE_CUSTOM_TIMEOUTS 1
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T0_LEASE(res, dhcp) \
    ((res) = lease_seconds((dhcp)->offered_t0_lease))
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T1_RENEW(res, dhcp) \
    ((res) = lease_seconds((dhcp)->offered_t1_renew))
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T2_REBIND(res, dhcp) \
    ((res) = lease_seconds((dhcp)->offered_t2_rebind))
#define DHCP_NEXT_TIMEOUT_THRESHOLD 60 /* RFC 2131 4.4.5 */
#define DHCP_REQUEST_BACKOFF_SEQUENCE(tries) (u16_t)(((tries) < 6 ? 1 << (tries) : 60) * 1000)

#include "lwip/../../core/ipv4/acd.c"
#include "lwip/../../core/ipv4/dhcp.c"

#endif
