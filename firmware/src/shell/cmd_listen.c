/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP listeners. */
#include <string.h>

#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/listen.h"
#include "shell/reply.h"
#include "shell/way.h"

enum { PLACES_MAX = 255 };

int listen_read_policy(struct request *request, unsigned index, enum ax_listen_policy *policy,
                       uint32_t *places)
{
    int err;

    *places = 0;
    *policy = AX_LISTEN_DROP;
    if (request_key(request, index, "hold", PLACES_MAX, &err, places))
        return err;
    if (request_word_is(request, index, "reset"))
        *policy = AX_LISTEN_RESET;
    else if (!request_word_is(request, index, "drop"))
        return request_refuse(request, index, SHELL_E_USAGE);
    return AX_OK;
}

int listen_refuse(struct text *reply, int err)
{
    return reply_why_of(reply, err, AX_E_MEMORY, "too few tcp_listen left");
}

int listen_hold(struct shell *shell, struct shell_listener *listener, uint32_t places,
                struct text *reply)
{
    int err;

    if (places == 0)
        return AX_OK;
    listener->places = arena_take(&shell->arena, places * sizeof *listener->places);
    if (!listener->places)
        return SHELL_E_FULL_ARENA;
    memset(listener->places, 0, places * sizeof *listener->places);
    listener->place_count = places;
    err = ax_listener_hold(listener->of, listener->places, places);
    return reply_why_of(reply, err, AX_E_MEMORY, "too few connections left");
}

static void close_listener(struct shell_listener *listener)
{
    ax_listener_close(&listener->listener);
    listener->closed = true;
}

int cmd_listen_open(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener = handles_free(shell, HANDLE_LISTENER);
    struct ax_endpoint local;
    enum ax_listen_policy policy;
    uint32_t places = 0;
    int err = request_endpoint(request, 0, &local);

    if (err == AX_OK)
        err = listen_read_policy(request, 1, &policy, &places);
    if (err == AX_OK && !listener)
        err = SHELL_E_FULL_LISTENERS;
    if (err == AX_OK)
        err = listen_refuse(reply, ax_listener_open(&listener->listener, &local, policy));
    if (err < 0)
        return err;
    listener->of = &listener->listener;
    listener->open = true;
    err = listen_hold(shell, listener, places, reply);
    if (err < 0) {
        close_listener(listener);
        return err;
    }
    text_field(reply, "listener", handle_of(shell, listener));
    return AX_OK;
}

int cmd_listen_reopen(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    int err = handle_listener(shell, request, 0, &listener);

    (void)reply;
    return err < 0 ? err : ax_listener_reopen(listener->of);
}

/* What is wrong with the socket of word 1. */
static int refuse_to_lend(struct request *request, const struct shell_tcp *socket, int err,
                          struct text *reply)
{
    if (socket->destroyed)
        return reply_gone(reply, request, 1);
    if (err == AX_E_STATE)
        return reply_why(reply, request_refuse(request, 1, err),
                         "is not free: it is lent, connected, or has unread bytes");
    return reply_why_of(reply, err, AX_E_MEMORY, "too few connections left");
}

int cmd_listen_lend(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    struct shell_tcp *socket;
    int err = handle_listener(shell, request, 0, &listener);

    if (err == AX_OK)
        err = handle_tcp(shell, request, 1, &socket);
    if (err < 0)
        return err;
    err = socket->destroyed ? AX_E_STATE : socket->way->tcp.lend(socket, listener->of);
    if (err < 0)
        return refuse_to_lend(request, socket, err, reply);
    socket->listener = handle_of(shell, listener);
    return AX_OK;
}

int cmd_listen_close(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    int err = handle_listener(shell, request, 0, &listener);

    if (err < 0)
        return err;
    if (listener->of != &listener->listener)
        return reply_why(reply, request_refuse(request, 0, AX_E_STATE),
                         "ends with its proxy: proxy stop");
    close_listener(listener);
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

void listen_show(const struct ax_listener_stats *stats, struct text *fields)
{
    text_field(fields, "syns", stats->syns);
    text_field(fields, "accepted", stats->accepted);
    text_field(fields, "returned", stats->returned);
    text_field(fields, "reset", stats->reset);
    text_field(fields, "dropped", stats->dropped);
    text_field(fields, "held", stats->held);
}

int cmd_listen_stats(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    struct ax_listener_stats stats;
    int err = handle_listener(shell, request, 0, &listener);

    if (err < 0)
        return err;
    stats = ax_listener_stats(listener->of);
    listen_show(&stats, reply);
    text_field(reply, "holding", ax_listener_holding(listener->of));
    text_field(reply, "lent", lent_to(shell, handle_of(shell, listener)));
    return AX_OK;
}
