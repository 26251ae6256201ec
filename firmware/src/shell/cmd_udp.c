/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP sockets: their life, options and counters. */
#include "shell/cmd.h"
#include "shell/driver.h"
#include "shell/future.h"
#include "shell/handles.h"
#include "shell/pump.h"
#include "shell/reply.h"
#include "shell/watch.h"
#include "shell/way.h"

int cmd_udp(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    struct ax_udp_levels levels;
    int err = handle_udp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    levels = ax_udp_levels(&socket->udp);
    text_field(reply, "bound", ax_udp_local(&socket->udp).port != 0);
    text_field_endpoint(reply, "local", ax_udp_local(&socket->udp));
    text_field(reply, "can_send", ax_udp_can_send(&socket->udp, 1));
    text_field(reply, "can_recv", ax_udp_can_recv(&socket->udp));
    text_field_level(reply, "rx", levels.rx_bytes, socket->rx_size);
    text_field_level(reply, "rx_slots", levels.rx_slots, socket->rx_slot_count);
    text_field_level(reply, "tx", levels.tx_bytes, socket->tx_size);
    text_field_level(reply, "tx_slots", levels.tx_slots, socket->tx_slot_count);
    text_field(reply, "released", ax_udp_is_released(&socket->udp));
    return AX_OK;
}

/* ---- life */

static int take_storage(struct shell *shell, struct shell_udp *socket)
{
    struct arena *arena = &shell->arena;

    if (socket->rx_size != 0)
        socket->rx = arena_take(arena, socket->rx_size);
    if (socket->tx_size != 0)
        socket->tx = arena_take(arena, socket->tx_size);
    socket->rx_slots = arena_take(arena, socket->rx_slot_count * sizeof *socket->rx_slots);
    socket->tx_slots = arena_take(arena, socket->tx_slot_count * sizeof *socket->tx_slots);
    if ((socket->rx_size && !socket->rx) || (socket->tx_size && !socket->tx) || !socket->rx_slots ||
        !socket->tx_slots)
        return SHELL_E_FULL_ARENA;
    return AX_OK;
}

static int prepare(struct shell_udp *socket)
{
    return ax_udp_init(&socket->udp, &(struct ax_udp_config){
                                         .rx_storage = socket->rx,
                                         .rx_size = socket->rx_size,
                                         .rx_slots = socket->rx_slots,
                                         .rx_slot_count = socket->rx_slot_count,
                                         .tx_storage = socket->tx,
                                         .tx_size = socket->tx_size,
                                         .tx_slots = socket->tx_slots,
                                         .tx_slot_count = socket->tx_slot_count,
                                     });
}

/* RX RXSLOTS TX TXSLOTS */
static int read_sizes(struct request *request, uint32_t sizes[4])
{
    int err = AX_OK;

    for (unsigned i = 0; i < 4 && err == AX_OK; i++)
        err = request_number(request, i, i % 2, i % 2 ? UINT16_MAX : UINT32_MAX, &sizes[i]);
    return err;
}

/* through=WAY, of one that has datagrams. */
static int read_way(struct request *request, unsigned index, const struct way **way,
                    struct text *reply)
{
    int err;

    if (!request_way(request, index, reply, &err, way))
        return request_refuse(request, index, SHELL_E_USAGE);
    if (err < 0 || (*way)->udp.open)
        return err;
    return reply_why(reply, request_refuse(request, index, SHELL_E_USAGE), "has no datagrams");
}

int cmd_udp_open(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket = handles_free(shell, HANDLE_UDP);
    const struct way *way = &way_core;
    uint32_t sizes[4];
    int err = read_sizes(request, sizes);

    if (err == AX_OK && request->count == 5)
        err = read_way(request, 4, &way, reply);
    if (err < 0)
        return err;
    if (!socket)
        return SHELL_E_FULL_UDP;
    socket->rx_size = sizes[0];
    socket->rx_slot_count = (uint16_t)sizes[1];
    socket->tx_size = sizes[2];
    socket->tx_slot_count = (uint16_t)sizes[3];
    err = take_storage(shell, socket);
    if (err == AX_OK)
        err = prepare(socket);
    if (err == AX_OK)
        err = way_open_udp(shell, socket, way);
    if (err < 0) {
        handles_drop_udp(shell, socket);
        return err;
    }
    socket->open = true;
    text_field(reply, "sock", handle_of(shell, socket));
    return AX_OK;
}

int cmd_udp_bind(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    struct ax_endpoint local;
    int err = handle_udp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_endpoint(request, 1, &local);
    if (err == AX_OK)
        err =
            socket->closed ? reply_gone(reply, request, 0) : socket->way->udp.bind(socket, &local);
    if (err == AX_OK)
        text_field_endpoint(reply, "local", ax_udp_local(&socket->udp));
    return reply_why_of(reply, err, AX_E_MEMORY, "too few udp_pcb left");
}

int cmd_udp_close(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    int err = handle_udp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    if (socket->closed)
        return reply_gone(reply, request, 0);
    watches_end(shell, (struct shell_socket){.udp = socket});
    pumps_end(shell, (struct shell_socket){.udp = socket});
    driver_forget(shell, socket);
    socket->way->udp.close(socket);
    socket->closed = true;
    return AX_OK;
}

/* ---- options and counters */

static int read_option(struct request *request, unsigned index, struct ax_udp_options *options)
{
    uint32_t value;
    int err;

    if (request_key(request, index, "ttl", UINT8_MAX, &err, &value)) {
        if (err == AX_OK)
            options->ttl = (uint8_t)value;
    } else if (request_key(request, index, "tos", UINT8_MAX, &err, &value)) {
        if (err == AX_OK)
            options->tos = (uint8_t)value;
    } else {
        err = request_refuse(request, index, SHELL_E_USAGE);
    }
    return err;
}

int cmd_udp_option(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    struct ax_udp_options options;
    int err = handle_udp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    options = socket->options;
    for (unsigned i = 1; i < request->count && err == AX_OK; i++)
        err = read_option(request, i, &options);
    if (err < 0)
        return err;
    socket->options = options;
    if (request->count > 1)
        ax_udp_set_options(&socket->udp, &options);
    text_field(reply, "ttl", options.ttl);
    text_field(reply, "tos", options.tos);
    return AX_OK;
}

int cmd_udp_follow(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    int err = handle_udp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    err = ax_udp_follow(&socket->udp);
    return err < 0
               ? reply_why(reply, request_refuse(request, 0, err), "is not bound: udp bind U EP")
               : err;
}

int cmd_udp_status(struct shell *shell, struct request *request, struct text *reply)
{
    static const char *const names[] = {
        [AX_UDP_QUEUED] = "queued",           [AX_UDP_HELD] = "held",       [AX_UDP_SENT] = "sent",
        [AX_UDP_UNREACHABLE] = "unreachable", [AX_UDP_TOO_OLD] = "too-old",
    };
    struct shell_udp *socket;
    uint32_t id;
    int err = handle_udp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &id);
    if (err < 0)
        return err;
    text_key(reply, "status");
    text_string(reply, names[ax_udp_status(&socket->udp, id)]);
    return AX_OK;
}

int cmd_udp_stats(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    struct ax_udp_stats stats;
    int err = handle_udp(shell, request, 0, &socket);

    if (err < 0)
        return err;
    stats = ax_udp_stats(&socket->udp);
    text_field(reply, "received", stats.received);
    text_field(reply, "rx_dropped_payload", stats.rx_dropped_payload);
    text_field(reply, "rx_dropped_slots", stats.rx_dropped_slots);
    text_field(reply, "sent", stats.sent);
    text_field(reply, "unreachable", stats.unreachable);
    text_field(reply, "unreachable_id", stats.unreachable_id);
    text_field(reply, "wakes", stats.wakes);
    return AX_OK;
}
