/* SPDX-License-Identifier: BSD-3-Clause */
/* Echo and discard for datagrams, in place. */
#include <ax/serve.h>

#include <string.h>

#include <ax/stack.h>

enum { STEP_DATAGRAMS = 8, SERVICE_PORTS = 1024 };

static bool may_be_answered(const struct ax_udp_serve *server, const struct ax_packet *about)
{
    bool from_service = about->remote.port < SERVICE_PORTS || about->remote.port == server->port;

    return !from_service && about->local.addr == ax_stack_address().addr;
}

static int answer(struct ax_udp_serve *server, const struct ax_span *data,
                  const struct ax_packet *about)
{
    struct ax_span room;
    int err = ax_udp_room(&server->udp, data->len, &room);

    if (err < 0)
        return err;
    if (data->len != 0)
        memcpy(room.at, data->at, data->len);
    return ax_udp_commit(&server->udp, &about->remote, NULL);
}

/* The oldest datagram. AX_OK when it is done with; else as ax_udp_data(), or
 * would-block and *room set to the length that finds no room. */
static int take(struct ax_udp_serve *server, size_t *room)
{
    struct ax_span data;
    struct ax_packet about;
    int err = ax_udp_data(&server->udp, &data, &about);

    if (err < 0)
        return err;
    if (server->answers) {
        err = may_be_answered(server, &about) ? answer(server, &data, &about) : AX_E_ARG;
        if (err == AX_E_WOULD_BLOCK) {
            *room = data.len;
            return err;
        }
        server->refused += err < 0;
        server->tx_bytes += err < 0 ? 0 : (uint32_t)data.len;
    }
    server->rx_bytes += (uint32_t)data.len;
    ax_udp_consume(&server->udp);
    return AX_OK;
}

static enum ax_poll udp_server_poll(struct ax_task *task)
{
    struct ax_udp_serve *server = (struct ax_udp_serve *)task;

    for (unsigned i = 0; i < STEP_DATAGRAMS; i++) {
        size_t room = SIZE_MAX;
        if (take(server, &room) == AX_OK)
            continue;
        ax_udp_wait(&server->udp, room == SIZE_MAX ? AX_READABLE : AX_WRITABLE, room, task->self);
        return AX_PENDING;
    }
    ax_wake(task->self);
    return AX_PENDING;
}

int ax_udp_serve_start(struct ax_udp_serve *server, const struct ax_udp_serve_config *config)
{
    const struct ax_endpoint any = {.port = config->port};
    int err;

    if (config->port == 0 ||
        (config->service != AX_SERVE_ECHO && config->service != AX_SERVE_DISCARD))
        return AX_E_ARG;
    if (!ax_udp_serve_is_released(server))
        return AX_E_STATE;
    *server = (struct ax_udp_serve){
        .task = {.poll = udp_server_poll, .name = "serve-udp"},
        .answers = config->service == AX_SERVE_ECHO,
        .port = config->port,
    };
    err = ax_udp_init(&server->udp, &config->rings);
    if (err == AX_OK)
        err = ax_task_start(&server->task);
    if (err < 0)
        return err;
    err = ax_udp_bind(&server->udp, &any);
    if (err < 0)
        ax_task_stop(&server->task);
    return err;
}

void ax_udp_serve_stop(struct ax_udp_serve *server)
{
    ax_udp_unwait(&server->udp, server->task.self);
    ax_udp_close(&server->udp);
    ax_task_stop(&server->task);
}

bool ax_udp_serve_is_released(const struct ax_udp_serve *server)
{
    return ax_udp_is_released(&server->udp);
}

struct ax_udp_serve_stats ax_udp_serve_stats(const struct ax_udp_serve *server)
{
    struct ax_udp_stats stats = ax_udp_stats(&server->udp);
    struct ax_udp_levels levels = ax_udp_levels(&server->udp);

    return (struct ax_udp_serve_stats){
        .served = stats.received - levels.rx_slots,
        .refused = stats.rx_dropped_payload + stats.rx_dropped_slots + server->refused,
        .rx_bytes = server->rx_bytes,
        .tx_bytes = server->tx_bytes,
    };
}
