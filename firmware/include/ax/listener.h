/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP listeners: an address, a port and a policy, and no buffers.
 *
 * Sockets are lent to a listener. A SYN takes the one lent longest, which
 * becomes the connection. The port stays busy while the listener is open: a SYN
 * that finds no socket is answered as the policy says, or held (ax_listener_hold()),
 * and counted. A half-open connection that ends (RST, timeout) gives its socket back
 * to the listener, to its old place in the line.
 *
 * Context: task code only.
 */
#ifndef AX_LISTENER_H
#define AX_LISTENER_H

#include <ax/addr.h>
#include <ax/tcp.h>

enum ax_listen_policy {
    AX_LISTEN_RESET, /* a SYN without a socket is answered by RST */
    AX_LISTEN_DROP,  /* it is dropped in silence; the peer tries again */
};

/* Counters since the listener was opened; each wraps. */
struct ax_listener_stats {
    uint32_t syns;     /* SYNs that took a socket, or a place to be held in */
    uint32_t accepted; /* of those: became ESTABLISHED, and have a socket */
    uint32_t returned; /* of those: gave it back, also for want of a segment to answer */
    uint32_t reset;    /* SYNs without a socket answered by RST */
    uint32_t dropped;  /* SYNs dropped: without a socket, or without a control block */
    uint32_t held;     /* SYNs that took a place */
};

/* Declare one; all zero is a valid, closed listener. Private to src/net
 * and the stack below. */
struct ax_listener {
    struct ax_wants wants;    /* first */
    struct ax_listener *next; /* all open listeners */
    bool open, attached;
    bool reopens; /* pairs in TIME-WAIT */
    enum ax_listen_policy policy;
    struct ax_endpoint local;
    struct ax_tcp *sockets; /* in LISTEN or SYN-RECEIVED; the one lent longest first, places last */
    struct ax_listener_stats stats;
    void *stack; /* the stack's own */
};

/* Opens: SYNs to `local` are answered from the network task's next poll on.
 * Address 0 is every address. The listener is borrowed until it is closed and
 * the network task has run. AX_OK; AX_E_STATE when open or still borrowed;
 * AX_E_ARG for port 0 or an address that is not ours; AX_E_IN_USE for a port that
 * another listener has there; AX_E_MEMORY when the stack's listeners are all taken. */
int ax_listener_open(struct ax_listener *listener, const struct ax_endpoint *local,
                     enum ax_listen_policy policy);

/* Lends a socket; its state is LISTEN on return. Withdraw: ax_tcp_abort(). AX_OK;
 * AX_E_STATE for a listener that is not open or a socket that is not CLOSED, not
 * released, or holds unread bytes; AX_E_MEMORY when the stack's sockets are all
 * live. */
int ax_listener_lend(struct ax_listener *listener, struct ax_tcp *tcp);

/* From now on a SYN that finds no socket takes one of `places`, so many sockets that
 * have no rings: all of it zero, but for options. Its peer connects to a window of 0:
 * no byte and no FIN is taken from it. A socket that is lent goes to the one that has
 * been ESTABLISHED longest, and the window opens at once. A SYN that finds no place
 * either is answered as the policy says, as before. What ends a held connection (RST,
 * the reaping of half-open ones, keep-alive where the place has that option, the loss
 * of our address) gives its place back.
 * The places are borrowed, and count among the stack's live sockets, from now until
 * the listener is closed, which resets those held, and each ax_tcp_is_released().
 * AX_OK; AX_E_STATE for a listener that is not open, or places that are in use;
 * AX_E_MEMORY when the stack cannot serve as many, and then none is taken. */
int ax_listener_hold(struct ax_listener *listener, struct ax_tcp *places, unsigned count);

/* How many are held now, ESTABLISHED or on the way there. */
unsigned ax_listener_holding(const struct ax_listener *listener);

/* From now on a SYN that finds a socket (or a place) here and a pair of endpoints in
 * TIME-WAIT opens the pair again, if it begins beyond all that the peer has sent (RFC
 * 9293 3.6.1, MAY-2); our sequence numbers begin beyond ours. If the answer is reset,
 * or never acknowledged, the SYN was an old duplicate: the pair is in TIME-WAIT still.
 * Any other SYN, and each where this was not called, is challenged (RFC 5961). AX_OK,
 * or AX_E_STATE for a listener that is not open. */
int ax_listener_reopen(struct ax_listener *listener);

/* Closes: waiting sockets are given back (CLOSED, end AX_E_ABORTED), half-open
 * ones are reset, connections go on. No effect when closed. */
void ax_listener_close(struct ax_listener *listener);

/* Whether the stack still knows the listener; false: the caller's again. */
bool ax_listener_is_borrowed(const struct ax_listener *listener);

struct ax_listener_stats ax_listener_stats(const struct ax_listener *listener);

#endif
