/* SPDX-License-Identifier: BSD-3-Clause */
/* Futures of no socket: time, addresses, names, several at once. And what becomes of any: looked
 * at, withdrawn. */
#include <string.h>

#include "shell/cmd.h"
#include "shell/future.h"
#include "shell/handles.h"
#include "shell/reply.h"

/* ---- time, and several */

static int begin_other(struct shell *shell, struct request *request, unsigned behind,
                       struct shell_future **future)
{
    struct shell_future wishes = {0};
    int err = future_read_wishes(request, behind, &wishes);

    return err < 0 ? err : future_take(shell, &wishes, future);
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
    return future_begin(future, reply);
}

int cmd_future_dhcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = begin_other(shell, request, 0, &future);

    if (err < 0)
        return err;
    ax_dhcp(&future->of.dhcp);
    return future_begin(future, reply);
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
        err = future_take_block(future, data.len + 1);
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
    return future_begin(future, reply);
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
        return future_begin(future, reply);
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
    return future_begin(future, reply);
}

int cmd_future_join(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_future *future;
    int err = begin_several(shell, request, reply, &future);

    if (err < 0)
        return err;
    ax_join(&future->of.join, future->parts, request->count);
    return future_begin(future, reply);
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
