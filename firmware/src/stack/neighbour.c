/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets that wait for a neighbour's Ethernet address.
 *
 * lwIP keeps one packet for each neighbour, frees the older without a word, and
 * may keep pointing into a socket's ring. So packets without an address wait
 * here instead, as copies: a few for each neighbour, each known by the datagram
 * it carries, and every one that is given up is counted where it came from.
 * A TCP segment replaces an older one of its connection: TCP sends it again.
 */
#include <string.h>

#include <ax/timer.h>

#include "lwip/etharp.h"
#include "lwip/ip.h"
#include "lwip/tcp.h"
#include "net/stack_side.h"
#include "stack/neighbour.h"
#include "stack/parts.h"

#if AX_NEIGHBOURS > 0

/* Where things lie in our own IPv4 packets: they have no options. */
enum { PROTO_AT = 9, SRC_AT = 12, DST_AT = 16, PORTS_AT = 20, HEADERS = 24 };

/* What tells connections apart: our address is one alone where there is no proxy. */
enum { TUPLE_AT = AX_PROXY ? SRC_AT : DST_AT, TUPLE = HEADERS - TUPLE_AT };

/* Whose datagram it carries, NULL for none. Without UDP the compiler leaves out
 * what is for datagrams. */
static struct ax_udp *sender(const struct waiting *packet) { return LWIP_UDP ? packet->udp : NULL; }

struct neighbour stack_neighbours[AX_NEIGHBOURS];
static unsigned waited_for; /* of them, those with an address */
static uint32_t orders;
static uint32_t most; /* packets that waited at once */
static ax_tasks task;

void stack_neighbours_start(ax_tasks network_task) { task = network_task; }

static bool is_of_datagram(const struct waiting *packet, const struct ax_udp *udp, uint32_t id)
{
    return packet->order != 0 && udp && sender(packet) == udp && packet->id == id;
}

static bool is_being_sent(const struct ax_udp *udp, uint32_t id)
{
    return stack_datagram.udp == udp && stack_datagram.id == id;
}

/* A datagram in fragments is given up whole, and counted once. */
static void give_up(struct neighbour *neighbour, struct waiting *packet)
{
    struct ax_udp *udp = packet->order != 0 ? sender(packet) : NULL;

    packet->order = 0;
    if (!udp)
        return;
    for (int i = 0; i < AX_NEIGHBOUR_PACKETS; i++)
        if (is_of_datagram(&neighbour->packets[i], udp, packet->id))
            neighbour->packets[i].order = 0;
    if (is_being_sent(udp, packet->id))
        stack_datagram.given_up = true;
    net_udp_unreachable(udp, packet->id);
}

static void end(struct neighbour *neighbour)
{
    for (int i = 0; i < AX_NEIGHBOUR_PACKETS; i++)
        give_up(neighbour, &neighbour->packets[i]);
    ax_timer_cancel(&neighbour->timer);
    waited_for -= !ip4_addr_isany_val(neighbour->addr);
    ip4_addr_set_zero(&neighbour->addr);
}

static void ask(struct neighbour *neighbour)
{
    uint32_t wait_ms = stack_arp_wait_ms(&neighbour->addr);

    ax_timer_arm_in(&neighbour->timer, wait_ms != 0 ? wait_ms : STACK_ARP_EVERY_MS, task);
    if (wait_ms != 0)
        return;
    neighbour->tries++;
    etharp_request(&stack_netif, &neighbour->addr);
}

/* The one at that address, else a free one, else the one that waits longest,
 * whose packets are given up. */
static struct neighbour *place(const ip4_addr_t *addr)
{
    struct neighbour *oldest = &stack_neighbours[0];

    for (int i = 0; i < AX_NEIGHBOURS; i++)
        if (ip4_addr_eq(&stack_neighbours[i].addr, addr))
            return &stack_neighbours[i];
    for (int i = 0; i < AX_NEIGHBOURS; i++) {
        if (ip4_addr_isany_val(stack_neighbours[i].addr))
            return &stack_neighbours[i];
        if ((int32_t)(stack_neighbours[i].since - oldest->since) < 0)
            oldest = &stack_neighbours[i];
    }
    end(oldest);
    return oldest;
}

static bool is_same_connection(const struct waiting *packet, const struct pbuf *segment)
{
    uint8_t head[HEADERS];

    return packet->order != 0 && packet->len >= HEADERS &&
           packet->bytes[PROTO_AT] == IP_PROTO_TCP &&
           pbuf_copy_partial(segment, head, HEADERS, 0) == HEADERS &&
           head[PROTO_AT] == IP_PROTO_TCP &&
           memcmp(packet->bytes + TUPLE_AT, head + TUPLE_AT, TUPLE) == 0;
}

static bool is_from(const struct waiting *packet, const struct tcp_pcb *pcb)
{
    const uint8_t *at = packet->bytes;

    return packet->order != 0 && packet->len >= HEADERS && at[PROTO_AT] == IP_PROTO_TCP &&
           (!AX_PROXY || memcmp(at + SRC_AT, &pcb->local_ip, sizeof(ip4_addr_t)) == 0) &&
           memcmp(at + DST_AT, &pcb->remote_ip, sizeof(ip4_addr_t)) == 0 &&
           (at[PORTS_AT] << 8 | at[PORTS_AT + 1]) == pcb->local_port &&
           (at[PORTS_AT + 2] << 8 | at[PORTS_AT + 3]) == pcb->remote_port;
}

/* The slot for one more packet; the oldest is given up for it if need be. */
static struct waiting *slot(struct neighbour *neighbour, const struct pbuf *packet)
{
    struct waiting *oldest = &neighbour->packets[0];

    for (int i = 0; AX_NEIGHBOUR_PACKETS > 1 && i < AX_NEIGHBOUR_PACKETS; i++)
        if (is_same_connection(&neighbour->packets[i], packet))
            return &neighbour->packets[i];
    for (int i = 0; i < AX_NEIGHBOUR_PACKETS; i++) {
        struct waiting *one = &neighbour->packets[i];
        if (one->order == 0)
            return one;
        if ((int32_t)(one->order - oldest->order) < 0)
            oldest = one;
    }
    give_up(neighbour, oldest);
    return oldest;
}

static void note_level(void)
{
    uint32_t now = stack_neighbour_packets();

    most = now > most ? now : most;
}

err_t stack_neighbour_hold(const ip4_addr_t *addr, const struct pbuf *packet)
{
    struct neighbour *neighbour;
    struct waiting *one;
    bool is_new;

    neighbour = place(addr);
    is_new = ip4_addr_isany_val(neighbour->addr);
    stack_datagram.held = true;
    one = slot(neighbour, packet);
    if (LWIP_UDP && stack_datagram.given_up)
        return ERR_OK;
    if (++orders == 0)
        orders = 1;
    one->order = orders;
    note_level();
    one->udp = stack_datagram.udp;
    one->id = stack_datagram.id;
    one->len = pbuf_copy_partial(packet, one->bytes, AX_LINK_MTU, 0);
    if (is_new) {
        ip4_addr_copy(neighbour->addr, *addr);
        waited_for++;
        neighbour->since = orders;
        neighbour->tries = 0;
        ask(neighbour);
    }
    return ERR_OK;
}

/* Packets wait for it still, though its address is known: the link was full. What
 * comes later goes behind them. */
bool stack_neighbour_is_waited_for(const ip4_addr_t *addr)
{
    for (int i = 0; waited_for != 0 && i < AX_NEIGHBOURS; i++)
        if (ip4_addr_eq(&stack_neighbours[i].addr, addr))
            return true;
    return false;
}

static struct waiting *first(struct neighbour *neighbour)
{
    struct waiting *found = NULL;

    for (int i = 0; i < AX_NEIGHBOUR_PACKETS; i++) {
        struct waiting *one = &neighbour->packets[i];
        if (one->order != 0 && (!found || (int32_t)(one->order - found->order) < 0))
            found = one;
    }
    return found;
}

static bool waits(const struct neighbour *neighbour, const struct ax_udp *udp, uint32_t id)
{
    for (int i = 0; i < AX_NEIGHBOUR_PACKETS; i++)
        if (is_of_datagram(&neighbour->packets[i], udp, id))
            return true;
    return false;
}

/* Sends what waits, oldest first, as far as the link takes it. */
static void send(struct neighbour *neighbour)
{
    struct waiting *one;

    stack_arp_answered(&neighbour->addr);
    while ((one = first(neighbour)) != NULL) {
        struct pbuf *packet = pbuf_alloc(PBUF_LINK, one->len, PBUF_RAM);
        err_t err = ERR_MEM;
        if (packet) {
            pbuf_take(packet, one->bytes, one->len);
            err = etharp_output(&stack_netif, packet, &neighbour->addr);
            pbuf_free(packet);
        }
        if (err != ERR_OK)
            return; /* again when there is room */
        one->order = 0;
        if (sender(one) && !waits(neighbour, one->udp, one->id))
            net_udp_sent_late(one->udp);
    }
    end(neighbour);
}

static void poll(struct neighbour *neighbour)
{
    if (ip4_addr_isany_val(neighbour->addr))
        return;
    if (stack_neighbour_is_known(&neighbour->addr))
        send(neighbour);
    else if (!first(neighbour))
        end(neighbour); /* nobody waits for it any more */
    else if (ax_timer_has_fired(&neighbour->timer) && neighbour->tries == STACK_ARP_TRIES)
        end(neighbour);
    else if (ax_timer_has_fired(&neighbour->timer))
        ask(neighbour);
}

void stack_neighbours_poll(void)
{
    for (int i = 0; waited_for != 0 && i < AX_NEIGHBOURS; i++)
        poll(&stack_neighbours[i]);
}

void stack_neighbours_give_up(void)
{
    for (int i = 0; i < AX_NEIGHBOURS; i++)
        end(&stack_neighbours[i]);
}

void stack_neighbours_forget(const struct ax_udp *udp)
{
    for (int i = 0; i < AX_NEIGHBOURS; i++)
        for (int k = 0; k < AX_NEIGHBOUR_PACKETS; k++)
            if (stack_neighbours[i].packets[k].udp == udp)
                stack_neighbours[i].packets[k] = (struct waiting){0};
}

void stack_neighbours_forget_connection(const struct tcp_pcb *pcb)
{
    for (int i = 0; i < AX_NEIGHBOURS; i++)
        for (int k = 0; k < AX_NEIGHBOUR_PACKETS; k++)
            if (is_from(&stack_neighbours[i].packets[k], pcb))
                stack_neighbours[i].packets[k].order = 0;
}

uint32_t stack_neighbour_packets_most(void) { return most; }

uint32_t stack_neighbour_packets(void)
{
    uint32_t count = 0;

    for (int i = 0; i < AX_NEIGHBOURS; i++)
        for (int k = 0; k < AX_NEIGHBOUR_PACKETS; k++)
            count += stack_neighbours[i].packets[k].order != 0;
    return count;
}

#endif
