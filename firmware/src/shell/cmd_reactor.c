/* SPDX-License-Identifier: BSD-3-Clause */
/* Operations of a completion reactor: submitted, given a deadline, cancelled. Sockets are
 * those that go through no way but their own. */
#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/reactor.h"
#include "shell/reply.h"
#include "shell/way.h"

enum { BLOCK_MAX_BYTES = 65535 };

static int refuse_without(struct text *reply)
{
    return reply_why(reply, AX_E_STATE, "there is none: reactor open PLACES");
}

int cmd_reactor_open(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t places;
    int err = request_number(request, 0, 1, REACTOR_PLACES, &places);

    if (err < 0)
        return err;
    if (shell->reactor)
        return reply_why(reply, AX_E_STATE, "there is one: reactor stop");
    return reactor_open(shell, places, &shell->reactor);
}

int cmd_reactor_stop(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    if (!shell->reactor)
        return refuse_without(reply);
    reactor_stop(shell->reactor);
    shell->reactor = NULL;
    return AX_OK;
}

int cmd_reactor(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    if (!shell->reactor)
        return refuse_without(reply);
    text_field(reply, "places", shell->reactor->places);
    text_field(reply, "under_way", reactor_under_way(shell->reactor));
    text_field(reply, "spoiled", reactor_spoiled(shell->reactor));
    return AX_OK;
}

/* ---- submitting */

/* What an operation is made of, in the order in which it is asked for. */
struct wish {
    struct reactor_entry *entry;
    struct shell_tcp *tcp;
    struct shell_udp *udp;
    bool has_deadline;
    uint32_t within_ms;
};

/* What stands behind the operation's own words. */
static int read_deadline(struct request *request, unsigned index, struct wish *wish)
{
    int err = AX_OK;

    if (index == request->count)
        return AX_OK;
    wish->has_deadline =
        request_key(request, index, "within", AX_TIMER_MAX_MS, &err, &wish->within_ms);
    return wish->has_deadline ? err : request_refuse(request, index, SHELL_E_USAGE);
}

static int take_entry(struct shell *shell, uint32_t len, struct text *reply, struct wish *wish)
{
    if (!shell->reactor)
        return refuse_without(reply);
    wish->entry = reactor_entry(shell->reactor, len);
    return wish->entry ? AX_OK : SHELL_E_FULL_ARENA;
}

/* It was submitted, or refused. */
static int under_way(struct shell *shell, const struct wish *wish, int id, struct text *reply)
{
    if (id < 0) {
        wish->entry->len = 0; /* its block is nobody's */
        return reply_why_of(reply, id, AX_E_MEMORY, "too few places left: reactor open PLACES");
    }
    wish->entry->id = id;
    wish->entry->socket = wish->tcp ? (const void *)wish->tcp : wish->udp;
    if (wish->has_deadline)
        (void)ax_reactor_within(&shell->reactor->reactor, id, wish->within_ms);
    text_field(reply, "op", (uint32_t)id);
    return AX_OK;
}

int cmd_reactor_connect(struct shell *shell, struct request *request, struct text *reply)
{
    struct wish wish = {0};
    struct ax_endpoint remote;
    int err = request_endpoint(request, 1, &remote);

    if (err == AX_OK)
        err = read_deadline(request, 2, &wish);
    if (err == AX_OK)
        err = way_handle_tcp(shell, request, 0, &way_core, reply, &wish.tcp);
    if (err == AX_OK)
        err = take_entry(shell, 0, reply, &wish);
    if (err < 0)
        return err;
    return under_way(
        shell, &wish,
        ax_reactor_connect(&shell->reactor->reactor, &wish.tcp->tcp, NULL, &remote, 0, wish.entry),
        reply);
}

int cmd_reactor_accept(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener;
    struct wish wish = {0};
    int err = read_deadline(request, 2, &wish);

    if (err == AX_OK)
        err = handle_listener(shell, request, 0, &listener);
    if (err == AX_OK)
        err = way_handle_tcp(shell, request, 1, &way_core, reply, &wish.tcp);
    if (err == AX_OK)
        err = take_entry(shell, 0, reply, &wish);
    if (err < 0)
        return err;
    wish.tcp->listener = handle_of(shell, listener);
    return under_way(
        shell, &wish,
        ax_reactor_accept(&shell->reactor->reactor, listener->of, &wish.tcp->tcp, wish.entry),
        reply);
}

typedef int takes_bytes(struct ax_reactor *, struct ax_tcp *, void *, size_t, void *);
typedef int gives_bytes(struct ax_reactor *, struct ax_tcp *, const void *, size_t, void *);
typedef int moves_none(struct ax_reactor *, struct ax_tcp *, void *);

static int receiving(struct shell *shell, struct request *request, struct text *reply,
                     takes_bytes *operation)
{
    struct wish wish = {0};
    uint32_t len;
    int err = request_number(request, 1, 0, BLOCK_MAX_BYTES, &len);

    if (err == AX_OK)
        err = read_deadline(request, 2, &wish);
    if (err == AX_OK)
        err = way_handle_tcp(shell, request, 0, &way_core, reply, &wish.tcp);
    if (err == AX_OK)
        err = take_entry(shell, len, reply, &wish);
    if (err < 0)
        return err;
    wish.entry->receives = true;
    return under_way(
        shell, &wish,
        operation(&shell->reactor->reactor, &wish.tcp->tcp, wish.entry->block, len, wish.entry),
        reply);
}

static int sending(struct shell *shell, struct request *request, struct text *reply,
                   gives_bytes *operation)
{
    struct wish wish = {0};
    struct data data;
    int err = request_data(request, 1, BLOCK_MAX_BYTES, &data);

    if (err == AX_OK)
        err = read_deadline(request, 2, &wish);
    if (err == AX_OK)
        err = way_handle_tcp(shell, request, 0, &way_core, reply, &wish.tcp);
    if (err == AX_OK)
        err = take_entry(shell, data.len, reply, &wish);
    if (err < 0)
        return err;
    data_copy(&data, 0, wish.entry->block, data.len);
    return under_way(shell, &wish,
                     operation(&shell->reactor->reactor, &wish.tcp->tcp, wish.entry->block,
                               data.len, wish.entry),
                     reply);
}

static int ending(struct shell *shell, struct request *request, struct text *reply,
                  moves_none *operation)
{
    struct wish wish = {0};
    int err = read_deadline(request, 1, &wish);

    if (err == AX_OK)
        err = way_handle_tcp(shell, request, 0, &way_core, reply, &wish.tcp);
    if (err == AX_OK)
        err = take_entry(shell, 0, reply, &wish);
    if (err < 0)
        return err;
    return under_way(shell, &wish, operation(&shell->reactor->reactor, &wish.tcp->tcp, wish.entry),
                     reply);
}

int cmd_reactor_recv(struct shell *shell, struct request *request, struct text *reply)
{
    return receiving(shell, request, reply, ax_reactor_recv);
}

int cmd_reactor_read_exact(struct shell *shell, struct request *request, struct text *reply)
{
    return receiving(shell, request, reply, ax_reactor_read_exact);
}

int cmd_reactor_send(struct shell *shell, struct request *request, struct text *reply)
{
    return sending(shell, request, reply, ax_reactor_send);
}

int cmd_reactor_write_all(struct shell *shell, struct request *request, struct text *reply)
{
    return sending(shell, request, reply, ax_reactor_write_all);
}

int cmd_reactor_flush(struct shell *shell, struct request *request, struct text *reply)
{
    return ending(shell, request, reply, ax_reactor_flush);
}

int cmd_reactor_shutdown(struct shell *shell, struct request *request, struct text *reply)
{
    return ending(shell, request, reply, ax_reactor_shutdown);
}

int cmd_reactor_close(struct shell *shell, struct request *request, struct text *reply)
{
    return ending(shell, request, reply, ax_reactor_close);
}

int cmd_reactor_send_to(struct shell *shell, struct request *request, struct text *reply)
{
    struct wish wish = {0};
    struct ax_endpoint to;
    struct data data;
    int err = request_endpoint(request, 1, &to);

    if (err == AX_OK)
        err = request_data(request, 2, BLOCK_MAX_BYTES, &data);
    if (err == AX_OK)
        err = read_deadline(request, 3, &wish);
    if (err == AX_OK)
        err = way_handle_udp(shell, request, 0, &way_core, reply, &wish.udp);
    if (err == AX_OK)
        err = take_entry(shell, data.len, reply, &wish);
    if (err < 0)
        return err;
    data_copy(&data, 0, wish.entry->block, data.len);
    return under_way(shell, &wish,
                     ax_reactor_send_to(&shell->reactor->reactor, &wish.udp->udp, &to,
                                        wish.entry->block, data.len, wish.entry),
                     reply);
}

int cmd_reactor_recv_from(struct shell *shell, struct request *request, struct text *reply)
{
    struct wish wish = {0};
    uint32_t size;
    int err = request_number(request, 1, 0, BLOCK_MAX_BYTES, &size);

    if (err == AX_OK)
        err = read_deadline(request, 2, &wish);
    if (err == AX_OK)
        err = way_handle_udp(shell, request, 0, &way_core, reply, &wish.udp);
    if (err == AX_OK)
        err = take_entry(shell, size, reply, &wish);
    if (err < 0)
        return err;
    wish.entry->receives = true;
    return under_way(shell, &wish,
                     ax_reactor_recv_from(&shell->reactor->reactor, &wish.udp->udp,
                                          wish.entry->block, size, wish.entry),
                     reply);
}

/* ---- under way */

static int refuse_operation(struct request *request, struct text *reply, int err)
{
    if (err < 0)
        (void)request_refuse(request, 0, err);
    err = reply_why_of(reply, err, AX_E_STATE, "has completed");
    return reply_why_of(reply, err, AX_E_ARG, "is no operation");
}

int cmd_reactor_cancel(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t id;
    int err = request_number(request, 0, 0, INT32_MAX, &id);

    if (err < 0)
        return err;
    if (!shell->reactor)
        return refuse_without(reply);
    return refuse_operation(request, reply, ax_reactor_cancel(&shell->reactor->reactor, (int)id));
}

int cmd_reactor_cancel_tcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *tcp;
    int err = way_handle_tcp(shell, request, 0, &way_core, reply, &tcp);

    if (err < 0)
        return err;
    if (!shell->reactor)
        return refuse_without(reply);
    text_field(reply, "n", ax_reactor_cancel_tcp(&shell->reactor->reactor, &tcp->tcp));
    return AX_OK;
}

int cmd_reactor_within(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t id, in_ms;
    int err = request_number(request, 0, 0, INT32_MAX, &id);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &in_ms);
    if (err < 0)
        return err;
    if (!shell->reactor)
        return refuse_without(reply);
    err = ax_reactor_within(&shell->reactor->reactor, (int)id, in_ms);
    if (err == AX_E_ARG && in_ms > AX_TIMER_MAX_MS)
        return request_refuse(request, 1, err);
    return refuse_operation(request, reply, err);
}
