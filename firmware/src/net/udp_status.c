/* SPDX-License-Identifier: BSD-3-Clause */
/* A slot of the ring keeps what it says of a datagram that has left until another takes
 * it. */
#include <ax/udp.h>

#include "net/stack_side.h"
#include "net/udp_socket.h"
#include "net/waiters.h"

/* How far behind the oldest one queued; the slot count for an id that is in none. */
static uint16_t place_of(const struct ax_packet_ring *ring, uint32_t id)
{
    for (uint16_t i = 0; i < ring->slot_count; i++)
        if (ring->slots[i].id == id)
            return (uint16_t)(i >= ring->first ? i - ring->first
                                               : ring->slot_count - ring->first + i);
    return ring->slot_count;
}

static struct ax_packet *slot_at(const struct ax_packet_ring *ring, uint16_t place)
{
    uint16_t to_end = (uint16_t)(ring->slot_count - ring->first);

    return &ring->slots[place < to_end ? ring->first + place : place - to_end];
}

/* None to be sent is from port 0: that marks what was given up, in the ring still or not. */
static void note(struct ax_udp *udp, uint32_t id)
{
    for (uint16_t i = 0; id != 0 && udp->followed && i < udp->tx.slot_count; i++)
        if (udp->tx.slots[i].id == id)
            udp->tx.slots[i].local.port = 0;
    if (waiters_wake(&udp->waiters, AX_FLUSHED))
        udp->stats.wakes++;
}

int ax_udp_follow(struct ax_udp *udp)
{
    if (!udp->bound)
        return AX_E_STATE;
    for (uint16_t place = udp->tx.used; !udp->followed && place < udp->tx.slot_count; place++)
        slot_at(&udp->tx, place)->id = 0;
    udp->followed = true;
    udp_news = note;
    return AX_OK;
}

enum ax_udp_status ax_udp_status(const struct ax_udp *udp, uint32_t id)
{
    uint16_t place = place_of(&udp->tx, id);

    if (!udp->followed || id == 0 || place == udp->tx.slot_count)
        return AX_UDP_TOO_OLD;
    if (place < udp->tx.used)
        return AX_UDP_QUEUED;
    if (slot_at(&udp->tx, place)->local.port == 0)
        return AX_UDP_UNREACHABLE;
    return stack_udp_holds(udp, id) ? AX_UDP_HELD : AX_UDP_SENT;
}

void ax_udp_wait_sent(struct ax_udp *udp, uint32_t id, ax_tasks self)
{
    enum ax_udp_status status = ax_udp_status(udp, id);

    if (status == AX_UDP_QUEUED)
        waiters_add(&udp->waiters, AX_WRITABLE, 0, self);
    else if (status == AX_UDP_HELD)
        waiters_add(&udp->waiters, AX_FLUSHED, 0, self);
    else
        ax_wake(self);
}
