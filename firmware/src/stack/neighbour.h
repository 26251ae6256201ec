/* SPDX-License-Identifier: BSD-3-Clause */
/* The places of packets that wait for a neighbour's address: neighbour.c fills and
 * empties them, udp_holds.c looks. */
#ifndef AX_STACK_NEIGHBOUR_H
#define AX_STACK_NEIGHBOUR_H

#include <ax/timer.h>

#include "stack/parts.h"

#if AX_NEIGHBOURS > 0

struct waiting {
    uint32_t order; /* which came first; 0: free */
    struct ax_udp *udp;
    uint32_t id;
    uint16_t len;
    uint8_t bytes[AX_LINK_MTU];
};

struct neighbour {
    ip4_addr_t addr; /* 0: free */
    uint8_t tries;
    uint32_t since; /* order of its first packet */
    struct ax_timer timer;
    struct waiting packets[AX_NEIGHBOUR_PACKETS];
};

extern struct neighbour stack_neighbours[AX_NEIGHBOURS];

#endif
#endif
