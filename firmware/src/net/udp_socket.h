/* SPDX-License-Identifier: BSD-3-Clause */
/* What udp.c tells of datagrams behind the ring. Private to net. */
#ifndef AX_NET_UDP_SOCKET_H
#define AX_NET_UDP_SOCKET_H

#include <ax/udp.h>

/* The datagram of that id was given up; 0: one that was held has left. NULL until a
 * socket is followed: only ax_udp_follow() names it. */
extern void (*udp_news)(struct ax_udp *udp, uint32_t id);

#endif
