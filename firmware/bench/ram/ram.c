/* SPDX-License-Identifier: BSD-3-Clause */
/* RAM as the sizes of symbols: this file is compiled for a board and never linked;
 * nm reads what each thing takes. What has several parts has several symbols,
 * ram_THING_PART.
 */
#include <ax/listener.h>
#include <ax/tcp.h>
#include <ax/udp.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

#define SIZE_OF(what) LWIP_MEM_ALIGN_SIZE(sizeof(what))

enum {
    RING = 4096,
    HEADERS = LWIP_MEM_ALIGN_SIZE(14 + 20 + 20),
    HEAP_BOOKS = LWIP_MEM_ALIGN_SIZE(12)
};

char ram_connection_rings[2 * RING];
char ram_connection_socket[sizeof(struct ax_tcp)];
char ram_connection_block[SIZE_OF(struct tcp_pcb)];

char ram_listener_socket[sizeof(struct ax_listener)];
char ram_listener_block[SIZE_OF(struct tcp_pcb_listen)];

/* Beside its rings, which hold one ram_datagram for each datagram queued. */
char ram_udp_socket[sizeof(struct ax_udp)];
char ram_udp_block[SIZE_OF(struct udp_pcb)];
char ram_datagram_slot[sizeof(struct ax_packet)];

/* A segment on its way; its bytes stay in the ring. */
char ram_segment_segment[SIZE_OF(struct tcp_seg)];
char ram_segment_reference[SIZE_OF(struct pbuf)];
char ram_segment_headers[HEAP_BOOKS + SIZE_OF(struct pbuf) + HEADERS];

/* A task of the application. */
char ram_task_task[sizeof(struct ax_task)];
