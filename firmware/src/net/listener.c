/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/listener.h>

#include "base/check.h"
#include "net/path.h"
#include "net/tcp_socket.h"
#include "net/wants.h"

static struct ax_listener *open_listeners;
static unsigned open_count;

/* In their order: a port may be closed here and opened there at once. */
static struct wants_queue wanting;

static bool takes(const struct ax_listener *listener, uint32_t addr, uint16_t port)
{
    return listener->local.port == port &&
           (listener->local.addr == addr || listener->local.addr == 0 || addr == 0);
}

bool listener_has_port(uint32_t addr, uint16_t port)
{
    for (struct ax_listener *listener = open_listeners; listener; listener = listener->next)
        if (takes(listener, addr, port))
            return true;
    return false;
}

/* Attached or let go: what is wanted follows from `open`. */
static void want(struct ax_listener *listener) { wants_add(&wanting, &listener->wants, 1); }

struct tcp_holding tcp_holding;

struct ax_listener *net_listener_wanting(void)
{
    unsigned wants;

    return (struct ax_listener *)wants_take(&wanting, &wants);
}

int ax_listener_open(struct ax_listener *listener, const struct ax_endpoint *local,
                     enum ax_listen_policy policy)
{
    if (listener->open || ax_listener_is_borrowed(listener))
        return AX_E_STATE;
    if (local->port == 0 || (local->addr != 0 && local->addr != net_path()->address.addr))
        return AX_E_ARG;
    if (listener_has_port(local->addr, local->port))
        return AX_E_IN_USE;
    if (open_count >= net_path()->listeners)
        return AX_E_MEMORY;
    *listener = (struct ax_listener){
        .open = true, .policy = policy, .local = *local, .next = open_listeners};
    open_listeners = listener;
    open_count++;
    want(listener);
    return AX_OK;
}

int ax_listener_lend(struct ax_listener *listener, struct ax_tcp *tcp)
{
    struct ax_tcp **link = &listener->sockets;

    if (!listener->open || !tcp_is_free(tcp))
        return AX_E_STATE;
    if (!tcp_begin_live(tcp))
        return AX_E_MEMORY;
    while (*link && !tcp_is_place(*link))
        link = &(*link)->lent_next;
    tcp->lent_next = *link;
    *link = tcp;
    tcp_lend(tcp, listener);
    if (tcp->lent_next)
        tcp_holding.lent(listener);
    return AX_OK;
}

/* A socket stays where it is in the line, waiting or half-open, until it leaves. */
void listener_leave(struct ax_tcp *tcp)
{
    struct ax_listener *listener = tcp->listener;
    struct ax_tcp **link;

    if (!listener)
        return;
    for (link = &listener->sockets; *link != tcp; link = &(*link)->lent_next)
        ;
    *link = tcp->lent_next;
    tcp->listener = NULL;
}

void listener_give_back(struct ax_tcp *tcp)
{
    struct ax_listener *listener = tcp->listener;

    listener->stats.returned++;
    tcp->held = false;
    tcp->local = listener->local;
    tcp->remote = (struct ax_endpoint){0};
}

struct ax_tcp *net_listener_front(const struct ax_listener *listener)
{
    struct ax_tcp *tcp = listener->sockets;

    while (tcp && tcp_state(tcp) != AX_TCP_LISTEN)
        tcp = tcp->lent_next;
    return tcp;
}

void net_listener_take(struct ax_listener *listener, struct ax_tcp *tcp,
                       const struct ax_endpoint *local, const struct ax_endpoint *remote)
{
    AX_CHECK(net_listener_front(listener) == tcp);
    listener->stats.syns++;
    listener->stats.held += tcp_is_place(tcp);
    tcp->remote = *remote;
    net_tcp_attached(tcp, local);
    tcp_move(tcp, CONN_SYN);
}

void ax_listener_close(struct ax_listener *listener)
{
    struct ax_listener **link = &open_listeners;

    if (!listener->open)
        return;
    while (*link != listener)
        link = &(*link)->next;
    *link = listener->next;
    open_count--;
    listener->open = false;
    while (listener->sockets)
        ax_tcp_abort(listener->sockets);
    want(listener);
}

bool ax_listener_is_borrowed(const struct ax_listener *listener)
{
    return listener->open || listener->attached || listener->wants.what != 0;
}

void net_listener_dropped(struct ax_listener *listener) { listener->stats.dropped++; }
void net_listener_reset(struct ax_listener *listener) { listener->stats.reset++; }

void net_listener_attached(struct ax_listener *listener) { listener->attached = true; }
void net_listener_detached(struct ax_listener *listener) { listener->attached = false; }

struct ax_listener_stats ax_listener_stats(const struct ax_listener *listener)
{
    return listener->stats;
}
