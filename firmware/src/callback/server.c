/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/server.h>

#include <stddef.h>

#include "callback/turns.h"

int ax_server_begin(struct ax_server *server, struct ax_callback_task *service,
                    const struct ax_endpoint *local, enum ax_listen_policy policy,
                    void (*on_client)(struct ax_server *server, struct ax_client *client))
{
    int err;

    if (!turns_are_taken(service))
        return AX_E_STATE;
    err = ax_listener_open(&server->listener, local, policy);
    if (err < 0)
        return err;
    server->service = service;
    server->on_client = on_client;
    server->open = true;
    return AX_OK;
}

int ax_server_lend(struct ax_server *server, struct ax_client *client)
{
    int err;

    if (!server->open || !turns_are_taken(server->service) || client->service != server->service ||
        !ax_client_is_idle(client))
        return AX_E_STATE;
    client->server = server;
    client->listener = &server->listener;
    err = client_open(client);
    if (err == AX_E_MEMORY)
        client->phase = CLIENT_BEGINNING; /* its turns try it again */
    turns_enter(client);
    turns_wake(client);
    return AX_OK;
}

/* Of what was not told of there is nothing to tell. */
static void give_back(struct ax_client *client)
{
    client->server = NULL;
    if (client->phase == CLIENT_CONNECTED || client->phase == CLIENT_ENDING)
        return;
    client_leave(client);
    ax_tcp_destroy(client->tcp);
}

void ax_server_end(struct ax_server *server)
{
    struct ax_client *next, *current;

    if (!server->open)
        return;
    server->open = false;
    current = server->service->current;
    if (current && current->server == server)
        current->server = NULL; /* in its on_disconnect it takes no turns */
    for (struct ax_client *client = server->service->first; client; client = next) {
        next = client->next;
        if (client->server == server)
            give_back(client);
    }
    ax_listener_close(&server->listener);
}

bool ax_server_is_released(const struct ax_server *server)
{
    return !ax_listener_is_borrowed(&server->listener);
}

struct ax_server_status ax_server_status(const struct ax_server *server)
{
    struct ax_server_status status = {
        .listening = server->open,
        .counters = ax_listener_stats(&server->listener),
    };

    if (!server->open)
        return status;
    for (const struct ax_client *client = server->service->first; client; client = client->next) {
        if (client->server != server)
            continue;
        if (client->phase == CLIENT_CONNECTED || client->phase == CLIENT_ENDING)
            status.connected++;
        else
            status.waiting++;
    }
    return status;
}
