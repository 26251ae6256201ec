/* SPDX-License-Identifier: BSD-3-Clause */
/* A client's turn: looks at its socket, and tells of what is new there. */
#include <ax/server.h>

#include <stddef.h>

#include "callback/turns.h"

bool client_goes_on(const struct ax_callback_task *service, const struct ax_client *client)
{
    return service->current == client && client->phase == CLIENT_CONNECTED;
}

/* ---- until it is a connection */

static int start(struct ax_client *client)
{
    if (client->listener)
        return ax_listener_lend(client->listener, client->tcp);
    return ax_tcp_connect(client->tcp, &client->local, &client->remote, client->timeout_ms);
}

int client_open(struct ax_client *client)
{
    int err;

    client->phase = CLIENT_BEGINNING;
    client->held = 0;
    ax_tcp_destroy(client->tcp); /* drops what nobody read, and lets go of TIME-WAIT */
    if (!ax_tcp_is_released(client->tcp))
        return AX_OK;
    err = start(client);
    if (err == AX_OK)
        client->phase = CLIENT_OPENING;
    return err;
}

static bool tell_end(struct ax_client *client, int cause);

static bool go_on_beginning(struct ax_client *client)
{
    int err;

    if (!ax_tcp_is_released(client->tcp) || client_waits_to_retry(client))
        return false;
    err = client_open(client);
    if (err == AX_E_MEMORY && client->server) {
        client_retry_in(client, AX_SERVER_RETRY_MS); /* nobody tells when a socket is free */
        return false;
    }
    return err < 0 && tell_end(client, err);
}

static bool brought_something(const struct ax_client *client)
{
    struct ax_span data;
    int err = ax_tcp_data(client->tcp, &data);

    return err == AX_OK || err == AX_E_EOF;
}

/* A pool's client waits for the next one. */
static bool failed_to_open(struct ax_client *client)
{
    if (!client->server)
        return tell_end(client, ax_tcp_end(client->tcp));
    client->phase = CLIENT_BEGINNING;
    return true;
}

/* Returns whether the turn goes on. */
static bool tell_connected(struct ax_client *client)
{
    struct ax_callback_task *service = client->service;

    client->phase = CLIENT_CONNECTED;
    client->told_end = false;
    client_bytes_begin(client);
    client_times_begin(client);
    if (client->server && client->server->on_client)
        client->server->on_client(client->server, client);
    else if (client->calls->on_connect)
        client->calls->on_connect(client);
    return client_goes_on(service, client);
}

static bool converse(struct ax_client *client);

static bool await_connection(struct ax_client *client)
{
    switch (ax_tcp_state(client->tcp)) {
    case AX_TCP_LISTEN:
    case AX_TCP_SYN_SENT:
    case AX_TCP_SYN_RECEIVED: return false;
    case AX_TCP_CLOSED:
        if (!brought_something(client))
            return failed_to_open(client);
        break;
    default: break;
    }
    return tell_connected(client) && converse(client);
}

/* ---- a connection */

enum outcome { GONE, MORE, CAUGHT_UP };

/* Returns whether the turn goes on. */
static bool hand_over(struct ax_client *client, struct ax_span data)
{
    struct ax_callback_task *service = client->service;

    client_time_rx(client);
    if (client->calls->on_packet) {
        client->held += (uint32_t)data.len;
        client->calls->on_packet(client, data);
        return client_goes_on(service, client);
    }
    client->calls->on_data(client, data);
    if (!client_goes_on(service, client))
        return false;
    (void)ax_tcp_consume(client->tcp, data.len);
    return true;
}

static enum outcome tell_fin(struct ax_client *client)
{
    struct ax_callback_task *service = client->service;

    if (client->told_end)
        return CAUGHT_UP;
    client->told_end = true;
    client_time_rx(client);
    if (client->calls->on_end)
        client->calls->on_end(client);
    else
        (void)ax_client_close(client);
    return client_goes_on(service, client) ? CAUGHT_UP : GONE;
}

static enum outcome receive(struct ax_client *client)
{
    const struct ax_client_callbacks *calls = client->calls;

    for (size_t left = AX_CLIENT_TURN_BYTES;;) {
        struct ax_span data;
        int err = ax_tcp_data_behind(client->tcp, client->held, &data);
        if (err == AX_E_EOF)
            return tell_fin(client);
        if (err < 0 || (!calls->on_packet && !calls->on_data))
            return CAUGHT_UP;
        if (left == 0)
            return MORE;
        if (data.len > left)
            data.len = left;
        left -= data.len;
        if (!hand_over(client, data))
            return GONE;
    }
}

/* Acknowledgements come first: a callback for bytes finds the room that they made. */
static bool converse(struct ax_client *client)
{
    enum outcome received;

    if (!client_tell_acked(client))
        return false;
    received = receive(client);
    if (received == GONE || !client_tell_times(client))
        return false;
    if (received == MORE)
        return true;
    return ax_tcp_end(client->tcp) != AX_OK && tell_end(client, ax_tcp_end(client->tcp));
}

/* ---- its end */

static bool is_error(int cause) { return cause != AX_E_CLOSED && cause != AX_E_ABORTED; }

/* Unless it has begun anew in its on_disconnect, or the server has ended. */
static bool go_back_to_pool(struct ax_client *client)
{
    if (client->phase != CLIENT_IDLE || !client->server)
        return false;
    client->phase = CLIENT_BEGINNING;
    ax_tcp_destroy(client->tcp);
    turns_enter(client);
    return true;
}

/* From on_disconnect on a client of no pool is its owner's, and not looked at again. */
static bool tell_end(struct ax_client *client, int cause)
{
    const struct ax_client_callbacks *calls = client->calls;
    struct ax_callback_task *service = client->service;

    client->phase = CLIENT_ENDING; /* no way to begin anew in on_error */
    if (is_error(cause) && calls->on_error) {
        calls->on_error(client, cause);
        if (service->current != client)
            return false;
    }
    client_leave(client);
    if (!client->server)
        service->current = NULL;
    if (calls->on_disconnect)
        calls->on_disconnect(client);
    return service->current == client && go_back_to_pool(client);
}

bool client_turn(struct ax_client *client)
{
    ax_tcp_wait_next(client->tcp, AX_READABLE | AX_WRITABLE | AX_RELEASED,
                     client->service->task.self);
    switch ((enum client_phase)client->phase) {
    case CLIENT_BEGINNING: return go_on_beginning(client);
    case CLIENT_OPENING: return await_connection(client);
    case CLIENT_CONNECTED: return converse(client);
    case CLIENT_ENDING: return tell_end(client, client->cause);
    case CLIENT_IDLE: break;
    }
    return false;
}
