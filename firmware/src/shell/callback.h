/* SPDX-License-Identifier: BSD-3-Clause */
/* The client of a socket that goes through callbacks, and what a person or a program wants
 * to be told of it, or done in one of its callbacks. */
#ifndef AX_SHELL_CALLBACK_H
#define AX_SHELL_CALLBACK_H

#include <ax/client.h>

#include "shell/shell.h"

enum callback {
    CALLBACK_CLIENT,
    CALLBACK_CONNECT,
    CALLBACK_DATA,
    CALLBACK_PACKET,
    CALLBACK_END,
    CALLBACK_ACK,
    CALLBACK_TIMEOUT,
    CALLBACK_POLL,
    CALLBACK_ERROR,
    CALLBACK_DISCONNECT,
    CALLBACKS,
};

/* An order, carried out in the next such callback, `busy` in each of them. */
struct callback_order {
    enum callback_act {
        ACT_NOTHING,
        ACT_CLOSE,
        ACT_ABORT,
        ACT_DESTROY,
        ACT_CONNECT,
        ACT_BUSY,
        ACT_UNSERVE,
    } act;
    enum callback in;
    struct shell_tcp *on;      /* of close, abort, destroy */
    struct ax_endpoint remote; /* of connect */
    uint32_t ms;               /* of busy */
};

/* What such a socket has at `through`. */
struct callback_socket {
    struct ax_client client; /* first */
    struct shell *shell;
    struct shell_tcp *socket;
    bool connected, ended; /* told of a connection, and of its end or of one that failed */
    bool finished;         /* told of the peer's end; */
    bool fin_news;         /* and no send has said would-block since (ax/wait.h) */
    int err;               /* that was told; AX_OK: none */
    struct ax_event readable, writable;
    bool shows;        /* each callback is an event of the shell's */
    uint32_t seed, at; /* of the pattern that on_data compares with */
    struct callback_order order;
};

/* NULL for one that goes through another way. */
struct callback_socket *callback_of(const struct shell_tcp *socket);

/* A word as the handle of one that goes through callbacks (way_handle_tcp()). */
int handle_callback(struct shell *shell, struct request *request, unsigned index,
                    struct text *reply, struct callback_socket **callback);

/* The task that calls all of them. */
struct ax_callback_task *callback_task(void);

/* It has begun to connect, or was lent: what was told is about the one before. */
void callback_begun(struct callback_socket *callback);

/* What on_connect and on_client have in common; `which` is told of. */
void callback_connected(struct ax_client *client, enum callback which);

/* False: there is no server that listens. */
bool callback_end_server(struct shell *shell);

/* Wakes all who wait for what it is told. */
void callback_signal(struct callback_socket *callback);

/* Bytes are kept until they are received (on_packet), or compared with the pattern and
 * taken at once (on_data). */
extern const struct ax_client_callbacks callback_table, callback_data_table;
extern const char *const callback_names[CALLBACKS];

#endif
