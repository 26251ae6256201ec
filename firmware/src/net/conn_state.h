/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of one connection, RFC 9293 figure 5.
 *
 * Rule 1: every state and every transition is in conn_state.c; tcp_move() carries
 * them out, and nothing else assigns a state.
 * Rule 2: this file knows no rings, no waiters and no lwIP.
 *
 * The stack reports what happened on the wire as events; a close by the
 * application is an event too. Two things that happen in one segment (an ACK of
 * our FIN that carries the peer's) are two events.
 */
#ifndef AX_NET_CONN_STATE_H
#define AX_NET_CONN_STATE_H

#include <ax/tcp.h>

enum conn_event {
    CONN_CONNECT,     /* active open */
    CONN_LEND,        /* passive open */
    CONN_SYN,         /* the peer's SYN: to a listener, or crossing ours */
    CONN_ESTABLISHED, /* both SYNs acknowledged */
    CONN_CLOSE,       /* the application ends its half */
    CONN_FIN_ACKED,   /* the peer has all we sent, our FIN included */
    CONN_PEER_FIN,    /* we have all the peer sent, its FIN included */
    CONN_RETURN,      /* half-open, ended: back to its listener */
    CONN_END,         /* over, for whatever reason */
    CONN_EVENTS,
};

/* The state after `event`, or AX_E_STATE where the event is not legal. */
int conn_next(enum ax_tcp_state state, enum conn_event event);

#endif
