/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP listeners. */
#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/way.h"

static int read_policy(struct request *request, unsigned index, enum ax_listen_policy *policy)
{
    if (request_word_is(request, index, "reset"))
        *policy = AX_LISTEN_RESET;
    else if (request_word_is(request, index, "drop"))
        *policy = AX_LISTEN_DROP;
    else
        return request_refuse(request, index, SHELL_E_USAGE);
    return AX_OK;
}

int cmd_listen_open(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener = handles_free(shell, HANDLE_LISTENER);
    struct ax_endpoint local;
    enum ax_listen_policy policy = AX_LISTEN_RESET;
    int err = request_endpoint(request, 0, &local);

    if (err == AX_OK)
        err = read_policy(request, 1, &policy);
    if (err == AX_OK && !listener)
        err = SHELL_E_OUT_OF_ROOM;
    if (err == AX_OK)
        err = ax_listener_open(&listener->listener, &local, policy);
    if (err < 0)
        return err;
    listener->open = true;
    text_field(reply, "listener", handle_of(shell, listener));
    return AX_OK;
}

int cmd_listen_lend(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    struct shell_tcp *socket;
    int err = handle_listener(shell, request, 0, &listener);

    (void)reply;
    if (err == AX_OK)
        err = handle_tcp(shell, request, 1, &socket);
    if (err == AX_OK)
        err = socket->destroyed ? AX_E_STATE : socket->way->tcp.lend(socket, &listener->listener);
    if (err == AX_OK)
        socket->listener = handle_of(shell, listener);
    return err;
}

int cmd_listen_close(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    int err = handle_listener(shell, request, 0, &listener);

    (void)reply;
    if (err < 0)
        return err;
    ax_listener_close(&listener->listener);
    listener->closed = true;
    return AX_OK;
}

static uint32_t lent_to(const struct shell *shell, unsigned listener)
{
    uint32_t lent = 0;

    for (unsigned i = 0; i < shell->config.tcp_sockets; i++)
        lent += shell->tcp[i].open && shell->tcp[i].listener == listener &&
                ax_tcp_state(&shell->tcp[i].tcp) == AX_TCP_LISTEN;
    return lent;
}

int cmd_listen_stats(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    struct ax_listener_stats stats;
    int err = handle_listener(shell, request, 0, &listener);

    if (err < 0)
        return err;
    stats = ax_listener_stats(&listener->listener);
    text_field(reply, "syns", stats.syns);
    text_field(reply, "accepted", stats.accepted);
    text_field(reply, "returned", stats.returned);
    text_field(reply, "reset", stats.reset);
    text_field(reply, "dropped", stats.dropped);
    text_field(reply, "lent", lent_to(shell, handle_of(shell, listener)));
    return AX_OK;
}
