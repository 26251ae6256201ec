/* SPDX-License-Identifier: BSD-3-Clause */
/* A TCP connection that calls back (ax/callback.h): one that connected, or that a
 * listener or a server (ax/server.h) took in.
 *
 * Order: on_connect, or its server's on_client; then on_data or on_packet, on_ack, on_timeout,
 * on_poll as it comes; on_end behind the last byte; on_error if it did not end as it should;
 * on_disconnect. Bytes that came before the end are handed over before it is told. on_disconnect
 * comes exactly once for each on_connect or on_client and for each connect or accept that was begun
 * and failed; only ax_client_free() comes before it and instead of it.
 *
 * A client is idle before it begins and from on_disconnect on: there, too, it may begin
 * anew. While it is not idle its socket is read, written, waited for and ended through
 * the client alone; options, addresses, counters are the socket's (ax/tcp.h).
 *
 * Context: task code only, inside any callback too.
 */
#ifndef AX_CLIENT_H
#define AX_CLIENT_H

#include <ax/callback.h>
#include <ax/listener.h>
#include <ax/tcp.h>

struct ax_server;

enum ax_client_timeout {
    AX_CLIENT_RX_TIMEOUT,  /* nothing came for rx_timeout_ms */
    AX_CLIENT_ACK_TIMEOUT, /* bytes were sent, and none acknowledged for ack_timeout_ms */
};

/* Any may be NULL. */
struct ax_client_callbacks {
    /* Connected, or taken in by ax_client_accept(). In a server's pool its on_client comes
     * in the place of this one, where it has one. */
    void (*on_connect)(struct ax_client *client);

    /* Bytes in place, in order. on_data: they are consumed when it returns. on_packet: they
     * are yours until ax_client_ack(), and the window opens only by that; on_data is not
     * called then. Without either, what comes stays in the ring. */
    void (*on_data)(struct ax_client *client, struct ax_span data);
    void (*on_packet)(struct ax_client *client, struct ax_span data);

    /* The peer has sent its FIN and all before it was handed over; our sending goes on
     * until ax_client_close(). NULL: the client closes. */
    void (*on_end)(struct ax_client *client);

    /* `bytes` more are acknowledged. `ms` is how long ago the first of them was sent; of more
     * than AX_CLIENT_MARKS sends under way the last ones count as one. */
    void (*on_ack)(struct ax_client *client, size_t bytes, uint32_t ms);

    /* Once for each silence: again only after a byte came, or one was acknowledged. It ends
     * nothing. */
    void (*on_timeout)(struct ax_client *client, enum ax_client_timeout which);

    /* Each poll_every_ms from on_connect or on_client on. */
    void (*on_poll)(struct ax_client *client);

    /* Why it ended (ax_err), or why it could not begin: all but AX_E_CLOSED and AX_E_ABORTED. */
    void (*on_error)(struct ax_client *client, int err);

    void (*on_disconnect)(struct ax_client *client);
};

/* Of a connection, in ms, at most AX_TIMER_MAX_MS each; 0: none. */
struct ax_client_times {
    uint32_t rx_timeout_ms, ack_timeout_ms, poll_every_ms;
};

enum { AX_CLIENT_MARKS = 4 };

/* Put it first in a struct of your own, so that a client pointer is a pointer to that
 * struct; fields are private to src/callback. Borrowed, with its socket, while
 * ax_client_is_released() is false. */
struct ax_client {
    struct ax_callback_task *service;
    const struct ax_client_callbacks *calls;
    struct ax_tcp *tcp;
    struct ax_client *next;   /* in its turn */
    struct ax_server *server; /* whose pool it is in */
    uint8_t phase;
    bool told_end;
    bool stalled; /* told of since the last acknowledgement */
    uint8_t marks;
    int cause;                    /* of the end that is to be told */
    struct ax_listener *listener; /* what is begun: accept here, or connect there */
    struct ax_endpoint local, remote;
    uint32_t timeout_ms;
    uint32_t held;  /* bytes handed over and not acknowledged */
    uint32_t added; /* bytes in the room of tx, not sent */
    uint32_t acked; /* bytes acknowledged and told of */
    struct ax_client_mark {
        uint32_t upto, at_ms;
    } mark[AX_CLIENT_MARKS]; /* sends not acknowledged, the oldest first */
    struct ax_client_times times;
    uint32_t poll_at_ms;
    struct ax_timer rx_timer, ack_timer, poll_timer;
};

/* Prepares an idle client over a socket that ax_tcp_init() prepared. All three are
 * borrowed while it is in use. */
void ax_client_init(struct ax_client *client, struct ax_callback_task *service,
                    const struct ax_client_callbacks *calls, struct ax_tcp *tcp);

/* Begins to connect, or will as soon as the socket is released. Arguments as of
 * ax_tcp_connect(), copied. AX_OK, and on_connect or on_disconnect will come; AX_E_STATE when
 * not idle, or when its task does not run; or what ax_tcp_connect() refuses with, and nothing
 * will come, but what the last connection left unread is dropped all the same. A socket that
 * is not released is asked later: then a refusal comes as on_error. Cancel:
 * ax_client_close(), ax_client_abort() or ax_client_free(). */
int ax_client_connect(struct ax_client *client, const struct ax_endpoint *local,
                      const struct ax_endpoint *remote, uint32_t timeout_ms);

/* The same, but lends the socket to a listener: errors as ax_listener_lend(). A connection
 * that ended before it could be told of and brought no byte counts as one that failed. */
int ax_client_accept(struct ax_client *client, struct ax_listener *listener);

/* Puts as much of `src` as fits behind what was added before, and sends none of it yet:
 * only what lies before the end of the ring goes when more is added. Send sends all that
 * was added. Write is both, and says what was taken, by this call and exactly. The count,
 * at least 1 of add and write; errors as ax_tcp_send(). The bytes are copied. */
int ax_client_add(struct ax_client *client, const void *src, size_t len);
int ax_client_send(struct ax_client *client);
int ax_client_write(struct ax_client *client, const void *src, size_t len);

/* How much an add would take now; can_send: whether that is any. */
size_t ax_client_space(const struct ax_client *client);
bool ax_client_can_send(const struct ax_client *client);

/* The oldest of the bytes that on_packet handed over and that were not given back, up to the
 * end of the ring; none: of length 0. */
struct ax_span ax_client_held(const struct ax_client *client);

/* Gives back the `len` oldest bytes of those that on_packet handed over, which opens the
 * window. `len`; AX_E_ARG for more than there are. Bytes that were not given back may be
 * until the client begins anew or is freed, and are dropped then. */
int ax_client_ack(struct ax_client *client, size_t len);

/* Replaces the times, and counts them anew. AX_OK, or AX_E_ARG. They hold for later
 * connections, too. */
int ax_client_set_times(struct ax_client *client, const struct ax_client_times *times);

/* Ends our half behind what was added and sent; receiving goes on until on_end. What is
 * not connected yet is withdrawn; but in SYN-RECEIVED it goes on to its end, and is told of
 * as a connection (RFC 9293 3.10.4). AX_OK, also when closed before or when the connection
 * has ended and that is yet to be told; AX_E_STATE when idle, waiting in a server's pool,
 * aborted, or in on_error. */
int ax_client_close(struct ax_client *client);

/* Resets: no more bytes are handed over, only on_disconnect comes. No effect where close
 * says AX_E_STATE. */
void ax_client_abort(struct ax_client *client);

/* Ends it at once, out of its server's pool too: no callback of it comes any more, the one
 * that this was called in is the last. The socket is destroyed. */
void ax_client_free(struct ax_client *client);

/* Whether client and socket are the caller's, to be used otherwise or given up: idle, in
 * no pool, and the socket released. A callback that freed its client may ask as well. */
bool ax_client_is_released(const struct ax_client *client);

bool ax_client_is_idle(const struct ax_client *client);

#endif
