/* SPDX-License-Identifier: BSD-3-Clause */
/* Raw lwIP for a TCP echo and no more: what apps/echo/limits.mk leaves out is left
 * out here, and its numbers are as large. */
#ifndef BENCH_SIZE_RAW_LWIPOPTS_H
#define BENCH_SIZE_RAW_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_IPV6 0
#define LWIP_SINGLE_NETIF 1
#define MEM_ALIGNMENT __SIZEOF_POINTER__

#define LWIP_UDP 0
#define LWIP_RAW 0
#define IP_FRAG 0
#define IP_REASSEMBLY 0
#define TCP_QUEUE_OOSEQ 0

#define MEMP_NUM_TCP_PCB 4
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_TCP_SEG 24
#define MEM_USE_POOLS 1
#define MEMP_USE_CUSTOM_POOLS 1
#define PBUF_POOL_SIZE 8
#define ARP_TABLE_SIZE 8
#define ARP_QUEUEING 0

#define TCP_MSS 1460
#define TCP_WND 4096
#define TCP_SND_BUF 4096
#define TCP_SND_QUEUELEN 16

#include "stack/checksum.h"

#endif
