/* SPDX-License-Identifier: BSD-3-Clause */
/* How lwIP is built. What is not said here has lwIP's own default; the numbers
 * that bound memory are ax/config.h's.
 */
#ifndef AX_STACK_LWIPOPTS_H
#define AX_STACK_LWIPOPTS_H

#include <ax/config.h>

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_IPV6 0
#define LWIP_SINGLE_NETIF 1
#define LWIP_TIMERS 0 /* stack/timers.c, on the executor's queue of deadlines */
#define LWIP_HOOK_FILENAME "hooks.h"

/* What has no place for anything is left out. */
#define LWIP_UDP (AX_UDP_SOCKETS > 0)
#define IP_FRAG (AX_FRAGMENTS > 0)
#define IP_REASSEMBLY (AX_REASSEMBLY_DATAGRAMS > 0)
#define TCP_QUEUE_OOSEQ (AX_TCP_REORDER_FRAMES > 0)

#define MEM_ALIGNMENT __SIZEOF_POINTER__
#define ETH_PAD_SIZE 0

/* Sockets. Control blocks beyond the sockets are for TIME-WAIT. */
#define MEMP_NUM_TCP_PCB (AX_TCP_SOCKETS + AX_TCP_IN_TIME_WAIT)
#define MEMP_NUM_TCP_PCB_LISTEN (AX_TCP_LISTENERS + AX_PROXY)
#define MEMP_NUM_UDP_PCB (AX_UDP_SOCKETS + AX_PROXY)
#define MEMP_NUM_RAW_PCB 2

/* Segments in flight: each takes one of MEMP_TCP_SEG, one reference pbuf (the
 * bytes stay in the socket's ring) and a header from the heap. */
#define MEMP_NUM_TCP_SEG AX_TCP_SEGMENTS
#define MEMP_NUM_PBUF AX_TCP_SEGMENTS
#define TCP_SND_QUEUELEN AX_TCP_SEGMENT_QUEUE

/* Received frames stay in the device's memory; nothing takes from the pool. */
#define PBUF_POOL_SIZE 1
#define PBUF_POOL_BUFSIZE 64
#define LWIP_SUPPORT_CUSTOM_PBUF 1

/* What may hold received frames back: reassembly and reordering, both bounded
 * below what the device lends. */
#define IP_REASS_MAX_PBUFS AX_REASSEMBLY_FRAMES
#define MEMP_NUM_REASSDATA AX_REASSEMBLY_DATAGRAMS
#define MEMP_NUM_FRAG_PBUF AX_FRAGMENTS
#define TCP_OOSEQ_MAX_PBUFS AX_TCP_REORDER_FRAMES

/* Transmit and retransmit. The one interface takes whole segments. */
#define TCP_CALCULATE_EFF_SEND_MSS 0
#define TCP_MSS 1460
#define TCP_SND_BUF 65535
#define TCP_SNDLOWAT 1
#define TCP_OVERSIZE 0
#define TCP_WND stack_tcp_wnd
#define TCP_WND_UPDATE_THRESHOLD LWIP_MIN(TCP_WND / 2, 4 * TCP_MSS) /* told unasked */
#define LWIP_DISABLE_TCP_SANITY_CHECKS 1                            /* TCP_WND is no constant */
#define LWIP_TCP_PCB_NUM_EXT_ARGS (1 + AX_PROXY)
#define LWIP_TCP_KEEPALIVE 1
#define SO_REUSE 1 /* net knows which ports are taken; TIME-WAIT takes none */

/* ARP: packets wait in stack/neighbour.c, never in lwIP's table. */
#define ARP_QUEUEING 0
#define ARP_TABLE_SIZE AX_ARP_ENTRIES

/* Raw sockets see UDP's LEN and a TCP header in pieces before lwIP does. */
#define LWIP_RAW (LWIP_UDP || IP_REASSEMBLY || AX_PROXY)

/* Two ways out of the one interface that lwIP knows: stack/proxy_netif.c. */
#if AX_PROXY
#define LWIP_HOOK_IP4_ROUTE_SRC(from, to) stack_proxy_route(from)
#endif

#ifndef LWIP_STATS
#define LWIP_STATS 1 /* for limits.c; a release has none */
#endif
#define LWIP_STATS_DISPLAY 0
#define LWIP_CHKSUM_ALGORITHM 3 /* where there is none of ours */
#include "stack/checksum.h"

/* A device may see to some of them: stack/sums.c. */
#define LWIP_CHECKSUM_CTRL_PER_NETIF AX_LINK_SUMS

/* Where headers of segments and answers are: the heap, or lwippools.h. */
#if AX_HEAP_BYTES > 0
#define MEM_SIZE AX_HEAP_BYTES
#elif !AX_POOLS_ON_HEAP
#define MEM_USE_POOLS 1
#define MEMP_USE_CUSTOM_POOLS 1
#endif

/* Sanitizer build: every pbuf and control block its own block on the heap, so
 * that overruns and uses after free are seen. */
#if AX_POOLS_ON_HEAP
#include <ax/port_blocks.h>
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#define mem_clib_malloc ax_port_block_alloc
#define mem_clib_calloc ax_port_block_calloc
#define mem_clib_free ax_port_block_free
#endif

#endif
