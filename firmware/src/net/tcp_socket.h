/* SPDX-License-Identifier: BSD-3-Clause */
/* What the two halves of TCP share: the application's calls (tcp.c) and the
 * stack's reports (tcp_reports.c). Private to net. */
#ifndef AX_NET_TCP_SOCKET_H
#define AX_NET_TCP_SOCKET_H

#include "net/conn_state.h"
#include "net/stack_side.h"

/* Moves on by `event`, which must be legal, and wakes all who wait. */
void tcp_move(struct ax_tcp *tcp, enum conn_event event);

/* Notes the cause, unless there is one, and becomes CLOSED. */
void tcp_end(struct ax_tcp *tcp, int cause);

/* Wakes those who wait for any of `interest`. */
void tcp_wake(struct ax_tcp *tcp, unsigned interest);

/* Tells those who wait for the release, if it is time. */
void tcp_check_released(struct ax_tcp *tcp);

/* Whether anything is queued that the peer has not acknowledged: the user timeout
 * counts. */
bool tcp_awaits_ack(const struct ax_tcp *tcp);

/* Deadlines: of the connect; the one that state and queued bytes call for, if
 * none is armed; and the same counted anew. */
void tcp_time_connect(struct ax_tcp *tcp, uint32_t timeout_ms);
void tcp_time(struct ax_tcp *tcp);
void tcp_time_anew(struct ax_tcp *tcp);

/* Counts the socket as live, until it is released; false when the stack serves
 * as many as it can. */
bool tcp_begin_live(struct ax_tcp *tcp);

/* What listener.c needs of a socket: whether it can begin a life, and to begin
 * one in LISTEN. */
bool tcp_is_free(const struct ax_tcp *tcp);
void tcp_lend(struct ax_tcp *tcp, struct ax_listener *listener);

/* A socket without rings is a place to hold a connection in (holding.c). It stays in
 * SYN-RECEIVED: nobody sees its state. What is told of it only ax_listener_hold()
 * names, so an image that holds none has none of that. */
static inline bool tcp_is_place(const struct ax_tcp *tcp) { return tcp->rx.size == 0; }

extern struct tcp_holding {
    void (*lent)(struct ax_listener *listener); /* there is a socket for one */
    void (*held)(struct ax_tcp *place);         /* its peer has connected */
} tcp_holding;

/* What the socket needs of its listener: to be off its list, which comes before
 * the change of state; to wait again, in its old place; whether a port has a
 * listener. */
void listener_leave(struct ax_tcp *tcp);
void listener_give_back(struct ax_tcp *tcp);
bool listener_has_port(uint32_t addr, uint16_t port);

static inline enum ax_tcp_state tcp_state(const struct ax_tcp *tcp)
{
    return (enum ax_tcp_state)tcp->state;
}

#endif
