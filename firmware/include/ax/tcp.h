/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP connections (RFC 9293).
 *
 * A socket borrows storage for two rings. Nothing is allocated after start and
 * nothing blocks: a call does what it can now. What goes to the wire goes there
 * from the network task, which every call with something for the wire wakes:
 * reading does so once the peer should hear of the room (RFC 9293 3.8.6.2.2). So
 * every call is safe at any moment a task runs, inside a callback too.
 *
 * Life: init; then connect, or be lent to a listener (ax/listener.h); send and
 * receive; close, abort or destroy; once released and read empty it can connect
 * or be lent again.
 *
 * Predicates never lie. may_* says whether the state allows it, can_* whether a
 * call for one byte would move one:
 *
 *   state                          may_send  can_send     may_recv       can_recv
 *   CLOSED                         no        no           rx holds bytes rx holds bytes
 *   LISTEN, SYN-SENT, SYN-RECEIVED no        no           no             no
 *   ESTABLISHED                    yes       tx has room  yes            rx holds bytes
 *   FIN-WAIT-1, FIN-WAIT-2         no        no           yes            rx holds bytes
 *   CLOSE-WAIT                     yes       tx has room  rx holds bytes rx holds bytes
 *   CLOSING, LAST-ACK, TIME-WAIT   no        no           rx holds bytes rx holds bytes
 *
 * Context: task code only.
 */
#ifndef AX_TCP_H
#define AX_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/addr.h>
#include <ax/err.h>
#include <ax/ring.h>
#include <ax/timer.h>
#include <ax/wait.h>

struct ax_listener;

enum ax_tcp_state {
    AX_TCP_CLOSED,
    AX_TCP_LISTEN, /* lent to a listener, no peer yet */
    AX_TCP_SYN_SENT,
    AX_TCP_SYN_RECEIVED,
    AX_TCP_ESTABLISHED,
    AX_TCP_FIN_WAIT_1,
    AX_TCP_FIN_WAIT_2,
    AX_TCP_CLOSE_WAIT,
    AX_TCP_CLOSING,
    AX_TCP_LAST_ACK,
    AX_TCP_TIME_WAIT,
    AX_TCP_STATES,
};

struct ax_tcp_config {
    void *rx_storage; /* bytes received and not yet read */
    uint32_t rx_size; /* at least 1; the window offered is at most this and at most 65,535 */
    void *tx_storage; /* bytes taken from you and not yet acknowledged */
    uint32_t tx_size; /* at least 1 */
};

/* All zero is the default. */
struct ax_tcp_options {
    bool no_delay;               /* Nagle's algorithm off (RFC 9293 3.7.4) */
    uint32_t keepalive_ms;       /* idle time before the first probe; 0 sends none */
    uint32_t keepalive_every_ms; /* between probes, a tick of the stack at least; 0: 75 s */
    uint8_t keepalive_count;     /* unanswered probes before the end; 0: 9 */
    uint8_t ttl;                 /* 0: 255 */
    uint8_t tos;                 /* the whole octet: DSCP and ECN bits */
    uint32_t user_timeout_ms;    /* data may stay unacknowledged this long; 0: until R2 */
};

/* Counters of the connection under way, or of the last one; each wraps. */
struct ax_tcp_stats {
    uint32_t rx_bytes;           /* put into the rx ring, in order */
    uint32_t rx_dropped_window;  /* bytes that lay beyond the window offered */
    uint32_t rx_dropped_reorder; /* bytes out of order that found no room to wait */
    uint32_t tx_bytes;           /* acknowledged */
    uint32_t wakes;              /* times a waiting task was woken */
};

/* Declare one; fields are private to src/net and the stack below. Borrowed by the stack whenever
 * ax_tcp_is_released() is false. */
struct ax_tcp {
    struct ax_wants wants; /* first */
    uint8_t state;
    bool attached; /* the stack holds a control block for it */
    bool live;     /* begun, not released */
    bool peer_fin; /* the peer's FIN is in, */
    bool fin_news; /* and no send has said would-block since */
    bool fin_sent; /* the stack has taken our FIN over */
    bool held;     /* a place for one: its peer has connected, and waits for a socket */
    int end;       /* an ax_err, AX_OK while there is none */
    struct ax_ring rx, tx;
    uint32_t tx_handed;   /* bytes of tx that the stack has taken over */
    uint32_t rx_consumed; /* bytes read that the stack has not looked at, */
    uint32_t rx_worth;    /* and how many it wants to hear of at once */
    struct ax_endpoint local, remote;
    struct ax_listener *listener; /* the one it is lent to */
    struct ax_tcp *lent_next;     /* behind it there */
    struct ax_tcp_options options;
    struct ax_tcp_stats stats;
    struct ax_waiters waiters;
    struct ax_timer deadline; /* of connect, of the user timeout, of FIN-WAIT-2 */
    void *stack;              /* the stack's own: its control block, */
    uint32_t stack_seq;       /* and the sequence number of the oldest byte in tx */
};

/* Prepares a CLOSED socket. `config` is copied; the storage is borrowed from
 * the first connect or lend until released. AX_OK, or AX_E_ARG for a NULL area
 * or a size of 0. */
int ax_tcp_init(struct ax_tcp *tcp, const struct ax_tcp_config *config);

/* Starts to connect; the state is SYN-SENT on return. `local` may be NULL (any
 * address, an ephemeral port). After `timeout_ms` without an answer the end is
 * AX_E_CONNECT_TIMEOUT; 0 leaves it to SYN retransmission.
 * AX_OK; AX_E_STATE when not CLOSED, not released, or unread bytes remain;
 * AX_E_ARG for a remote that is no other host's unicast address (in network 0 or
 * 127, class E, broadcast, multicast, our own; RFC 1122 3.2.1.3), or port 0, for a
 * local address that is not ours, or a timeout beyond AX_TIMER_MAX_MS;
 * AX_E_UNREACHABLE without a route; AX_E_IN_USE for a local port that has a
 * listener; AX_E_MEMORY when the stack's sockets are all live. A pair of
 * endpoints that is taken (by what rests in TIME-WAIT too, which the stack alone
 * knows) ends the connection with AX_E_IN_USE; so does want of a port to choose.
 * The outcome: wait for AX_WRITABLE, then ax_tcp_state() or ax_tcp_end().
 * Withdraw: ax_tcp_abort(); nothing is left behind. */
int ax_tcp_connect(struct ax_tcp *tcp, const struct ax_endpoint *local,
                   const struct ax_endpoint *remote, uint32_t timeout_ms);

/* Takes as much of `src` as fits. Returns how much, at least 1; 0 for `len` 0;
 * AX_E_WOULD_BLOCK when nothing fits; AX_E_STATE when not may_send.
 * The bytes are copied. */
int ax_tcp_send(struct ax_tcp *tcp, const void *src, size_t len);

/* Sending in place: lends the free bytes of the tx ring up to its end, then
 * takes the first `len` of them. Room returns AX_OK, commit `len`; errors as
 * ax_tcp_send(), but for more than was lent commit says AX_E_ARG. The span is lent until something
 * is sent or the connection ends. */
int ax_tcp_room(struct ax_tcp *tcp, struct ax_span *room);
int ax_tcp_commit(struct ax_tcp *tcp, size_t len);

/* Takes at most `len` of the bytes received. Returns how many, at least 1; 0
 * for `len` 0 where one byte would not be an error. With rx empty:
 * AX_E_WOULD_BLOCK in ESTABLISHED and FIN-WAIT-1 and -2; AX_E_EOF after the
 * peer's FIN, for good; AX_E_STATE before a connection; else the end. */
int ax_tcp_recv(struct ax_tcp *tcp, void *dst, size_t len);

/* Receiving in place: lends the oldest bytes up to the end of the rx ring, then
 * drops `len` of them. Data without consume is peeking. Data returns AX_OK, consume
 * `len`; errors as ax_tcp_recv(), but for more than rx holds, and that is
 * something, consume says AX_E_ARG. */
int ax_tcp_data(struct ax_tcp *tcp, struct ax_span *data);
int ax_tcp_consume(struct ax_tcp *tcp, size_t len);

/* Ends our half behind the queued bytes; receiving goes on. In SYN-SENT and
 * LISTEN it withdraws. Unread bytes are no reason for RST. AX_OK, also when
 * closed before; AX_E_STATE when CLOSED. */
int ax_tcp_close(struct ax_tcp *tcp);

/* Resets: CLOSED on return, end AX_E_ABORTED unless it had one. RST goes out
 * where RFC 9293 3.10.5 has one. Bytes received stay readable. No effect on a
 * CLOSED socket; in LISTEN it takes the socket back. */
void ax_tcp_abort(struct ax_tcp *tcp);

/* Abort, unless both FINs are acknowledged, and drop what was received. After
 * the released event nothing touches the socket or its storage. In TIME-WAIT that
 * is when the network task has run, without 2 MSL; the pair of endpoints stays
 * quiet for 2 MSL all the same. */
void ax_tcp_destroy(struct ax_tcp *tcp);

/* Whether socket and storage are the caller's. False from connect or lend until
 * CLOSED and nothing points into the storage any more. */
bool ax_tcp_is_released(const struct ax_tcp *tcp);

bool ax_tcp_may_send(const struct ax_tcp *tcp);
bool ax_tcp_can_send(const struct ax_tcp *tcp);
bool ax_tcp_may_recv(const struct ax_tcp *tcp);
bool ax_tcp_can_recv(const struct ax_tcp *tcp);

enum ax_tcp_state ax_tcp_state(const struct ax_tcp *tcp);

/* "CLOSED", "SYN-SENT" and so on. */
const char *ax_tcp_state_name(enum ax_tcp_state state);

/* Why the last connection ended: AX_OK while there is none, AX_E_CLOSED once
 * both FINs are acknowledged (TIME-WAIT and after), else the cause. */
int ax_tcp_end(const struct ax_tcp *tcp);

/* Both ends; zero where not known yet. */
struct ax_endpoint ax_tcp_local(const struct ax_tcp *tcp);
struct ax_endpoint ax_tcp_remote(const struct ax_tcp *tcp);

/* Bytes queued: received and not read, taken and not acknowledged. */
struct ax_tcp_levels {
    uint32_t rx, tx;
};
struct ax_tcp_levels ax_tcp_levels(const struct ax_tcp *tcp);

/* Options hold from the next segment on, and for later connections. Another
 * keep-alive counts the idle time anew, another user timeout what waits for an ACK.
 * AX_OK; AX_E_ARG, and nothing changed, for a time beyond AX_TIMER_MAX_MS or a
 * keep-alive that takes longer than that in all, with what its zeros stand for. */
int ax_tcp_set_options(struct ax_tcp *tcp, const struct ax_tcp_options *options);
struct ax_tcp_options ax_tcp_options(const struct ax_tcp *tcp);

struct ax_tcp_stats ax_tcp_stats(const struct ax_tcp *tcp);

/* The interests (enum ax_interest) that hold now; see ax/wait.h. */
unsigned ax_tcp_ready(const struct ax_tcp *tcp);

/* Wakes `self` once when any of `interest` holds. Unwait withdraws all interests of `self`. */
void ax_tcp_wait(struct ax_tcp *tcp, unsigned interest, ax_tasks self);
void ax_tcp_unwait(struct ax_tcp *tcp, ax_tasks self);

/* ---- for layers that tell of what came, over a socket that somebody reads later */

/* As ax_tcp_data(), but what lies behind the `offset` oldest bytes, up to the end of the
 * ring; errors as where there are no others. */
int ax_tcp_data_behind(struct ax_tcp *tcp, size_t offset, struct ax_span *data);

/* How much ax_tcp_send() would take now. */
size_t ax_tcp_space(const struct ax_tcp *tcp);

/* Wakes `self` once by what happens next, whether `interest` holds or not: bytes received
 * (AX_READABLE), bytes acknowledged (AX_WRITABLE), the release, and with any of them a change
 * of state. Not latched: look after this call. Withdraw: ax_tcp_unwait(). */
void ax_tcp_wait_next(struct ax_tcp *tcp, unsigned interest, ax_tasks self);

#endif
