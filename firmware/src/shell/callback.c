/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client is told: noted for its way, shown, and acted upon as ordered. */
#include "shell/callback.h"

#include <stddef.h>

#include <ax/clock.h>

#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/pattern.h"
#include "shell/reply.h"
#include "shell/way.h"

const char *const callback_names[CALLBACKS] = {"client", "connect", "data", "packet", "end",
                                               "ack",    "timeout", "poll", "error",  "disconnect"};

static void show(const struct callback_socket *callback, enum callback which,
                 const struct text *fields)
{
    struct text event = event_begin("callback");

    text_field(&event, "sock", handle_of(callback->shell, callback->socket));
    text_field_string(&event, "on", callback_names[which]);
    if (fields) {
        text_string(&event, " ");
        text_bytes(&event, fields->at, fields->len);
    }
    event_say(callback->shell, &event);
}

/* As long as a slow callback takes; a held clock would have it take for ever. */
static void be_busy(uint32_t ms)
{
    uint32_t since = ax_now_ms();

    while (!ax_clock_is_held() && ax_now_ms() - since < ms)
        ;
}

void callback_begun(struct callback_socket *callback)
{
    callback->connected = callback->ended = false;
    callback->finished = callback->fin_news = false;
    callback->err = AX_OK;
    callback->at = 0;
}

static void connect(struct callback_socket *callback, const struct ax_endpoint *remote)
{
    if (ax_client_connect(&callback->client, NULL, remote, 0) == AX_OK)
        callback_begun(callback);
}

/* The shell's task frees what is destroyed. */
static void end(struct shell *shell, struct shell_tcp *on, enum callback_act act)
{
    if (!on->open || on->destroyed)
        return;
    if (act == ACT_CLOSE)
        (void)on->way->tcp.close(on);
    else if (act == ACT_ABORT)
        on->way->tcp.abort(on);
    else
        shell_destroy_tcp(shell, on);
    ax_wake(shell->task.self);
}

static void carry_out(struct callback_socket *callback, const struct callback_order *order)
{
    switch (order->act) {
    case ACT_CLOSE:
    case ACT_ABORT:
    case ACT_DESTROY:
        end(callback->shell, order->on ? order->on : callback->socket, order->act);
        break;
    case ACT_CONNECT: connect(callback, &order->remote); break;
    case ACT_BUSY: be_busy(order->ms); break;
    case ACT_UNSERVE: (void)callback_end_server(callback->shell); break;
    case ACT_NOTHING: break;
    }
}

static void tell(struct callback_socket *callback, enum callback which, const struct text *fields)
{
    struct callback_order order = callback->order;

    if (callback->shows)
        show(callback, which, fields);
    if (order.act == ACT_NOTHING || order.in != which)
        return;
    if (order.act != ACT_BUSY)
        callback->order.act = ACT_NOTHING;
    carry_out(callback, &order);
}

/* ---- what is told: the last thing in each, for the client may be gone behind it */

static struct callback_socket *told_of(struct ax_client *client)
{
    return (struct callback_socket *)client;
}

void callback_signal(struct callback_socket *callback)
{
    ax_event_signal(&callback->readable);
    ax_event_signal(&callback->writable);
}

/* Of a pool's client the one before may have been told of meanwhile. */
void callback_connected(struct ax_client *client, enum callback which)
{
    struct callback_socket *callback = told_of(client);

    callback_begun(callback);
    callback->connected = true;
    ax_event_signal(&callback->writable);
    tell(callback, which, NULL);
}

static void on_connect(struct ax_client *client) { callback_connected(client, CALLBACK_CONNECT); }

static void on_data(struct ax_client *client, struct ax_span data)
{
    struct callback_socket *callback = told_of(client);
    struct text fields = {0};
    uint32_t first = UINT32_MAX;

    text_field(&fields, "n", (uint32_t)data.len);
    text_field(&fields, "bad",
               pattern_check(data.at, data.len, callback->seed, callback->at, &first));
    callback->at += (uint32_t)data.len;
    tell(callback, CALLBACK_DATA, &fields);
}

static void on_packet(struct ax_client *client, struct ax_span data)
{
    struct text fields = {0};

    text_field(&fields, "n", (uint32_t)data.len);
    ax_event_signal(&told_of(client)->readable);
    tell(told_of(client), CALLBACK_PACKET, &fields);
}

static void on_end(struct ax_client *client)
{
    struct callback_socket *callback = told_of(client);

    callback->finished = true;
    callback->fin_news = true;
    callback_signal(callback);
    tell(callback, CALLBACK_END, NULL);
}

static void on_ack(struct ax_client *client, size_t bytes, uint32_t ms)
{
    struct text fields = {0};

    text_field(&fields, "n", (uint32_t)bytes);
    text_field(&fields, "ms", ms);
    ax_event_signal(&told_of(client)->writable);
    tell(told_of(client), CALLBACK_ACK, &fields);
}

static void on_timeout(struct ax_client *client, enum ax_client_timeout which)
{
    struct text fields = {0};

    text_field_string(&fields, "which", which == AX_CLIENT_RX_TIMEOUT ? "rx" : "ack");
    tell(told_of(client), CALLBACK_TIMEOUT, &fields);
}

static void on_poll(struct ax_client *client) { tell(told_of(client), CALLBACK_POLL, NULL); }

static void on_error(struct ax_client *client, int err)
{
    struct text fields = {0};

    text_field_string(&fields, "err", ax_err_name(err));
    told_of(client)->err = err;
    tell(told_of(client), CALLBACK_ERROR, &fields);
}

static void on_disconnect(struct ax_client *client)
{
    struct callback_socket *callback = told_of(client);

    callback->connected = false;
    callback->ended = true;
    callback_signal(callback);
    tell(callback, CALLBACK_DISCONNECT, NULL);
}

const struct ax_client_callbacks callback_table = {
    .on_connect = on_connect,
    .on_packet = on_packet,
    .on_end = on_end,
    .on_ack = on_ack,
    .on_timeout = on_timeout,
    .on_poll = on_poll,
    .on_error = on_error,
    .on_disconnect = on_disconnect,
};

const struct ax_client_callbacks callback_data_table = {
    .on_connect = on_connect,
    .on_data = on_data,
    .on_end = on_end,
    .on_ack = on_ack,
    .on_timeout = on_timeout,
    .on_poll = on_poll,
    .on_error = on_error,
    .on_disconnect = on_disconnect,
};
