/* SPDX-License-Identifier: BSD-3-Clause */
/* The client of a socket that goes through callbacks, and what a person or a program wants
 * to be told of it, or done in one of its callbacks. */
#ifndef AX_SHELL_CALLBACK_H
#define AX_SHELL_CALLBACK_H

#include <ax/client.h>

#include "shell/shell.h"

enum callback {
    CALLBACK_CONNECT,
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
    bool shows; /* each callback is an event of the shell's */
    struct callback_order order;
};

/* NULL for one that goes through another way. */
struct callback_socket *callback_of(const struct shell_tcp *socket);

/* It has begun to connect, or was lent: what was told is about the one before. */
void callback_begun(struct callback_socket *callback);

/* Wakes all who wait for what it is told. */
void callback_signal(struct callback_socket *callback);

extern const struct ax_client_callbacks callback_table;
extern const char *const callback_names[CALLBACKS];

#endif
