/* SPDX-License-Identifier: BSD-3-Clause */
/* An echo that is called back (ax/server.h, ax/client.h). */
#include <ax/server.h>

#include "../ax/services.h"

static struct {
    struct ax_callback_task service;
    struct ax_server server;
    struct ax_client client;
    struct ax_tcp tcp;
    bool has_ended;
} echo;

static void answer(struct ax_client *client)
{
    struct ax_span data;

    while ((data = ax_client_held(client)).len != 0) {
        int taken = ax_client_write(client, data.at, data.len);
        if (taken < 0)
            return;
        (void)ax_client_ack(client, (size_t)taken);
    }
    if (echo.has_ended)
        (void)ax_client_close(client);
}

static void on_packet(struct ax_client *client, struct ax_span data)
{
    (void)data;
    answer(client);
}

static void on_ack(struct ax_client *client, size_t bytes, uint32_t ms)
{
    (void)bytes;
    (void)ms;
    answer(client);
}

static void on_end(struct ax_client *client)
{
    echo.has_ended = true;
    answer(client);
}

static void on_client(struct ax_server *server, struct ax_client *client)
{
    (void)server;
    (void)client;
    echo.has_ended = false;
}

void services_open_echo(uint16_t port)
{
    static const struct ax_client_callbacks callbacks = {
        .on_packet = on_packet, .on_ack = on_ack, .on_end = on_end};

    services_need(ax_callback_task_start(&echo.service) == AX_OK);
    services_need(ax_server_begin(&echo.server, &echo.service, &(struct ax_endpoint){.port = port},
                                  AX_LISTEN_RESET, on_client) == AX_OK);
    services_prepare(NULL, 0, &echo.tcp);
    ax_client_init(&echo.client, &echo.service, &callbacks, &echo.tcp);
    services_need(ax_server_lend(&echo.server, &echo.client) == AX_OK);
}
