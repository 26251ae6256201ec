/* SPDX-License-Identifier: BSD-3-Clause */
/* A TCP server that calls back (ax/callback.h): a listener, and a pool of clients of the
 * caller's. A client that is lent to it is told of by on_client when it has become a
 * connection, calls its own callbacks from then on, and is back in the pool when its
 * on_disconnect has returned, until it is freed, begins otherwise in there, or the server ends.
 *
 * Context: task code only, inside any callback too.
 */
#ifndef AX_SERVER_H
#define AX_SERVER_H

#include <ax/client.h>

enum { AX_SERVER_RETRY_MS = 1000 }; /* until a lend that the stack had no room for is tried again */

/* Declare one; all zero is a valid server that has ended. Fields are private to src/callback. */
struct ax_server {
    struct ax_callback_task *service;
    void (*on_client)(struct ax_server *server, struct ax_client *client);
    struct ax_listener listener;
    bool open;
};

/* How it stands. */
struct ax_server_status {
    bool listening;
    uint16_t waiting;   /* clients of the pool that wait for a connection, or for their sockets */
    uint16_t connected; /* and that have one */
    struct ax_listener_stats counters;
};

/* Listens: errors as ax_listener_open(), which says what `policy` does to a connection
 * that finds no client; AX_E_STATE also when the task does not run. With `on_client` NULL the
 * clients' own on_connect is called. Borrowed until it is released. */
int ax_server_begin(struct ax_server *server, struct ax_callback_task *service,
                    const struct ax_endpoint *local, enum ax_listen_policy policy,
                    void (*on_client)(struct ax_server *server, struct ax_client *client));

/* Puts an idle client into the pool, on the server's own service. AX_OK; AX_E_STATE.
 * Withdraw: ax_client_free(). */
int ax_server_lend(struct ax_server *server, struct ax_client *client);

/* Stops listening: connections that were told of go on, and are of no pool any more; the
 * other clients are idle, and nothing is told of them. No effect when it has ended. */
void ax_server_end(struct ax_server *server);

/* Whether it is the caller's again. */
bool ax_server_is_released(const struct ax_server *server);

/* Sets Nagle's algorithm off or on for the clients that are in the pool now, for all their
 * connections. */
void ax_server_set_no_delay(struct ax_server *server, bool no_delay);

struct ax_server_status ax_server_status(const struct ax_server *server);

#endif
