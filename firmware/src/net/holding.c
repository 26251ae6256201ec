/* SPDX-License-Identifier: BSD-3-Clause */
/* Connections that wait for a socket. Each is in a place, a socket without rings that
 * stays with its listener, behind the sockets there; those that are ESTABLISHED come
 * last, in that order. */
#include <ax/listener.h>

#include "net/tcp_socket.h"

static struct ax_tcp *first_held(const struct ax_listener *listener)
{
    struct ax_tcp *tcp = listener->sockets;

    while (tcp && !tcp->held)
        tcp = tcp->lent_next;
    return tcp;
}

struct ax_tcp *net_held_first(const struct ax_listener *listener, struct ax_tcp **tcp)
{
    *tcp = net_listener_front(listener);
    return *tcp && !tcp_is_place(*tcp) ? first_held(listener) : NULL;
}

/* The network task passes it on: control blocks are its own. */
static void offer(struct ax_listener *listener)
{
    struct ax_tcp *tcp, *place = net_held_first(listener, &tcp);

    if (place)
        net_tcp_want(place, NET_PASS_ON);
}

static void append(struct ax_listener *listener, struct ax_tcp *place)
{
    struct ax_tcp **end = &listener->sockets;

    while (*end)
        end = &(*end)->lent_next;
    place->lent_next = NULL;
    place->listener = listener;
    *end = place;
}

static void connected(struct ax_tcp *place)
{
    struct ax_listener *listener = place->listener;

    listener_leave(place);
    append(listener, place);
    place->held = true;
    offer(listener);
}

/* What the place knew of the connection is known of the socket now. */
void net_held_passed_on(struct ax_tcp *place, struct ax_tcp *tcp)
{
    struct ax_tcp_stats stats = {.rx_dropped_window = place->stats.rx_dropped_window};

    place->attached = false;
    place->held = false;
    place->stats = (struct ax_tcp_stats){0};
    tcp_move(place, CONN_RETURN);
    tcp->remote = place->remote;
    tcp->stats = stats;
    net_tcp_attached(tcp, &place->local);
    tcp_move(tcp, CONN_SYN);
    net_tcp_established(tcp);
    place->local = place->listener->local;
    place->remote = (struct ax_endpoint){0};
}

static void take_back(struct ax_tcp *places, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ax_tcp_abort(&places[i]);
}

int ax_listener_hold(struct ax_listener *listener, struct ax_tcp *places, unsigned count)
{
    if (!listener->open)
        return AX_E_STATE;
    for (unsigned i = 0; i < count; i++)
        if (!tcp_is_place(&places[i]) || !tcp_is_free(&places[i]))
            return AX_E_STATE;
    tcp_holding = (struct tcp_holding){.lent = offer, .held = connected};
    net_calls.pass_on = stack_tcp_pass_on;
    for (unsigned i = 0; i < count; i++) {
        if (!tcp_begin_live(&places[i])) {
            take_back(places, i);
            return AX_E_MEMORY;
        }
        places[i].held = false;
        append(listener, &places[i]);
        tcp_lend(&places[i], listener);
    }
    return AX_OK;
}

unsigned ax_listener_holding(const struct ax_listener *listener)
{
    unsigned count = 0;

    for (const struct ax_tcp *tcp = listener->sockets; tcp; tcp = tcp->lent_next)
        count += tcp_is_place(tcp) && tcp_state(tcp) != AX_TCP_LISTEN;
    return count;
}
