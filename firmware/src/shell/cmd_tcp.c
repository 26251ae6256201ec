/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP sockets: their life, options and counters. */
#include "shell/cmd.h"
#include "shell/driver.h"
#include "shell/future.h"
#include "shell/handles.h"
#include "shell/pump.h"
#include "shell/reply.h"
#include "shell/watch.h"
#include "shell/way.h"

int cmd_tcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    const struct ax_tcp *tcp;
    struct ax_tcp_levels levels;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    tcp = &socket->tcp;
    levels = ax_tcp_levels(tcp);
    text_field_string(reply, "state", ax_tcp_state_name(ax_tcp_state(tcp)));
    text_field(reply, "may_send", ax_tcp_may_send(tcp));
    text_field(reply, "can_send", ax_tcp_can_send(tcp));
    text_field(reply, "may_recv", ax_tcp_may_recv(tcp));
    text_field(reply, "can_recv", ax_tcp_can_recv(tcp));
    text_field_level(reply, "rx", levels.rx, socket->rx_size);
    text_field_level(reply, "tx", levels.tx, socket->tx_size);
    text_field_string(reply, "end", ax_err_name(ax_tcp_end(tcp)));
    text_field(reply, "released", ax_tcp_is_released(tcp));
    text_field_endpoint(reply, "local", ax_tcp_local(tcp));
    text_field_endpoint(reply, "remote", ax_tcp_remote(tcp));
    return AX_OK;
}

/* ---- life */

/* Takes storage and prepares the socket; undone by handles_drop_tcp(). */
static int prepare(struct shell *shell, struct shell_tcp *socket, const struct way *way)
{
    struct ax_tcp_config config = {.rx_size = socket->rx_size, .tx_size = socket->tx_size};
    int err;

    socket->rx = arena_take(&shell->arena, socket->rx_size);
    socket->tx = arena_take(&shell->arena, socket->tx_size);
    if (!socket->rx || !socket->tx)
        return SHELL_E_FULL_ARENA;
    config.rx_storage = socket->rx;
    config.tx_storage = socket->tx;
    err = ax_tcp_init(&socket->tcp, &config);
    return err < 0 ? err : way_open_tcp(shell, socket, way);
}

int cmd_tcp_open(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket = handles_free(shell, HANDLE_TCP);
    const struct way *way = &way_core;
    uint32_t rx_size, tx_size;
    int err = request_number(request, 0, 1, UINT32_MAX, &rx_size);

    if (err == AX_OK)
        err = request_number(request, 1, 1, UINT32_MAX, &tx_size);
    if (err == AX_OK && request->count == 3 && !request_way(request, 2, reply, &err, &way))
        err = request_refuse(request, 2, SHELL_E_USAGE);
    if (err < 0)
        return err;
    if (!socket)
        return SHELL_E_FULL_TCP;
    socket->rx_size = rx_size;
    socket->tx_size = tx_size;
    err = prepare(shell, socket, way);
    if (err < 0) {
        handles_drop_tcp(shell, socket);
        return err;
    }
    socket->open = true;
    text_field(reply, "sock", handle_of(shell, socket));
    return AX_OK;
}

struct connect {
    struct ax_endpoint local, remote;
    bool has_local;
    uint32_t timeout_ms;
};

static int read_connect(struct request *request, struct connect *connect)
{
    int err = request_endpoint(request, 1, &connect->remote);

    for (unsigned i = 2; i < request->count && err == AX_OK; i++) {
        if (request_key_endpoint(request, i, "local", &err, &connect->local))
            connect->has_local = true;
        else if (!request_key(request, i, "timeout", AX_TIMER_MAX_MS, &err, &connect->timeout_ms))
            err = request_refuse(request, i, SHELL_E_USAGE);
    }
    return err;
}

int cmd_tcp_connect(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct connect connect = {0};
    int err = handle_tcp(shell, request, 0, &socket);

    (void)reply;
    if (err == AX_OK)
        err = read_connect(request, &connect);
    if (err < 0)
        return err;
    return socket->way->tcp.connect(socket, connect.has_local ? &connect.local : NULL,
                                    &connect.remote, connect.timeout_ms);
}

int cmd_tcp_close(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    int err = handle_tcp(shell, request, 0, &socket);

    (void)reply;
    return err < 0 ? err : socket->way->tcp.close(socket);
}

int cmd_tcp_abort(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    int err = handle_tcp(shell, request, 0, &socket);

    (void)reply;
    if (err == AX_OK)
        socket->way->tcp.abort(socket);
    return err;
}

void shell_destroy_tcp(struct shell *shell, struct shell_tcp *socket)
{
    watches_end(shell, (struct shell_socket){.tcp = socket});
    pumps_end(shell, (struct shell_socket){.tcp = socket});
    futures_end(shell, (struct shell_socket){.tcp = socket});
    driver_forget(shell, socket);
    socket->way->tcp.destroy(socket);
    socket->destroyed = true;
}

int cmd_tcp_destroy(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    if (socket->destroyed)
        return reply_gone(reply, request, 0);
    shell_destroy_tcp(shell, socket);
    return AX_OK;
}

/* ---- options and counters */

static const struct {
    const char *key;
    uint32_t max;
} option_keys[] = {
    {"no_delay", 1},
    {"keepalive_ms", AX_TIMER_MAX_MS},
    {"keepalive_every_ms", AX_TIMER_MAX_MS},
    {"keepalive_count", UINT8_MAX},
    {"ttl", UINT8_MAX},
    {"tos", UINT8_MAX},
    {"user_timeout_ms", AX_TIMER_MAX_MS},
};

enum { OPTION_KEYS = sizeof option_keys / sizeof option_keys[0] };

static void set_option(struct ax_tcp_options *options, unsigned key, uint32_t value)
{
    switch (key) {
    case 0: options->no_delay = value != 0; break;
    case 1: options->keepalive_ms = value; break;
    case 2: options->keepalive_every_ms = value; break;
    case 3: options->keepalive_count = (uint8_t)value; break;
    case 4: options->ttl = (uint8_t)value; break;
    case 5: options->tos = (uint8_t)value; break;
    case 6: options->user_timeout_ms = value; break;
    default: break;
    }
}

static int read_option(struct request *request, unsigned index, struct ax_tcp_options *options)
{
    for (unsigned key = 0; key < OPTION_KEYS; key++) {
        uint32_t value;
        int err;
        if (!request_key(request, index, option_keys[key].key, option_keys[key].max, &err, &value))
            continue;
        if (err == AX_OK)
            set_option(options, key, value);
        return err;
    }
    return request_refuse(request, index, SHELL_E_USAGE);
}

static void show_options(struct text *reply, const struct ax_tcp_options *options)
{
    text_field(reply, "no_delay", options->no_delay);
    text_field(reply, "keepalive_ms", options->keepalive_ms);
    text_field(reply, "keepalive_every_ms", options->keepalive_every_ms);
    text_field(reply, "keepalive_count", options->keepalive_count);
    text_field(reply, "ttl", options->ttl);
    text_field(reply, "tos", options->tos);
    text_field(reply, "user_timeout_ms", options->user_timeout_ms);
}

int cmd_tcp_option(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct ax_tcp_options options;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    options = ax_tcp_options(&socket->tcp);
    for (unsigned i = 1; i < request->count && err == AX_OK; i++)
        err = read_option(request, i, &options);
    if (err < 0)
        return err;
    if (request->count > 1)
        err = ax_tcp_set_options(&socket->tcp, &options);
    if (err < 0)
        return err;
    show_options(reply, &options);
    return AX_OK;
}

int cmd_tcp_stats(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct ax_tcp_stats stats;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    stats = ax_tcp_stats(&socket->tcp);
    text_field(reply, "rx_bytes", stats.rx_bytes);
    text_field(reply, "rx_dropped_window", stats.rx_dropped_window);
    text_field(reply, "rx_dropped_reorder", stats.rx_dropped_reorder);
    text_field(reply, "tx_bytes", stats.tx_bytes);
    text_field(reply, "wakes", stats.wakes);
    return AX_OK;
}
