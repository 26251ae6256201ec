/* SPDX-License-Identifier: BSD-3-Clause */
/* What a test image tells of the stack: pools, levels, and the numbers that a
 * profile declares. */
#include <ax/debug.h>
#include <ax/port.h>
#include <ax/stack.h>

#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/ip4_frag.h"
#include "lwip/memp.h"
#include "lwip/opt.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "net/stack_side.h"
#include "stack/parts.h"

static bool frames_pool(struct ax_pool *pool)
{
    *pool = (struct ax_pool){"held_frames", stack_netif_held_frames(),
                             stack_netif_held_frames_most(), AX_LINK_RX_QUEUE};
    return true;
}

static bool stack_pool(struct ax_pool *pool)
{
    struct ax_port_stack stack = ax_port_stack();

    *pool = (struct ax_pool){"stack", stack.used, stack.most, stack.size};
    return stack.size != 0;
}

static bool neighbour_pool(struct ax_pool *pool)
{
    *pool = (struct ax_pool){"neighbour_packets", stack_neighbour_packets(),
                             stack_neighbour_packets_most(), AX_NEIGHBOURS * AX_NEIGHBOUR_PACKETS};
    return true;
}

#if AX_POOLS_ON_HEAP

enum { LWIP_POOLS = 1 };

static bool lwip_pool(unsigned index, struct ax_pool *pool)
{
    *pool = (struct ax_pool){"blocks", ax_port_blocks_used(), ax_port_blocks_most(), 0};
    return index < LWIP_POOLS;
}

#else

static const struct {
    const char *name;
    memp_t memp;
} pools[] = {
    {"tcp_pcb", MEMP_TCP_PCB},      {"tcp_listen", MEMP_TCP_PCB_LISTEN}, {"tcp_seg", MEMP_TCP_SEG},
#if LWIP_UDP
    {"udp_pcb", MEMP_UDP_PCB},
#endif
    {"pbuf_ref", MEMP_PBUF},        {"pbuf_pool", MEMP_PBUF_POOL},
#if IP_REASSEMBLY
    {"reassembly", MEMP_REASSDATA},
#endif
#if IP_FRAG
    {"fragment", MEMP_FRAG_PBUF},
#endif
#if MEM_USE_POOLS
    {"header", MEMP_POOL_128},      {"answer", MEMP_POOL_1600},
#endif
};

#if MEM_USE_POOLS

enum { HEAPS = 0 };

static void heap(struct ax_pool *pool) { (void)pool; }

#else

enum { HEAPS = 1 };

static void heap(struct ax_pool *pool)
{
    *pool = (struct ax_pool){"heap", (uint32_t)lwip_stats.mem.used, (uint32_t)lwip_stats.mem.max,
                             MEM_SIZE};
}

#endif

enum { FIXED = sizeof pools / sizeof *pools, LWIP_POOLS = FIXED + HEAPS };

static bool lwip_pool(unsigned index, struct ax_pool *pool)
{
    if (index < FIXED) {
        const struct stats_mem *stats = lwip_stats.memp[pools[index].memp];
        *pool = (struct ax_pool){pools[index].name, stats->used, stats->max, stats->avail};
        return true;
    }
    heap(pool);
    return index < LWIP_POOLS;
}

#endif

bool ax_debug_pool(unsigned index, struct ax_pool *pool)
{
    if (index == 0)
        return frames_pool(pool);
    if (index == 1)
        return neighbour_pool(pool);
    if (index < 2 + LWIP_POOLS)
        return lwip_pool(index - 2, pool);
    return index == 2 + LWIP_POOLS && stack_pool(pool);
}

static uint32_t count(const struct tcp_pcb *pcb)
{
    uint32_t number = 0;

    for (; pcb; pcb = pcb->next)
        number++;
    return number;
}

struct ax_debug_connections ax_debug_connections(void)
{
    struct ax_debug_connections now = {.active = count(tcp_active_pcbs),
                                       .time_wait = count(tcp_tw_pcbs),
                                       .bound = count(tcp_bound_pcbs),
                                       .udp = stack_udp_count()};

    for (const struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next)
        now.listening++;
    return now;
}

#if IP_REASSEMBLY
enum { REASSEMBLY_MS = IP_REASS_MAXAGE * IP_TMR_INTERVAL };
#else
enum { REASSEMBLY_MS = 0 };
#endif

bool ax_debug_limit(unsigned index, struct ax_limit *limit)
{
    static const struct ax_limit limits[] = {
        {"mss", TCP_MSS},
        {"mtu", AX_LINK_MTU},
        {"datagram_max", AX_DATAGRAM_MAX},
        {"window_max", AX_TCP_WINDOW_MAX},
        {"connections", MEMP_NUM_TCP_PCB},
        {"tcp_tick_ms", TCP_TMR_INTERVAL},
        {"tcp_slow_tick_ms", TCP_SLOW_INTERVAL},
        {"delayed_ack_ms", TCP_TMR_INTERVAL},
        {"rto_initial_ms", LWIP_TCP_RTO_TIME},
        {"syn_retries", TCP_SYNMAXRTX},
        {"retries", TCP_MAXRTX},
        {"msl_ms", TCP_MSL},
        {"syn_received_ms", TCP_SYN_RCVD_TIMEOUT},
        {"fin_wait_2_ms", STACK_FIN_WAIT_2_MS},
        {"keepalive_every_ms", NET_KEEPALIVE_EVERY_MS},
        {"keepalive_count", NET_KEEPALIVE_COUNT},
        {"segment_queue", TCP_SND_QUEUELEN},
        {"segments", MEMP_NUM_TCP_SEG},
        {"reorder_frames", TCP_OOSEQ_MAX_PBUFS},
        {"poll_frames", LWIP_MIN(AX_POLL_FRAMES, AX_LINK_RX_QUEUE)},
        {"poll_datagrams", AX_POLL_DATAGRAMS},
        {"rx_queue", AX_LINK_RX_QUEUE},
        {"neighbours", AX_NEIGHBOURS},
        {"neighbour_packets", AX_NEIGHBOUR_PACKETS},
        {"arp_tries", STACK_ARP_TRIES},
        {"arp_every_ms", STACK_ARP_EVERY_MS},
        {"arp_entries", ARP_TABLE_SIZE},
        {"arp_expiry_ms", ARP_MAXAGE * ARP_TMR_INTERVAL},
        {"reassembly_frames", IP_REASS_MAX_PBUFS},
        {"reassembly_ms", REASSEMBLY_MS},
        {"link_debounce_ms", STACK_LINK_DEBOUNCE_MS},
        {"ttl", TCP_TTL},
        {"proxy", AX_PROXY},
        {"dns_names", LWIP_UDP ? AX_DNS_NAMES : 0},
    };

    if (index >= sizeof limits / sizeof *limits)
        return false;
    *limit = limits[index];
    return true;
}

const char *ax_debug_lwip_version(void) { return LWIP_VERSION_STRING; }
