/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/udp.h>

#include <string.h>

#include "base/check.h"
#include "net/path.h"
#include "net/udp_socket.h"
#include "net/waiters.h"
#include "net/wants.h"

static struct ax_udp *bound_sockets;
static unsigned bound_count;

static struct wants_queue wanting;

void net_udp_want(struct ax_udp *udp, unsigned wants) { wants_add(&wanting, &udp->wants, wants); }

struct ax_udp *net_udp_wanting(unsigned *wants)
{
    return (struct ax_udp *)wants_take(&wanting, wants);
}

int ax_udp_init(struct ax_udp *udp, const struct ax_udp_config *config)
{
    if ((!config->rx_storage && config->rx_size) || (!config->tx_storage && config->tx_size) ||
        !config->rx_slots || !config->rx_slot_count || !config->tx_slots || !config->tx_slot_count)
        return AX_E_ARG;
    memset(udp, 0, sizeof *udp);
    ax_packet_ring_init(&udp->rx, config->rx_storage, config->rx_size, config->rx_slots,
                        config->rx_slot_count);
    ax_packet_ring_init(&udp->tx, config->tx_storage, config->tx_size, config->tx_slots,
                        config->tx_slot_count);
    return AX_OK;
}

static bool is_taken(const struct ax_endpoint *local)
{
    for (struct ax_udp *udp = bound_sockets; udp; udp = udp->bound_next)
        if (udp->local.port == local->port &&
            (udp->local.addr == local->addr || udp->local.addr == 0 || local->addr == 0))
            return true;
    return false;
}

static int find_place(struct ax_endpoint *local)
{
    if (local->addr != 0 && local->addr != net_path()->address.addr)
        return AX_E_ARG;
    if (local->port == 0)
        return net_choose_port(local, is_taken);
    return is_taken(local) ? AX_E_IN_USE : AX_OK;
}

int ax_udp_bind(struct ax_udp *udp, const struct ax_endpoint *local)
{
    struct ax_endpoint place = *local;
    int err;

    if (!ax_udp_is_released(udp))
        return AX_E_STATE;
    err = find_place(&place);
    if (err < 0)
        return err;
    if (bound_count >= net_path()->udp_sockets)
        return AX_E_MEMORY;
    udp->bound = true;
    udp->local = place;
    udp->stats = (struct ax_udp_stats){0};
    udp->bound_next = bound_sockets;
    bound_sockets = udp;
    bound_count++;
    net_udp_want(udp, NET_UDP_BIND);
    return AX_OK;
}

static int check_destination(const struct ax_endpoint *to)
{
    if (!net_is_destination(to->addr) || to->port == 0)
        return AX_E_ARG;
    return net_has_route(to->addr) ? AX_OK : AX_E_UNREACHABLE;
}

static bool path_takes(size_t len) { return len <= net_path()->datagram_max; }

int ax_udp_fits(const struct ax_udp *udp, size_t len)
{
    if (!udp->bound)
        return AX_E_STATE;
    if (net_path()->address.addr == 0)
        return AX_E_UNREACHABLE;
    return path_takes(len) ? ax_packet_ring_fits(&udp->tx, len) : AX_E_TOO_LARGE;
}

int ax_udp_room(struct ax_udp *udp, size_t len, struct ax_span *room)
{
    int err = ax_udp_fits(udp, len);

    if (err < 0)
        return err; /* a room lent before stays lent */
    udp->room_len = (uint32_t)len + 1;
    return ax_packet_ring_room(&udp->tx, len, room);
}

int ax_udp_commit(struct ax_udp *udp, const struct ax_endpoint *to, uint32_t *id)
{
    struct ax_packet *packet;
    int err = check_destination(to);

    if (!udp->bound || udp->room_len == 0)
        return AX_E_STATE;
    if (err < 0)
        return err;
    packet = ax_packet_ring_commit(&udp->tx, udp->room_len - 1);
    udp->room_len = 0;
    packet->remote = *to;
    packet->local = udp->local;
    if (id)
        *id = packet->id;
    net_udp_want(udp, NET_UDP_SEND);
    return AX_OK;
}

int ax_udp_send(struct ax_udp *udp, const struct ax_endpoint *to, const void *src, size_t len,
                uint32_t *id)
{
    struct ax_span room;
    int err;

    if (!udp->bound)
        return AX_E_STATE;
    err = check_destination(to);
    if (err < 0)
        return err;
    err = ax_udp_room(udp, len, &room);
    if (err < 0)
        return err;
    if (len != 0)
        memcpy(room.at, src, len);
    return ax_udp_commit(udp, to, id);
}

int ax_udp_data(struct ax_udp *udp, struct ax_span *data, struct ax_packet *about)
{
    const struct ax_packet *packet = ax_packet_ring_oldest(&udp->rx, data);

    if (!packet)
        return udp->bound ? AX_E_WOULD_BLOCK : AX_E_STATE;
    if (about)
        *about = *packet;
    return AX_OK;
}

int ax_udp_consume(struct ax_udp *udp)
{
    struct ax_span data;
    int err = ax_udp_data(udp, &data, NULL);

    if (err == AX_OK)
        ax_packet_ring_consume(&udp->rx);
    return err;
}

int ax_udp_recv(struct ax_udp *udp, void *dst, size_t size, struct ax_packet *about)
{
    struct ax_span data;
    int err = ax_udp_data(udp, &data, about);

    if (err < 0)
        return err;
    if (data.len > size)
        return AX_E_SMALL;
    if (data.len != 0)
        memcpy(dst, data.at, data.len);
    ax_packet_ring_consume(&udp->rx);
    return (int)data.len;
}

bool ax_udp_can_send(const struct ax_udp *udp, size_t len)
{
    return ax_udp_fits(udp, len) == AX_OK;
}

bool ax_udp_can_recv(const struct ax_udp *udp) { return ax_packet_ring_used(&udp->rx) != 0; }

static void wake(struct ax_udp *udp, unsigned interest)
{
    if (waiters_wake(&udp->waiters, interest))
        udp->stats.wakes++;
}

void ax_udp_close(struct ax_udp *udp)
{
    struct ax_udp **link = &bound_sockets;

    if (!udp->bound)
        return;
    while (*link != udp)
        link = &(*link)->bound_next;
    *link = udp->bound_next;
    bound_count--;
    udp->bound = false;
    udp->local = (struct ax_endpoint){0};
    udp->followed = false;
    udp->room_len = 0;
    ax_packet_ring_clear(&udp->rx);
    ax_packet_ring_clear(&udp->tx);
    net_udp_want(udp, NET_UDP_CLOSE);
    wake(udp, AX_READABLE | AX_WRITABLE | AX_FLUSHED);
}

bool ax_udp_is_released(const struct ax_udp *udp)
{
    return !udp->bound && !udp->attached && udp->wants.what == 0;
}

struct ax_endpoint ax_udp_local(const struct ax_udp *udp) { return udp->local; }
void ax_udp_set_options(struct ax_udp *udp, const struct ax_udp_options *options)
{
    udp->options = *options;
}
struct ax_udp_stats ax_udp_stats(const struct ax_udp *udp) { return udp->stats; }

/* A datagram that can never be sent is no reason to wait: its send says so. */
unsigned ax_udp_ready(const struct ax_udp *udp, size_t room)
{
    unsigned holds = 0;

    if (!udp->bound || ax_udp_can_recv(udp))
        holds |= AX_READABLE;
    if (ax_udp_fits(udp, room) != AX_E_WOULD_BLOCK)
        holds |= AX_WRITABLE;
    if (ax_udp_is_released(udp))
        holds |= AX_RELEASED;
    return holds;
}

void ax_udp_wait(struct ax_udp *udp, unsigned interest, size_t room, ax_tasks self)
{
    waiters_add(&udp->waiters, interest, ax_udp_ready(udp, room), self);
}

void ax_udp_unwait(struct ax_udp *udp, ax_tasks self) { waiters_remove(&udp->waiters, self); }

int net_udp_room(struct ax_udp *udp, size_t len, struct ax_span *room)
{
    int err = ax_packet_ring_room(&udp->rx, len, room);

    if (err == AX_OK)
        return AX_OK;
    if (ax_packet_ring_used(&udp->rx) == udp->rx.slot_count)
        udp->stats.rx_dropped_slots++;
    else
        udp->stats.rx_dropped_payload++;
    return err;
}

void net_udp_received(struct ax_udp *udp, size_t len, const struct ax_endpoint *remote,
                      const struct ax_endpoint *local)
{
    struct ax_packet *packet = ax_packet_ring_commit(&udp->rx, len);

    packet->remote = *remote;
    packet->local = *local;
    udp->stats.received++;
    wake(udp, AX_READABLE);
}

const struct ax_packet *net_udp_oldest(const struct ax_udp *udp, struct ax_span *payload)
{
    return ax_packet_ring_oldest(&udp->tx, payload);
}

void net_udp_left(struct ax_udp *udp)
{
    ax_packet_ring_consume(&udp->tx);
    wake(udp, AX_WRITABLE);
}

void net_udp_sent(struct ax_udp *udp) { udp->stats.sent++; }

void (*udp_news)(struct ax_udp *udp, uint32_t id);

void net_udp_sent_late(struct ax_udp *udp)
{
    udp->stats.sent++;
    if (udp_news)
        udp_news(udp, 0);
}

void net_udp_unreachable(struct ax_udp *udp, uint32_t id)
{
    udp->stats.unreachable++;
    udp->stats.unreachable_id = id;
    if (udp_news)
        udp_news(udp, id);
}

void net_udp_path_changed(void)
{
    for (struct ax_udp *udp = bound_sockets; udp; udp = udp->bound_next)
        if (net_path()->address.addr == 0)
            wake(udp, AX_WRITABLE);
}

void net_udp_attached(struct ax_udp *udp) { udp->attached = true; }

void net_udp_detached(struct ax_udp *udp)
{
    udp->attached = false;
    if (ax_udp_is_released(udp))
        wake(udp, AX_RELEASED);
}
