/* SPDX-License-Identifier: BSD-3-Clause */
/* How full the sockets' queues are. */
#include <ax/packet_ring.h>
#include <ax/ring.h>
#include <ax/tcp.h>
#include <ax/udp.h>

struct ax_tcp_levels ax_tcp_levels(const struct ax_tcp *tcp)
{
    return (struct ax_tcp_levels){
        .rx = ax_ring_used(&tcp->rx),
        .tx = ax_ring_used(&tcp->tx),
    };
}

struct ax_udp_levels ax_udp_levels(const struct ax_udp *udp)
{
    return (struct ax_udp_levels){
        .rx_bytes = ax_packet_ring_payload(&udp->rx),
        .tx_bytes = ax_packet_ring_payload(&udp->tx),
        .rx_slots = ax_packet_ring_used(&udp->rx),
        .tx_slots = ax_packet_ring_used(&udp->tx),
    };
}
