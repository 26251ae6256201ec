/* SPDX-License-Identifier: BSD-3-Clause */
/* A completion reactor: operations are submitted, go on by themselves, and complete.
 *
 *     submit --> id       process ... process --> next: a completion --> submit ...
 *
 * An operation is a future (ax/future.h) in a place of the reactor's table; what each
 * does stands in ax/tcp_future.h and ax/udp_future.h under the same name. Submitting
 * does nothing but take it down. One task processes, and every operation completes
 * exactly once: done, refused, cancelled, or timed out. Its place is its completion's too, so
 * completions need no room of their own and are given in the order in which they came about.
 *
 * Operations of one socket in one direction go on one at a time, in the order of
 * submission; connect, accept and close are in both directions, ready is in none.
 *
 * Sockets and bytes belong to the reactor until the completion is given. After that,
 * and after a cancel has returned, nothing of the operation touches them. What waits when
 * the connection ends, or the socket is destroyed, completes with the end; let that be given
 * before the socket's storage goes.
 *
 * A wake names a task, not a socket, so processing polls every operation whose turn it
 * is, once: some 120 instructions each on a Cortex-M. The table's size bounds it.
 *
 * Context: task code only.
 */
#ifndef AX_REACTOR_H
#define AX_REACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/tcp_future.h>
#include <ax/udp_future.h>

enum ax_op {
    AX_OP_CONNECT,
    AX_OP_ACCEPT,
    AX_OP_RECV,
    AX_OP_READ_EXACT,
    AX_OP_SEND,
    AX_OP_WRITE_ALL,
    AX_OP_FLUSH,
    AX_OP_SHUTDOWN,
    AX_OP_CLOSE,
    AX_OP_RECV_FROM,
    AX_OP_SEND_TO,
    AX_OP_READY,
};

/* What became of an operation. */
struct ax_completion {
    int id;
    enum ax_op op;
    void *token;        /* from its submission */
    struct ax_tcp *tcp; /* the socket: this, */
    struct ax_udp *udp; /* or this */
    int result;         /* a count, AX_OK, or an error: AX_E_ABORTED cancelled, AX_E_TIMEOUT late */
    uint32_t bytes;     /* moved, even by one that failed: go on behind them */
    struct ax_packet
        about; /* recv_from: the datagram; send_to: its id; connect, accept: both ends */
};

/* A place in the table. Fields are private to src/reactor. */
struct ax_operation {
    struct ax_future turn; /* first: the operation, once it is its turn */
    const struct ax_operation_kind *kind;
    union {
        struct ax_future future;
        struct ax_tcp_future tcp;
        struct ax_udp_future udp;
    } of;
    struct ax_timeout within;
    struct ax_operation *next;
    void *socket, *token;
    int id, result;
    uint8_t state;
    bool is_timed;
    bool is_behind; /* another of its socket and direction goes first */
};

struct ax_operations {
    struct ax_operation *first, *last;
};

/* Fields are private. */
struct ax_reactor {
    struct ax_operation *table;
    unsigned count;
    struct ax_operations under_way, completed; /* in order of submission, of completion */
    ax_tasks self;                             /* whoever processed last */
    struct ax_event completions;
};

/* The table is borrowed for good; `count` is 1 to 65,535. */
void ax_reactor_init(struct ax_reactor *reactor, struct ax_operation *table, unsigned count);

/* ---- submitting: the id, above 0, or AX_E_MEMORY when every place holds an operation
 * or a completion that was not taken. An id is given again after its place was used
 * 32,767 times. `token` comes back with the completion. */

/* `timeout_ms` as for ax_connect(): of that the end is AX_E_CONNECT_TIMEOUT. */
int ax_reactor_connect(struct ax_reactor *reactor, struct ax_tcp *tcp,
                       const struct ax_endpoint *local, const struct ax_endpoint *remote,
                       uint32_t timeout_ms, void *token);
int ax_reactor_accept(struct ax_reactor *reactor, struct ax_listener *listener, struct ax_tcp *tcp,
                      void *token);

/* At least one byte, or all of them. */
int ax_reactor_recv(struct ax_reactor *reactor, struct ax_tcp *tcp, void *dst, size_t len,
                    void *token);
int ax_reactor_read_exact(struct ax_reactor *reactor, struct ax_tcp *tcp, void *dst, size_t len,
                          void *token);
int ax_reactor_send(struct ax_reactor *reactor, struct ax_tcp *tcp, const void *src, size_t len,
                    void *token);
int ax_reactor_write_all(struct ax_reactor *reactor, struct ax_tcp *tcp, const void *src,
                         size_t len, void *token);

int ax_reactor_flush(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token);
int ax_reactor_shutdown(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token);
/* As ax_close(): what still comes is dropped. Behind what writes; what reads, connects or
 * accepts is cancelled. */
int ax_reactor_close(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token);

int ax_reactor_send_to(struct ax_reactor *reactor, struct ax_udp *udp, const struct ax_endpoint *to,
                       const void *src, size_t len, void *token);
int ax_reactor_recv_from(struct ax_reactor *reactor, struct ax_udp *udp, void *dst, size_t size,
                         void *token);

int ax_reactor_ready_tcp(struct ax_reactor *reactor, struct ax_tcp *tcp, unsigned interest,
                         void *token);
int ax_reactor_ready_udp(struct ax_reactor *reactor, struct ax_udp *udp, unsigned interest,
                         size_t room, void *token);

/* ---- under way */

/* Completes it with AX_E_TIMEOUT, `in_ms` from now on the stack clock, at most
 * AX_TIMER_MAX_MS; 0 leaves it one attempt. Takes the place of an earlier deadline. Of both
 * at the same tick the operation counts. AX_OK; AX_E_STATE when it has completed; AX_E_ARG
 * for an id whose completion was taken, or none, and for a longer time. */
int ax_reactor_within(struct ax_reactor *reactor, int id, uint32_t in_ms);

/* Completes it with AX_E_ABORTED, withdrawn as its future would be: connect and accept leave
 * no connection behind, and `bytes` says how much the others had moved. Errors as
 * ax_reactor_within(). */
int ax_reactor_cancel(struct ax_reactor *reactor, int id);

/* The same for all that the socket has under way. Returns how many. */
unsigned ax_reactor_cancel_tcp(struct ax_reactor *reactor, struct ax_tcp *tcp);
unsigned ax_reactor_cancel_udp(struct ax_reactor *reactor, struct ax_udp *udp);

/* Goes on with every operation, and wakes `self` when it is worth doing so again: also when
 * one was submitted, cancelled, or given a deadline behind this call. One task processes;
 * whoever does so last is woken. */
void ax_reactor_process(struct ax_reactor *reactor, ax_tasks self);

/* Takes the oldest completion. AX_OK, or AX_E_WOULD_BLOCK for none. */
int ax_reactor_next(struct ax_reactor *reactor, struct ax_completion *completion);

/* For tasks that take completions and do not process: wakes `self` once when there is
 * one, at once if there is. */
void ax_reactor_wait(struct ax_reactor *reactor, ax_tasks self);
void ax_reactor_unwait(struct ax_reactor *reactor, ax_tasks self);

#endif
