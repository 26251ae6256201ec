/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client is told, to be shown; what is to be done inside its callbacks; and the
 * calls of a client that no other way has. */
#include "shell/callback.h"
#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/way.h"

enum { CHUNK_BYTES = 64 }; /* copied at a time */

int handle_callback(struct shell *shell, struct request *request, unsigned index,
                    struct text *reply, struct callback_socket **callback)
{
    struct shell_tcp *socket;
    int err = way_handle_tcp(shell, request, index, &way_callback, reply, &socket);

    *callback = err == AX_OK ? callback_of(socket) : NULL;
    return err;
}

int cmd_callback_show(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    int err = handle_callback(shell, request, 0, reply, &callback);

    if (err == AX_OK)
        callback->shows = true;
    return err;
}

int cmd_callback_data(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    uint32_t seed;
    int err = request_number(request, 1, 0, UINT32_MAX, &seed);

    if (err == AX_OK)
        err = handle_callback(shell, request, 0, reply, &callback);
    if (err < 0)
        return err;
    if (!ax_client_is_idle(&callback->client))
        return reply_why(reply, request_refuse(request, 0, AX_E_STATE), "is not idle");
    ax_client_init(&callback->client, callback_task(), &callback_data_table,
                   &callback->socket->tcp);
    callback->seed = seed;
    return AX_OK;
}

int cmd_callback_times(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    struct ax_client_times times = {0};
    int err = AX_OK;

    for (unsigned i = 1; i < request->count && err == AX_OK; i++)
        if (!request_key(request, i, "rx", AX_TIMER_MAX_MS, &err, &times.rx_timeout_ms) &&
            !request_key(request, i, "ack", AX_TIMER_MAX_MS, &err, &times.ack_timeout_ms) &&
            !request_key(request, i, "poll", AX_TIMER_MAX_MS, &err, &times.poll_every_ms))
            err = request_refuse(request, i, SHELL_E_USAGE);
    if (err == AX_OK)
        err = handle_callback(shell, request, 0, reply, &callback);
    return err < 0 ? err : ax_client_set_times(&callback->client, &times);
}

static int read_callback(struct request *request, unsigned index, enum callback *which)
{
    for (int i = 0; i < CALLBACKS; i++)
        if (request_word_is(request, index, callback_names[i])) {
            *which = (enum callback)i;
            return AX_OK;
        }
    return request_refuse(request, index, SHELL_E_USAGE);
}

/* ACT, and what it is done with or to. */
static int read_act(struct shell *shell, struct request *request, unsigned index,
                    struct callback_order *order)
{
    static const char *const acts[] = {
        [ACT_CLOSE] = "close",     [ACT_ABORT] = "abort", [ACT_DESTROY] = "destroy",
        [ACT_CONNECT] = "connect", [ACT_BUSY] = "busy",   [ACT_UNSERVE] = "unserve",
    };

    for (int i = ACT_CLOSE; i <= ACT_UNSERVE; i++)
        if (request_word_is(request, index, acts[i]))
            order->act = (enum callback_act)i;
    if (order->act == ACT_NOTHING)
        return request_refuse(request, index, SHELL_E_USAGE);
    if (order->act == ACT_CONNECT || order->act == ACT_BUSY) {
        if (request->count != index + 2)
            return request_refuse(request, index, SHELL_E_USAGE);
        return order->act == ACT_CONNECT
                   ? request_endpoint(request, index + 1, &order->remote)
                   : request_number(request, index + 1, 1, AX_TIMER_MAX_MS, &order->ms);
    }
    if (request->count == index + 1)
        return AX_OK;
    return order->act == ACT_UNSERVE ? request_refuse(request, index + 1, SHELL_E_USAGE)
                                     : handle_tcp(shell, request, index + 1, &order->on);
}

int cmd_callback_do(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    struct callback_order order = {0};
    int err = read_callback(request, 1, &order.in);

    if (err == AX_OK)
        err = read_act(shell, request, 2, &order);
    if (err == AX_OK)
        err = handle_callback(shell, request, 0, reply, &callback);
    if (err == AX_OK)
        callback->order = order;
    return err;
}

/* Chunk by chunk until one is not taken whole. */
static int add_data(struct ax_client *client, const struct data *data, uint32_t *added)
{
    uint8_t chunk[CHUNK_BYTES];
    int taken;
    size_t len;

    *added = 0;
    do {
        len = data->len - *added < sizeof chunk ? data->len - *added : sizeof chunk;
        data_copy(data, *added, chunk, len);
        taken = ax_client_add(client, chunk, len);
        if (taken > 0)
            *added += (uint32_t)taken;
    } while (taken == (int)len && *added < data->len);
    return *added != 0 ? AX_OK : taken;
}

int cmd_callback_add(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    struct data data;
    uint32_t added;
    int err = request_data(request, 1, UINT32_MAX, &data);

    if (err == AX_OK)
        err = handle_callback(shell, request, 0, reply, &callback);
    if (err == AX_OK)
        err = add_data(&callback->client, &data, &added);
    if (err == AX_OK)
        text_field(reply, "n", added);
    return err;
}

int cmd_callback_send(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    int err = handle_callback(shell, request, 0, reply, &callback), sent;

    if (err < 0)
        return err;
    sent = ax_client_send(&callback->client);
    if (sent >= 0)
        text_field(reply, "n", (uint32_t)sent);
    return sent < 0 ? sent : AX_OK;
}

int cmd_callback_space(struct shell *shell, struct request *request, struct text *reply)
{
    struct callback_socket *callback = NULL;
    int err = handle_callback(shell, request, 0, reply, &callback);

    if (err == AX_OK)
        text_field(reply, "n", (uint32_t)ax_client_space(&callback->client));
    return err;
}
