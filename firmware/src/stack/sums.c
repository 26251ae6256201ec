/* SPDX-License-Identifier: BSD-3-Clause */
/* The checksums that the device sees to (ax/link.h). lwIP asks the interface of each
 * packet which ones are its own work, so the answer is written there before each frame
 * and each datagram. Fragments, and ICMP, are always lwIP's own. */
#include "link/link.h"
#include "lwip/prot/udp.h"
#include "stack/parts.h"
#include "stack/proxy.h"

#if AX_LINK_SUMS

enum { CHECKED = NETIF_CHECKSUM_CHECK_IP | NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP };
enum { ADDED = NETIF_CHECKSUM_GEN_TCP | NETIF_CHECKSUM_GEN_UDP };

static void set(struct netif *netif, unsigned flags) { netif->chksum_flags = (u16_t)flags; }

/* What leaves by the proxy's interface may be for an application, which has no MAC. */
void stack_sums_start(void)
{
    set(&stack_netif, NETIF_CHECKSUM_ENABLE_ALL & ~(unsigned)ADDED);
    if (AX_PROXY)
        set(&stack_proxy_netif, NETIF_CHECKSUM_ENABLE_ALL);
}

static void check(struct netif *netif, bool checks)
{
    set(netif, checks ? netif->chksum_flags | (unsigned)CHECKED
                      : netif->chksum_flags & ~(unsigned)CHECKED);
}

void stack_sums_before_frame(const struct ax_link *link, struct ax_span frame)
{
    bool checks = !link_sums_are_right(link, frame);

    check(&stack_netif, checks);
    if (AX_PROXY)
        check(&stack_proxy_netif, checks);
}

/* Nothing but frames comes in by our own interface; by the proxy's the application's packets do. */
void stack_sums_after_frame(void)
{
    if (AX_PROXY)
        check(&stack_proxy_netif, true);
}

/* lwIP adds UDP's sum before it knows of fragments. */
void stack_sums_before_datagram(size_t len)
{
    bool is_cut = len + UDP_HLEN + IP_HLEN > AX_LINK_MTU;
    unsigned flags = stack_netif.chksum_flags & ~(unsigned)NETIF_CHECKSUM_GEN_UDP;

    set(&stack_netif, is_cut ? flags | NETIF_CHECKSUM_GEN_UDP : flags);
}

void stack_sums_after_datagram(void) { stack_sums_before_datagram(0); }

#endif
