/* SPDX-License-Identifier: BSD-3-Clause */
#include "stack/dns_socket.h"

enum { PORT = 53 };

static int open_socket(struct dns_socket *socket)
{
    static const struct ax_endpoint any_port;
    struct ax_udp_config config = {.rx_storage = socket->rx,
                                   .rx_size = sizeof socket->rx,
                                   .rx_slots = &socket->rx_slot,
                                   .rx_slot_count = 1,
                                   .tx_storage = socket->tx,
                                   .tx_size = sizeof socket->tx,
                                   .tx_slots = &socket->tx_slot,
                                   .tx_slot_count = 1};
    int err;

    if (!ax_udp_is_released(&socket->udp))
        return AX_E_WOULD_BLOCK;
    (void)ax_udp_init(&socket->udp, &config);
    err = ax_udp_bind(&socket->udp, &any_port);
    if (err < 0)
        return err;
    socket->is_open = true;
    socket->server = any_port;
    return ax_udp_follow(&socket->udp);
}

static bool is_on_its_way(const struct dns_socket *socket, uint32_t server)
{
    enum ax_udp_status status = ax_udp_status(&socket->udp, socket->id);

    return socket->server.addr == server && (status == AX_UDP_QUEUED || status == AX_UDP_HELD);
}

int dns_socket_send(struct dns_socket *socket, uint32_t server, struct ax_span question)
{
    struct ax_endpoint to = {server, PORT};
    int err = socket->is_open ? AX_OK : open_socket(socket);

    if (err < 0 || is_on_its_way(socket, server))
        return err;
    socket->server = to;
    return ax_udp_send(&socket->udp, &to, question.at, question.len, &socket->id);
}

int dns_socket_hear(struct dns_socket *socket, struct ax_span *message)
{
    struct ax_packet about;

    while (socket->is_open && ax_udp_data(&socket->udp, message, &about) == AX_OK) {
        if (about.remote.addr == socket->server.addr && about.remote.port == PORT)
            return AX_OK;
        dns_socket_drop(socket);
    }
    return AX_E_WOULD_BLOCK;
}

void dns_socket_drop(struct dns_socket *socket) { (void)ax_udp_consume(&socket->udp); }

void dns_socket_wait(struct dns_socket *socket, ax_tasks self)
{
    ax_udp_wait(&socket->udp, socket->is_open ? AX_READABLE : AX_RELEASED, 0, self);
}

void dns_socket_close(struct dns_socket *socket, ax_tasks self)
{
    ax_udp_unwait(&socket->udp, self);
    ax_udp_close(&socket->udp);
    socket->is_open = false;
}
