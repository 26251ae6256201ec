/* SPDX-License-Identifier: BSD-3-Clause */
/* The sockets' own calls: attempt, and wait where it would block. */
#include "shell/way.h"

/* ---- TCP */

int core_tcp_open(struct shell_tcp *socket)
{
    (void)socket;
    return AX_OK;
}

static int tcp_connect(struct shell_tcp *socket, const struct ax_endpoint *local,
                       const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    return ax_tcp_connect(&socket->tcp, local, remote, timeout_ms);
}

static int tcp_lend(struct shell_tcp *socket, struct ax_listener *listener)
{
    return ax_listener_lend(listener, &socket->tcp);
}

static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, struct way_asker *asker)
{
    int result = ax_tcp_send(&socket->tcp, src, len);

    if (result == AX_E_WOULD_BLOCK && asker)
        ax_tcp_wait(&socket->tcp, AX_WRITABLE, asker->self);
    return result;
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, struct way_asker *asker)
{
    int result = ax_tcp_recv(&socket->tcp, dst, len);

    if (result == AX_E_WOULD_BLOCK && asker)
        ax_tcp_wait(&socket->tcp, AX_READABLE, asker->self);
    return result;
}

int core_tcp_commit(struct shell_tcp *socket, size_t len)
{
    return ax_tcp_commit(&socket->tcp, len);
}

int core_tcp_consume(struct shell_tcp *socket, size_t len)
{
    return ax_tcp_consume(&socket->tcp, len);
}

static int tcp_close(struct shell_tcp *socket) { return ax_tcp_close(&socket->tcp); }

void core_tcp_abort(struct shell_tcp *socket) { ax_tcp_abort(&socket->tcp); }

static void tcp_destroy(struct shell_tcp *socket) { ax_tcp_destroy(&socket->tcp); }

unsigned core_tcp_ready(const struct shell_tcp *socket) { return ax_tcp_ready(&socket->tcp); }

void core_tcp_wait(struct shell_tcp *socket, unsigned interest, struct way_asker *asker)
{
    ax_tcp_wait(&socket->tcp, interest, asker->self);
}

static void tcp_withdraw(struct shell_tcp *socket, struct way_asker *asker)
{
    ax_tcp_unwait(&socket->tcp, asker->self);
}

/* ---- UDP */

int core_udp_open(struct shell_udp *socket)
{
    (void)socket;
    return AX_OK;
}

int core_udp_bind(struct shell_udp *socket, const struct ax_endpoint *local)
{
    return ax_udp_bind(&socket->udp, local);
}

static int udp_send(struct shell_udp *socket, const struct ax_endpoint *to, const void *src,
                    size_t len, uint32_t *id, struct way_asker *asker)
{
    int result = ax_udp_send(&socket->udp, to, src, len, id);

    if (result == AX_E_WOULD_BLOCK && asker)
        ax_udp_wait(&socket->udp, AX_WRITABLE, len, asker->self);
    return result;
}

static int udp_recv(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                    struct way_asker *asker)
{
    int result = ax_udp_recv(&socket->udp, dst, size, about);

    if (result == AX_E_WOULD_BLOCK && asker)
        ax_udp_wait(&socket->udp, AX_READABLE, 0, asker->self);
    return result;
}

void core_udp_close(struct shell_udp *socket) { ax_udp_close(&socket->udp); }

unsigned core_udp_ready(const struct shell_udp *socket, uint32_t room)
{
    return ax_udp_ready(&socket->udp, room);
}

void core_udp_wait(struct shell_udp *socket, unsigned interest, uint32_t room,
                   struct way_asker *asker)
{
    ax_udp_wait(&socket->udp, interest, room, asker->self);
}

static void udp_withdraw(struct shell_udp *socket, struct way_asker *asker)
{
    ax_udp_unwait(&socket->udp, asker->self);
}

const struct way way_core = {
    .name = "core",
    .tcp = {.open = core_tcp_open,
            .connect = tcp_connect,
            .lend = tcp_lend,
            .send = tcp_send,
            .recv = tcp_recv,
            .commit = core_tcp_commit,
            .consume = core_tcp_consume,
            .close = tcp_close,
            .abort = core_tcp_abort,
            .destroy = tcp_destroy,
            .ready = core_tcp_ready,
            .wait = core_tcp_wait,
            .withdraw = tcp_withdraw},
    .udp = {.open = core_udp_open,
            .bind = core_udp_bind,
            .send = udp_send,
            .recv = udp_recv,
            .close = core_udp_close,
            .ready = core_udp_ready,
            .wait = core_udp_wait,
            .withdraw = udp_withdraw},
};
