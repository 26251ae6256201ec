/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends back whatever comes in on TCP port 7, for three peers at a time: apps/echo by
 * callbacks (ax/callback.h). What finds no room to go back is not given back to the peer's
 * window either. */
#include <ax/link.h>
#include <ax/port.h>
#include <ax/server.h>
#include <ax/stack.h>

enum { ECHO_PORT = 7, PEERS = 3, RX_BYTES = 2048, TX_BYTES = 2048, NO_ROOM = 1 };

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
};

struct echo {
    struct ax_client client; /* first, so that a client pointer is an echo pointer */
    struct ax_tcp tcp;
    bool has_ended; /* the peer's half */
    uint8_t rx[RX_BYTES], tx[TX_BYTES];
};

static void answer(struct ax_client *client)
{
    const struct echo *echo = (struct echo *)client;
    struct ax_span data;
    int taken;

    while ((data = ax_client_held(client)).len != 0) {
        taken = ax_client_write(client, data.at, data.len);
        if (taken < 0)
            return; /* on_ack tells of room, or on_disconnect of the end */
        ax_client_ack(client, (size_t)taken);
    }
    if (echo->has_ended)
        ax_client_close(client);
}

static void on_packet(struct ax_client *client, struct ax_span data)
{
    (void)data; /* the last of what is held */
    answer(client);
}

static void on_ack(struct ax_client *client, size_t bytes, uint32_t ms)
{
    (void)bytes, (void)ms;
    answer(client);
}

static void on_end(struct ax_client *client)
{
    ((struct echo *)client)->has_ended = true;
    answer(client);
}

static void on_client(struct ax_server *server, struct ax_client *client)
{
    (void)server;
    ((struct echo *)client)->has_ended = false;
}

static int lend(struct ax_server *server, struct ax_callback_task *service, struct echo *echo)
{
    static const struct ax_client_callbacks callbacks = {
        .on_packet = on_packet, .on_ack = on_ack, .on_end = on_end};
    struct ax_tcp_config rings = {
        .rx_storage = echo->rx, .rx_size = RX_BYTES, .tx_storage = echo->tx, .tx_size = TX_BYTES};
    int err = ax_tcp_init(&echo->tcp, &rings);

    if (err < 0)
        return err;
    ax_client_init(&echo->client, service, &callbacks, &echo->tcp);
    return ax_server_lend(server, &echo->client);
}

int main(int argc, char **argv)
{
    static struct echo echoes[PEERS];
    static struct ax_callback_task service;
    static struct ax_server server;
    static struct ax_link wire;
    static const struct ax_endpoint any = {.port = ECHO_PORT};

    ax_port_init(argc, argv);
    ax_link_init(&wire, ax_port_ethernet());
    if (ax_stack_start(&wire, &address) < 0 || ax_callback_task_start(&service) < 0 ||
        ax_server_begin(&server, &service, &any, AX_LISTEN_DROP, on_client) < 0)
        return NO_ROOM;
    for (unsigned i = 0; i < PEERS; i++)
        if (lend(&server, &service, &echoes[i]) < 0)
            return NO_ROOM;
    ax_run();
}
