/* SPDX-License-Identifier: BSD-3-Clause */
/* Futures: begun, looked at, withdrawn. Sockets are those that go through no way but
 * their own. */
#include <string.h>

#include "shell/cmd.h"
#include "shell/future.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/way.h"

enum { BLOCK_MAX_BYTES = 65535 };

/* What stands behind the operation's own words. */
static int read_wishes(struct request *request, unsigned index, struct shell_future *wishes)
{
    int err = AX_OK;

    for (unsigned i = index; i < request->count && err == AX_OK; i++) {
        if (request_key(request, i, "within", AX_TIMER_MAX_MS, &err, &wishes->within_ms))
            wishes->has_deadline = true;
        else if (request_word_is(request, i, "hold"))
            wishes->held = true;
        else
            err = request_refuse(request, i, SHELL_E_USAGE);
    }
    if (err == AX_OK && wishes->held && wishes->has_deadline)
        err = request_refuse(request, index, SHELL_E_USAGE);
    return err;
}

/* An entry for what is wished. */
static int take_entry(struct shell *shell, const struct shell_future *wishes,
                      struct shell_future **future)
{
    *future = handles_free(shell, HANDLE_FUTURE);
    if (!*future)
        return SHELL_E_FULL_FUTURES;
    **future = *wishes;
    (*future)->shell = shell;
    return AX_OK;
}

/* Lets an operation go that has been begun. */
static int begin(struct shell_future *future, struct text *reply)
{
    int err = AX_OK;

    if (future->held)
        future_hold(future);
    else
        err = future_start(future);
    if (err < 0) {
        handles_drop_future(future->shell, future);
        return err;
    }
    text_field(reply, "future", handle_of(future->shell, future));
    return AX_OK;
}

static int take_block(struct shell_future *future, uint32_t len)
{
    future->block = arena_take(&future->shell->arena, len);
    future->len = len;
    return future->block ? AX_OK : SHELL_E_FULL_ARENA;
}

/* ---- TCP */

/* An operation about the socket of word `index`, and wishes from word `behind` on. AX_OK, or
 * nothing was taken. */
static int begin_tcp(struct shell *shell, struct request *request, unsigned index, unsigned behind,
                     struct text *reply, struct shell_future **future)
{
    struct shell_future wishes = {0};
    int err = read_wishes(request, behind, &wishes);

    if (err == AX_OK)
        err = way_handle_tcp(shell, request, index, &way_core, reply, &wishes.socket.tcp);
    return err < 0 ? err : take_entry(shell, &wishes, future);
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
    return begin(future, reply);
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
    return begin(future, reply);
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
        err = take_block(future, len);
    if (err < 0)
        return err;
    future->receives = true;
    operation(&future->of.tcp, &future->socket.tcp->tcp, future->block, len);
    return begin(future, reply);
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
        err = take_block(future, data.len);
    if (err < 0)
        return err;
    data_copy(&data, 0, future->block, data.len);
    operation(&future->of.tcp, &future->socket.tcp->tcp, future->block, data.len);
    return begin(future, reply);
}

static int ending(struct shell *shell, struct request *request, struct text *reply,
                  moves_none *operation)
{
    struct shell_future *future;
    int err = begin_tcp(shell, request, 0, 1, reply, &future);

    if (err < 0)
        return err;
    operation(&future->of.tcp, &future->socket.tcp->tcp);
    return begin(future, reply);
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
    int err = read_wishes(request, behind, &wishes);

    if (err == AX_OK)
        err = way_handle_udp(shell, request, 0, &way_core, reply, &wishes.socket.udp);
    return err < 0 ? err : take_entry(shell, &wishes, future);
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
        err = take_block(future, data.len);
    if (err < 0)
        return err;
    data_copy(&data, 0, future->block, data.len);
    ax_send_to(&future->of.udp, &future->socket.udp->udp, &to, future->block, data.len);
    return begin(future, reply);
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
    return begin(future, reply);
}

int cmd_future_recv_from(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    uint32_t size;
    int err = request_number(request, 1, 0, BLOCK_MAX_BYTES, &size);

    if (err == AX_OK)
        err = begin_udp(shell, request, 2, reply, &future);
    if (err == AX_OK)
        err = take_block(future, size);
    if (err < 0)
        return err;
    future->receives = true;
    ax_recv_from(&future->of.udp, &future->socket.udp->udp, future->block, size);
    return begin(future, reply);
}

/* ---- time, and several */

static int begin_other(struct shell *shell, struct request *request, unsigned behind,
                       struct shell_future **future)
{
    struct shell_future wishes = {0};
    int err = read_wishes(request, behind, &wishes);

    return err < 0 ? err : take_entry(shell, &wishes, future);
}

int cmd_future_sleep(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    uint32_t ms;
    int err = request_number(request, 0, 0, AX_TIMER_MAX_MS, &ms);

    if (err == AX_OK)
        err = begin_other(shell, request, 1, &future);
    if (err < 0)
        return err;
    ax_sleep_for(&future->of.sleep, ms);
    return begin(future, reply);
}

int cmd_future_dhcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = begin_other(shell, request, 0, &future);

    if (err < 0)
        return err;
    ax_dhcp(&future->of.dhcp);
    return begin(future, reply);
}

/* Any bytes but 0, which would end it: what is no name is for the resolver to say. */
int cmd_future_dns(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    struct data data;
    int err = request_data(request, 0, LINE_MAX_BYTES, &data);

    if (err == AX_OK)
        err = begin_other(shell, request, 1, &future);
    if (err == AX_OK)
        err = take_block(future, data.len + 1);
    if (err < 0)
        return err;
    data_copy(&data, 0, future->block, data.len);
    if (memchr(future->block, '\0', data.len)) {
        handles_drop_future(shell, future);
        return reply_why(reply, request_refuse(request, 0, SHELL_E_BAD_DATA), "has a 00 in it");
    }
    future->block[data.len] = '\0';
    future->of_dns = true;
    ax_dns_resolve(&future->of.dns, (const char *)future->block);
    return begin(future, reply);
}

int cmd_future_until(struct shell *shell, struct request *request, struct text *reply)
{
    static const struct {
        const char *name;
        void (*begin)(struct ax_stack_future *future);
    } kinds[] = {
        {"link-up", ax_until_link_up},
        {"link-down", ax_until_link_down},
        {"address", ax_until_address},
        {"address-lost", ax_until_address_lost},
    };

    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct shell_future *future;
        int err;
        if (!request_word_is(request, 0, kinds[i].name))
            continue;
        err = begin_other(shell, request, 1, &future);
        if (err < 0)
            return err;
        kinds[i].begin(&future->of.stack);
        return begin(future, reply);
    }
    return request_refuse(request, 0, SHELL_E_USAGE);
}

/* It has an owner. */
static int refuse_part(struct request *request, unsigned index, const struct shell_future *future,
                       struct text *reply)
{
    unsigned owner = handle_of(future->shell, future->owner);

    text_string(reply, "is a part of ");
    text_number(reply, owner);
    text_string(reply, ": future withdraw ");
    text_number(reply, owner);
    return request_refuse(request, index, AX_E_STATE);
}

/* A part is held, and nobody's yet. */
static int read_part(struct shell *shell, struct request *request, unsigned index,
                     struct shell_future *parts[], struct text *reply)
{
    int err = handle_future(shell, request, index, &parts[index]);

    if (err < 0)
        return err;
    for (unsigned i = 0; i < index; i++)
        if (parts[i] == parts[index])
            return reply_why(reply, request_refuse(request, index, AX_E_IN_USE), "is said twice");
    if (parts[index]->owner)
        return refuse_part(request, index, parts[index], reply);
    if (ax_future_is_done(parts[index]->whole))
        return reply_why(reply, request_refuse(request, index, AX_E_STATE), "is done");
    if (parts[index]->running)
        return reply_why(reply, request_refuse(request, index, AX_E_STATE), "is not held");
    return AX_OK;
}

/* The entry, with its parts. */
static int begin_several(struct shell *shell, struct request *request, struct text *reply,
                         struct shell_future **future)
{
    struct shell_future *parts[FUTURE_PARTS];
    int err = AX_OK;

    for (unsigned i = 0; i < request->count && err == AX_OK; i++)
        err = read_part(shell, request, i, parts, reply);
    if (err < 0)
        return err;
    err = begin_other(shell, request, request->count, future);
    if (err < 0)
        return err;
    for (unsigned i = 0; i < request->count; i++) {
        parts[i]->owner = *future;
        (*future)->parts[i] = parts[i]->whole;
    }
    return AX_OK;
}

int cmd_future_select(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = begin_several(shell, request, reply, &future);

    if (err < 0)
        return err;
    ax_select(&future->of.select, future->parts, request->count);
    return begin(future, reply);
}

int cmd_future_join(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = begin_several(shell, request, reply, &future);

    if (err < 0)
        return err;
    ax_join(&future->of.join, future->parts, request->count);
    return begin(future, reply);
}

/* ---- any */

int cmd_future(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = handle_future(shell, request, 0, &future);

    if (err == AX_OK)
        future_show(future, reply);
    return err;
}

int cmd_future_withdraw(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = handle_future(shell, request, 0, &future);

    if (err < 0)
        return err;
    if (future->owner) /* who has it polls it */
        return refuse_part(request, 0, future, reply);
    future_withdraw(future);
    future_show(future, reply);
    handles_drop_future(shell, future);
    return AX_OK;
}
