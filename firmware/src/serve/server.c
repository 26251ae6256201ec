/* SPDX-License-Identifier: BSD-3-Clause */
/* A TCP server's life. One task polls every connection: each poll does a bounded
 * step for each, and asks to be woken by what each one waits for. */
#include <ax/serve.h>

#include <string.h>

#include "serve/services.h"

/* Of one socket. */
enum phase {
    RESTING, /* over, or never used: lent as soon as it is released */
    LENT,    /* until a connection is established */
    SERVING,
    ENDING, /* our half is closed; what still comes is dropped */
};

enum { AGAIN = 0, LATER = -1 }; /* beside interests: at once, or by the timer */

static serve_step *const steps[] = {
    [AX_SERVE_ECHO] = serve_echo,
    [AX_SERVE_DISCARD] = serve_discard,
    [AX_SERVE_CHARGEN] = serve_chargen,
    [AX_SERVE_HTTP] = serve_http,
};

static int later(struct ax_serve *server)
{
    if (!ax_timer_is_armed(&server->retry))
        ax_timer_arm_in(&server->retry, AX_SERVE_RETRY_MS, server->task.self);
    return LATER;
}

/* ---- one connection: what to wait for, AGAIN or LATER */

static int rest(struct ax_serve *server, struct ax_serve_peer *peer)
{
    if (!ax_tcp_is_released(&peer->tcp))
        return AX_RELEASED;
    ax_tcp_destroy(&peer->tcp); /* drops what nobody read */
    if (ax_listener_lend(&server->listener, &peer->tcp) < 0)
        return later(server); /* the stack's sockets are all live */
    peer->phase = LENT;
    return AX_READABLE;
}

static int await_peer(struct ax_serve_peer *peer)
{
    enum ax_tcp_state state = ax_tcp_state(&peer->tcp);

    if (state == AX_TCP_LISTEN || state == AX_TCP_SYN_RECEIVED)
        return AX_READABLE;
    peer->at = 0;
    memset(&peer->http, 0, sizeof peer->http);
    peer->phase = SERVING;
    return AGAIN;
}

static int over(struct ax_serve *server, struct ax_serve_peer *peer)
{
    struct ax_tcp_stats stats = ax_tcp_stats(&peer->tcp);

    server->broken += ax_tcp_end(&peer->tcp) != AX_E_CLOSED;
    server->rx_bytes += stats.rx_bytes;
    server->tx_bytes += stats.tx_bytes;
    peer->phase = RESTING;
    return AGAIN;
}

static int serve(struct ax_serve *server, struct ax_serve_peer *peer)
{
    int result = steps[server->config.service](peer);

    if (result >= 0)
        return result;
    if (ax_tcp_close(&peer->tcp) < 0)
        return over(server, peer); /* it has ended */
    peer->phase = ENDING;
    return AGAIN;
}

/* Nothing tells of the way from CLOSING to TIME-WAIT, where the socket is let go:
 * the timer looks. */
static int end(struct ax_serve *server, struct ax_serve_peer *peer)
{
    int err = serve_drop(&peer->tcp);

    switch (ax_tcp_state(&peer->tcp)) {
    case AX_TCP_CLOSED: return over(server, peer);
    case AX_TCP_TIME_WAIT: ax_tcp_destroy(&peer->tcp); return over(server, peer);
    case AX_TCP_CLOSING: return later(server);
    case AX_TCP_LAST_ACK: return AX_RELEASED;
    default: return err == AX_OK ? AGAIN : AX_READABLE;
    }
}

static int attempt(struct ax_serve *server, struct ax_serve_peer *peer)
{
    switch ((enum phase)peer->phase) {
    case RESTING: return rest(server, peer);
    case LENT: return await_peer(peer);
    case SERVING: return serve(server, peer);
    case ENDING: return end(server, peer);
    }
    return LATER;
}

static enum ax_poll server_poll(struct ax_task *task)
{
    struct ax_serve *server = (struct ax_serve *)task;

    for (unsigned i = 0; i < server->config.peer_count; i++) {
        struct ax_serve_peer *peer = &server->config.peers[i];
        int wait = attempt(server, peer);
        if (wait == AGAIN)
            ax_wake(task->self);
        else if (wait != LATER)
            ax_tcp_wait(&peer->tcp, (unsigned)wait, task->self);
    }
    return AX_PENDING;
}

/* ---- start and stop */

static int prepare(struct ax_serve *server)
{
    const struct ax_serve_config *config = &server->config;
    static const struct ax_tcp_options options = {
        .keepalive_ms = AX_SERVE_KEEPALIVE_MS,
        .keepalive_every_ms = AX_SERVE_KEEPALIVE_EVERY_MS,
        .keepalive_count = AX_SERVE_KEEPALIVE_COUNT,
    };
    uint8_t *ring = config->rings;

    for (unsigned i = 0; i < config->peer_count; i++) {
        struct ax_serve_peer *peer = &config->peers[i];
        int err = ax_tcp_init(&peer->tcp, &(struct ax_tcp_config){
                                              .rx_storage = ring,
                                              .rx_size = config->rx_size,
                                              .tx_storage = ring + config->rx_size,
                                              .tx_size = config->tx_size,
                                          });
        if (err < 0)
            return err;
        ax_tcp_set_options(&peer->tcp, &options);
        peer->phase = RESTING;
        ring += config->rx_size + config->tx_size;
    }
    return AX_OK;
}

int ax_serve_start(struct ax_serve *server, const struct ax_serve_config *config)
{
    const struct ax_endpoint any = {.port = config->port};
    int err;

    if (config->peer_count == 0 || config->port == 0)
        return AX_E_ARG;
    if (!ax_serve_is_released(server))
        return AX_E_STATE;
    *server = (struct ax_serve){.task = {.poll = server_poll, .name = "serve"}, .config = *config};
    err = prepare(server);
    if (err == AX_OK)
        err = ax_task_start(&server->task);
    if (err < 0)
        return err;
    err = ax_listener_open(&server->listener, &any, AX_LISTEN_DROP);
    if (err < 0)
        ax_task_stop(&server->task);
    return err;
}

void ax_serve_stop(struct ax_serve *server)
{
    ax_listener_close(&server->listener);
    for (unsigned i = 0; i < server->config.peer_count; i++) {
        struct ax_tcp *tcp = &server->config.peers[i].tcp;
        ax_tcp_unwait(tcp, server->task.self);
        ax_tcp_destroy(tcp);
    }
    ax_timer_cancel(&server->retry);
    ax_task_stop(&server->task);
}

bool ax_serve_is_released(const struct ax_serve *server)
{
    bool released = !ax_listener_is_borrowed(&server->listener);

    for (unsigned i = 0; i < server->config.peer_count && released; i++)
        released = ax_tcp_is_released(&server->config.peers[i].tcp);
    return released;
}

struct ax_serve_stats ax_serve_stats(const struct ax_serve *server)
{
    struct ax_listener_stats listener = ax_listener_stats(&server->listener);
    struct ax_serve_stats stats = {
        .served = listener.accepted,
        .refused = listener.reset + listener.dropped,
        .broken = server->broken,
        .rx_bytes = server->rx_bytes,
        .tx_bytes = server->tx_bytes,
    };

    for (unsigned i = 0; i < server->config.peer_count; i++) {
        const struct ax_serve_peer *peer = &server->config.peers[i];
        struct ax_tcp_stats now = ax_tcp_stats(&peer->tcp);
        if (peer->phase == SERVING || peer->phase == ENDING) {
            stats.serving++;
            stats.rx_bytes += now.rx_bytes;
            stats.tx_bytes += now.tx_bytes;
        }
    }
    return stats;
}
