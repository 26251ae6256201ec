/* SPDX-License-Identifier: BSD-3-Clause */
/* Servers: started, looked at, stopped. Their memory is lent by the arena. */
#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/reply.h"

enum {
    CONNECTIONS = 4,
    RING_BYTES = 6 * 1460, /* as much as the smallest receiver takes in at once */
    DATAGRAM_BYTES = 4096,
    DATAGRAMS = 8,
};

/* Makes the server one of the table; its number is the reply. */
static int keep(struct shell *shell, struct shell_server *server, int err, struct text *reply)
{
    if (err < 0) {
        handles_drop_server(shell, server);
        return err;
    }
    server->open = true;
    text_field(reply, "server", handle_of(shell, server));
    return AX_OK;
}

static int read_port(struct request *request, uint16_t *port)
{
    uint32_t number;
    int err = request_number(request, 0, 1, UINT16_MAX, &number);

    *port = (uint16_t)number;
    return err;
}

/* ---- connections */

struct sizes {
    uint32_t connections, rx, tx;
};

/* connections=N, rx=BYTES or tx=BYTES */
static int read_size(struct request *request, unsigned index, struct sizes *sizes)
{
    int err;

    if (!request_key(request, index, "connections", UINT8_MAX, &err, &sizes->connections) &&
        !request_key(request, index, "rx", UINT16_MAX, &err, &sizes->rx) &&
        !request_key(request, index, "tx", UINT16_MAX, &err, &sizes->tx))
        return request_refuse(request, index, SHELL_E_USAGE);
    return err;
}

static int start_tcp(struct shell *shell, struct shell_server *server,
                     const struct ax_serve_config *asked)
{
    struct ax_serve_config config = *asked;
    size_t rings = (size_t)config.peer_count * (config.rx_size + config.tx_size);

    server->peers = arena_take(&shell->arena, config.peer_count * sizeof *config.peers);
    server->rings = arena_take(&shell->arena, rings);
    if (!server->peers || !server->rings)
        return SHELL_E_FULL_ARENA;
    config.peers = server->peers;
    config.rings = server->rings;
    return ax_serve_start(&server->tcp, &config);
}

/* PORT [connections=N] [rx=BYTES] [tx=BYTES] */
static int serve_tcp(struct shell *shell, struct request *request, struct text *reply,
                     enum ax_service service)
{
    struct shell_server *server = handles_free(shell, HANDLE_SERVER);
    struct sizes sizes = {CONNECTIONS, RING_BYTES, RING_BYTES};
    uint16_t port;
    int err = read_port(request, &port);

    for (unsigned i = 1; i < request->count && err == AX_OK; i++)
        err = read_size(request, i, &sizes);
    if (err == AX_OK && (!sizes.connections || !sizes.rx || !sizes.tx))
        err = reply_why(reply, AX_E_ARG, "connections, rx and tx are at least 1");
    if (err < 0)
        return err;
    if (!server)
        return SHELL_E_FULL_SERVERS;
    err = start_tcp(shell, server,
                    &(struct ax_serve_config){
                        .service = service,
                        .port = port,
                        .peer_count = (uint16_t)sizes.connections,
                        .rx_size = sizes.rx,
                        .tx_size = sizes.tx,
                    });
    return keep(shell, server, err, reply);
}

int cmd_serve_echo(struct shell *shell, struct request *request, struct text *reply)
{
    return serve_tcp(shell, request, reply, AX_SERVE_ECHO);
}

int cmd_serve_discard(struct shell *shell, struct request *request, struct text *reply)
{
    return serve_tcp(shell, request, reply, AX_SERVE_DISCARD);
}

int cmd_serve_chargen(struct shell *shell, struct request *request, struct text *reply)
{
    return serve_tcp(shell, request, reply, AX_SERVE_CHARGEN);
}

int cmd_serve_http(struct shell *shell, struct request *request, struct text *reply)
{
    return serve_tcp(shell, request, reply, AX_SERVE_HTTP);
}

/* ---- datagrams */

static int start_udp(struct shell *shell, struct shell_server *server, enum ax_service service,
                     uint16_t port)
{
    struct ax_udp_serve_config config = {.service = service, .port = port};

    server->peers = arena_take(&shell->arena, 2 * DATAGRAMS * sizeof(struct ax_packet));
    server->rings = arena_take(&shell->arena, (size_t)2 * DATAGRAM_BYTES);
    if (!server->peers || !server->rings)
        return SHELL_E_FULL_ARENA;
    server->is_udp = true;
    config.rings.rx_storage = server->rings;
    config.rings.tx_storage = (uint8_t *)server->rings + DATAGRAM_BYTES;
    config.rings.rx_size = config.rings.tx_size = DATAGRAM_BYTES;
    config.rings.rx_slots = server->peers;
    config.rings.tx_slots = (struct ax_packet *)server->peers + DATAGRAMS;
    config.rings.rx_slot_count = config.rings.tx_slot_count = DATAGRAMS;
    return ax_udp_serve_start(&server->udp, &config);
}

static int serve_udp(struct shell *shell, struct request *request, struct text *reply,
                     enum ax_service service)
{
    struct shell_server *server = handles_free(shell, HANDLE_SERVER);
    uint16_t port;
    int err = read_port(request, &port);

    if (err < 0)
        return err;
    if (!server)
        return SHELL_E_FULL_SERVERS;
    return keep(shell, server, start_udp(shell, server, service, port), reply);
}

int cmd_serve_udp_echo(struct shell *shell, struct request *request, struct text *reply)
{
    return serve_udp(shell, request, reply, AX_SERVE_ECHO);
}

int cmd_serve_udp_discard(struct shell *shell, struct request *request, struct text *reply)
{
    return serve_udp(shell, request, reply, AX_SERVE_DISCARD);
}

/* ---- either */

static struct ax_serve_stats stats_of(const struct shell_server *server)
{
    struct ax_udp_serve_stats udp;

    if (!server->is_udp)
        return ax_serve_stats(&server->tcp);
    udp = ax_udp_serve_stats(&server->udp);
    return (struct ax_serve_stats){
        .served = udp.served,
        .refused = udp.refused,
        .rx_bytes = udp.rx_bytes,
        .tx_bytes = udp.tx_bytes,
    };
}

int cmd_serve(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_server *server;
    struct ax_serve_stats stats;
    int err = handle_server(shell, request, 0, &server);

    if (err < 0)
        return err;
    stats = stats_of(server);
    text_field(reply, "serving", stats.serving);
    text_field(reply, "served", stats.served);
    text_field(reply, "refused", stats.refused);
    text_field(reply, "broken", stats.broken);
    text_field(reply, "rx_bytes", stats.rx_bytes);
    text_field(reply, "tx_bytes", stats.tx_bytes);
    return AX_OK;
}

int cmd_serve_stop(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_server *server;
    int err = handle_server(shell, request, 0, &server);

    (void)reply;
    if (err < 0)
        return err;
    if (server->is_udp)
        ax_udp_serve_stop(&server->udp);
    else
        ax_serve_stop(&server->tcp);
    server->stopped = true;
    return AX_OK;
}
