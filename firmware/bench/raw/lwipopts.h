/* SPDX-License-Identifier: BSD-3-Clause */
/* Raw lwIP as an MCU user sets it up for the services of this bench. Where ax
 * needs the same of lwIP (src/stack/lwipopts.h) it says the same; what is not said
 * has lwIP's own default. bench.mk gives both what makes a release build.
 */
#ifndef BENCH_RAW_LWIPOPTS_H
#define BENCH_RAW_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_SOCKET 0
#define LWIP_NETCONN 0
#define LWIP_IPV6 0
#define LWIP_SINGLE_NETIF 1

#define MEM_ALIGNMENT __SIZEOF_POINTER__

/* As many connections as the bench opens, with a segment or two each on its way. */
#define MEMP_NUM_TCP_PCB (BENCH_SOCKETS + 8)
#define MEMP_NUM_TCP_PCB_LISTEN 8
#define MEMP_NUM_TCP_SEG (2 * BENCH_SOCKETS)
#define MEMP_NUM_PBUF (2 * BENCH_SOCKETS)
#define MEM_SIZE (256 * 1024)

/* Received frames stay where the device put them. */
#define PBUF_POOL_SIZE 4
#define LWIP_SUPPORT_CUSTOM_PBUF 1

#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16

#define ARP_QUEUEING 0
#define LWIP_CHKSUM_ALGORITHM 3
#include "stack/checksum.h" /* where the bench compares sums of the same kind */

#endif
