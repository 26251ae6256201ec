/* SPDX-License-Identifier: BSD-3-Clause */
/* Futures of sockets: those that go through no way but their own. */
#include "shell/cmd.h"
#include "shell/future.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/way.h"

enum { BLOCK_MAX_BYTES = 65535 };

/* ---- TCP */

/* An operation about the socket of word `index`, and wishes from word `behind` on. AX_OK, or
 * nothing was taken. */
static int begin_tcp(struct shell *shell, struct request *request, unsigned index, unsigned behind,
                     struct text *reply, struct shell_future **future)
{
    struct shell_future wishes = {0};
    int err = future_read_wishes(request, behind, &wishes);

    if (err == AX_OK)
        err = way_handle_tcp(shell, request, index, &way_core, reply, &wishes.socket.tcp);
    return err < 0 ? err : future_take(shell, &wishes, future);
}

int cmd_future_connect(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    struct ax_endpoint remote;
    int err = request_endpoint(request, 1, &remote);

    if (err == AX_OK)
        err = begin_tcp(shell, request, 0, 2, reply, &future);
    if (err < 0)
        return err;
    ax_connect(&future->of.tcp, &future->socket.tcp->tcp, NULL, &remote, 0);
    return future_begin(future, reply);
}

int cmd_future_accept(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    struct shell_future *future;
    int err = handle_listener(shell, request, 0, &listener);

    if (err == AX_OK)
        err = begin_tcp(shell, request, 1, 2, reply, &future);
    if (err < 0)
        return err;
    future->socket.tcp->listener = handle_of(shell, listener);
    ax_accept(&future->of.tcp, listener->of, &future->socket.tcp->tcp);
    return future_begin(future, reply);
}

typedef void takes_bytes(struct ax_tcp_future *, struct ax_tcp *, void *, size_t);
typedef void gives_bytes(struct ax_tcp_future *, struct ax_tcp *, const void *, size_t);
typedef void moves_none(struct ax_tcp_future *, struct ax_tcp *);

static int receiving(struct shell *shell, struct request *request, struct text *reply,
                     takes_bytes *operation)
{
    struct shell_future *future;
    uint32_t len;
    int err = request_number(request, 1, 0, BLOCK_MAX_BYTES, &len);

    if (err == AX_OK)
        err = begin_tcp(shell, request, 0, 2, reply, &future);
    if (err == AX_OK)
        err = future_take_block(future, len);
    if (err < 0)
        return err;
    future->receives = true;
    operation(&future->of.tcp, &future->socket.tcp->tcp, future->block, len);
    return future_begin(future, reply);
}

static int sending(struct shell *shell, struct request *request, struct text *reply,
                   gives_bytes *operation)
{
    struct shell_future *future;
    struct data data;
    int err = request_data(request, 1, BLOCK_MAX_BYTES, &data);

    if (err == AX_OK)
        err = begin_tcp(shell, request, 0, 2, reply, &future);
    if (err == AX_OK)
        err = future_take_block(future, data.len);
    if (err < 0)
        return err;
    data_copy(&data, 0, future->block, data.len);
    operation(&future->of.tcp, &future->socket.tcp->tcp, future->block, data.len);
    return future_begin(future, reply);
}

static int ending(struct shell *shell, struct request *request, struct text *reply,
                  moves_none *operation)
{
    struct shell_future *future;
    int err = begin_tcp(shell, request, 0, 1, reply, &future);

    if (err < 0)
        return err;
    operation(&future->of.tcp, &future->socket.tcp->tcp);
    return future_begin(future, reply);
}

int cmd_future_recv(struct shell *shell, struct request *request, struct text *reply)
{
    return receiving(shell, request, reply, ax_recv);
}

int cmd_future_read_exact(struct shell *shell, struct request *request, struct text *reply)
{
    return receiving(shell, request, reply, ax_read_exact);
}

int cmd_future_send(struct shell *shell, struct request *request, struct text *reply)
{
    return sending(shell, request, reply, ax_send);
}

int cmd_future_write_all(struct shell *shell, struct request *request, struct text *reply)
{
    return sending(shell, request, reply, ax_write_all);
}

int cmd_future_flush(struct shell *shell, struct request *request, struct text *reply)
{
    return ending(shell, request, reply, ax_flush);
}

int cmd_future_shutdown(struct shell *shell, struct request *request, struct text *reply)
{
    return ending(shell, request, reply, ax_shutdown);
}

int cmd_future_close(struct shell *shell, struct request *request, struct text *reply)
{
    return ending(shell, request, reply, ax_close);
}

/* ---- UDP */

static int begin_udp(struct shell *shell, struct request *request, unsigned behind,
                     struct text *reply, struct shell_future **future)
{
    struct shell_future wishes = {0};
    int err = future_read_wishes(request, behind, &wishes);

    if (err == AX_OK)
        err = way_handle_udp(shell, request, 0, &way_core, reply, &wishes.socket.udp);
    return err < 0 ? err : future_take(shell, &wishes, future);
}

int cmd_future_send_to(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    struct ax_endpoint to;
    struct data data;
    int err = request_endpoint(request, 1, &to);

    if (err == AX_OK)
        err = request_data(request, 2, BLOCK_MAX_BYTES, &data);
    if (err == AX_OK)
        err = begin_udp(shell, request, 3, reply, &future);
    if (err == AX_OK)
        err = future_take_block(future, data.len);
    if (err < 0)
        return err;
    data_copy(&data, 0, future->block, data.len);
    ax_send_to(&future->of.udp, &future->socket.udp->udp, &to, future->block, data.len);
    return future_begin(future, reply);
}

int cmd_future_sent(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    uint32_t id;
    int err = request_number(request, 1, 0, UINT32_MAX, &id);

    if (err == AX_OK)
        err = begin_udp(shell, request, 2, reply, &future);
    if (err < 0)
        return err;
    ax_sent(&future->of.udp, &future->socket.udp->udp, id);
    return future_begin(future, reply);
}

int cmd_future_recv_from(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    uint32_t size;
    int err = request_number(request, 1, 0, BLOCK_MAX_BYTES, &size);

    if (err == AX_OK)
        err = begin_udp(shell, request, 2, reply, &future);
    if (err == AX_OK)
        err = future_take_block(future, size);
    if (err < 0)
        return err;
    future->receives = true;
    ax_recv_from(&future->of.udp, &future->socket.udp->udp, future->block, size);
    return future_begin(future, reply);
}
