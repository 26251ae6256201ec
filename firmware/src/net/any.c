/* SPDX-License-Identifier: BSD-3-Clause */
#include "net/any.h"

#include <string.h>

#include "net/path.h"
#include "net/stack_side.h"
#include "net/waiters.h"

static const struct ax_endpoint nowhere = {.addr = NET_ANY_PLACE};

void net_any_listener_open(struct ax_listener *listener, enum ax_listen_policy policy)
{
    *listener = (struct ax_listener){.open = true, .policy = policy, .local = nowhere};
}

void net_any_listener_close(struct ax_listener *listener)
{
    listener->open = false;
    while (listener->sockets)
        ax_tcp_abort(listener->sockets);
}

void net_any_udp_bind(struct ax_udp *udp)
{
    udp->bound = true;
    udp->local = nowhere;
    net_udp_want(udp, NET_UDP_BIND);
}

void net_any_udp_close(struct ax_udp *udp)
{
    if (!udp->bound)
        return;
    udp->bound = false;
    ax_packet_ring_clear(&udp->rx);
    ax_packet_ring_clear(&udp->tx);
    net_udp_want(udp, NET_UDP_CLOSE);
    (void)waiters_wake(&udp->waiters, AX_READABLE | AX_WRITABLE);
}

bool net_is_any_udp(const struct ax_udp *udp) { return udp->local.addr == NET_ANY_PLACE; }

int net_any_udp_send(struct ax_udp *udp, const struct ax_endpoint *from,
                     const struct ax_endpoint *to, const void *src, size_t len, uint32_t *id)
{
    int err = ax_udp_fits(udp, len);
    struct ax_packet *packet;
    struct ax_span room;

    if (err < 0)
        return err;
    (void)ax_packet_ring_room(&udp->tx, len, &room);
    if (len != 0)
        memcpy(room.at, src, len);
    packet = ax_packet_ring_commit(&udp->tx, len);
    packet->remote = *to;
    packet->local = *from;
    if (id)
        *id = packet->id;
    net_udp_want(udp, NET_UDP_SEND);
    return AX_OK;
}
