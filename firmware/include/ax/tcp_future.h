/* SPDX-License-Identifier: BSD-3-Clause */
/* The operations of a TCP socket as futures (ax/future.h). What they do to the socket
 * is what ax/tcp.h says of the calls, but for the end: ax_shutdown() is ax_tcp_close(), and
 * ax_close() drops what still comes as well. One struct serves for all of them, one at a
 * time.
 *
 * What an operation leaves behind when it is withdrawn:
 *
 *     connect, accept          nothing: the socket is aborted (RST where a peer exists),
 *                              or back from its listener; a connection that it has
 *                              become, and that nobody was told of, is aborted too
 *     send, recv, flush,       nothing: a poll does all or nothing
 *     until_ready
 *     read_exact, write_all    `done` bytes were taken, in order: go on behind them
 *     shutdown, close          our half ends all the same: abort or destroy the socket
 *
 * The socket and the bytes are borrowed until it is done or withdrawn. Several
 * operations of one socket may be under way; those that receive take turns with the bytes,
 * whoever is polled first, and so do those that send.
 *
 * Context: task code only.
 */
#ifndef AX_TCP_FUTURE_H
#define AX_TCP_FUTURE_H

#include <stddef.h>
#include <stdint.h>

#include <ax/future.h>
#include <ax/listener.h>
#include <ax/tcp.h>

struct ax_tcp_future {
    struct ax_future future; /* first */
    struct ax_tcp *tcp;
    struct ax_listener *listener;
    struct ax_endpoint local, remote;
    uint32_t timeout_ms;
    void *dst;
    const void *src;
    size_t len;
    size_t done; /* bytes of it taken so far: readable by the caller */
    unsigned interest;
};

/* AX_OK once ESTABLISHED; else what ax_tcp_connect() refuses with, or the end: without an
 * answer AX_E_CONNECT_TIMEOUT, after `timeout_ms` from the first poll on (0: when SYNs are
 * given up). `local` may be NULL; both are copied. RFC 9293 3.5. */
void ax_connect(struct ax_tcp_future *future, struct ax_tcp *tcp, const struct ax_endpoint *local,
                const struct ax_endpoint *remote, uint32_t timeout_ms);

/* Lends the socket and is AX_OK once it is a connection; else what ax_listener_lend()
 * refuses with, or the end: AX_E_ABORTED when the listener is closed. */
void ax_accept(struct ax_tcp_future *future, struct ax_listener *listener, struct ax_tcp *tcp);

/* At least one byte of `len`: the count, or an error as ax_tcp_send(); where the connection
 * ended while it waited, the end. */
void ax_send(struct ax_tcp_future *future, struct ax_tcp *tcp, const void *src, size_t len);

/* At least one byte: the count; AX_E_EOF, or an error as ax_tcp_recv(). */
void ax_recv(struct ax_tcp_future *future, struct ax_tcp *tcp, void *dst, size_t len);

/* All of `len`: `len`, or the error that came before, with `done` bytes read. AX_E_ARG beyond
 * INT_MAX. */
void ax_read_exact(struct ax_tcp_future *future, struct ax_tcp *tcp, void *dst, size_t len);

/* All of `len` queued: `len`, or the error that came before, as of ax_send(), with `done` bytes
 * queued. AX_E_ARG beyond INT_MAX. */
void ax_write_all(struct ax_tcp_future *future, struct ax_tcp *tcp, const void *src, size_t len);

/* AX_OK once all that was sent is acknowledged, our FIN included; else the end that came
 * before. */
void ax_flush(struct ax_tcp_future *future, struct ax_tcp *tcp);

/* Ends our half. AX_OK once the FIN is acknowledged, while receiving goes on; else
 * the end that came before; AX_E_STATE when CLOSED. RFC 9293 3.6. */
void ax_shutdown(struct ax_tcp_future *future, struct ax_tcp *tcp);

/* Ends our half and drops what still comes. Done once the socket is released: AX_OK
 * when both FINs were acknowledged or nothing had begun, else how the last connection
 * ended, one that was refused, say. It does not stay for TIME-WAIT. */
void ax_close(struct ax_tcp_future *future, struct ax_tcp *tcp);

/* Until any of `interest` (ax/wait.h) holds: which; AX_E_ARG for none, or one that a
 * connection does not know. */
void ax_until_ready_tcp(struct ax_tcp_future *future, struct ax_tcp *tcp, unsigned interest);

#endif
