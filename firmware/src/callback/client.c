/* SPDX-License-Identifier: BSD-3-Clause */
/* A client's life, from the application's side: nothing here calls back. */
#include <ax/client.h>

#include <stddef.h>

#include "callback/turns.h"

void ax_client_init(struct ax_client *client, struct ax_callback_task *service,
                    const struct ax_client_callbacks *calls, struct ax_tcp *tcp)
{
    *client = (struct ax_client){.service = service, .calls = calls, .tcp = tcp};
}

static int begin(struct ax_client *client)
{
    int err;

    if (client->phase != CLIENT_IDLE || !turns_are_taken(client->service))
        return AX_E_STATE;
    err = client_open(client);
    if (err < 0) {
        client->phase = CLIENT_IDLE;
        return err;
    }
    client->server = NULL;
    turns_enter(client);
    turns_wake(client);
    return AX_OK;
}

int ax_client_connect(struct ax_client *client, const struct ax_endpoint *local,
                      const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    static const struct ax_endpoint any = {0};

    if (client->phase != CLIENT_IDLE)
        return AX_E_STATE;
    client->listener = NULL;
    client->local = local ? *local : any;
    client->remote = *remote;
    client->timeout_ms = timeout_ms;
    return begin(client);
}

int ax_client_accept(struct ax_client *client, struct ax_listener *listener)
{
    if (client->phase != CLIENT_IDLE)
        return AX_E_STATE;
    client->listener = listener;
    return begin(client);
}

/* What it was about is withdrawn; of a pool's client that waits there is nothing. */
static bool can_be_ended(const struct ax_client *client)
{
    switch ((enum client_phase)client->phase) {
    case CLIENT_BEGINNING:
    case CLIENT_OPENING: return client->server == NULL;
    case CLIENT_CONNECTED: return true;
    default: return false;
    }
}

void ax_client_abort(struct ax_client *client)
{
    if (!can_be_ended(client))
        return;
    ax_tcp_abort(client->tcp);
    client->cause = AX_E_ABORTED; /* whatever ended it before that and was not told */
    client->phase = CLIENT_ENDING;
    client_times_end(client);
    turns_wake(client);
}

/* The socket withdraws what is not half open, and its turn tells of that; of one that has
 * ended, its turn is about to tell. */
int ax_client_close(struct ax_client *client)
{
    if (!can_be_ended(client))
        return AX_E_STATE;
    if (client->phase == CLIENT_BEGINNING) {
        ax_client_abort(client);
        return AX_OK;
    }
    if (client->phase == CLIENT_CONNECTED)
        (void)client_push(client);
    (void)ax_tcp_close(client->tcp);
    turns_wake(client);
    return AX_OK;
}

void client_leave(struct ax_client *client)
{
    client->phase = CLIENT_IDLE;
    client_times_end(client);
    ax_tcp_unwait(client->tcp, client->service->task.self);
    turns_leave(client);
}

void ax_client_free(struct ax_client *client)
{
    if (!client->service)
        return; /* never prepared */
    if (client->phase != CLIENT_IDLE)
        client_leave(client);
    client->server = NULL;
    client->held = 0;
    ax_tcp_destroy(client->tcp);
    if (client->service->current == client)
        client->service->current = NULL; /* its turn ends with the callback */
}

bool ax_client_is_idle(const struct ax_client *client) { return client->phase == CLIENT_IDLE; }

bool ax_client_is_released(const struct ax_client *client)
{
    return client->phase == CLIENT_IDLE && !client->server &&
           (!client->tcp || ax_tcp_is_released(client->tcp));
}
