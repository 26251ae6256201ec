/* SPDX-License-Identifier: BSD-3-Clause */
/* A pump's life: started, polled step by step, ended by itself or withdrawn. Its
 * numbers stay until its handle is used again. */
#include "shell/pump.h"

#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/watch.h"
#include "shell/way.h"

bool pump_is_full(const struct shell_pump *pump)
{
    return pump->total != 0 && pump->done == pump->total;
}

static void withdraw(struct shell_pump *pump)
{
    struct shell_tcp *tcp = pump->socket.tcp;
    struct shell_udp *udp = pump->socket.udp;

    if (tcp)
        tcp->way->tcp.withdraw(tcp, &pump->asker);
    else
        udp->way->udp.withdraw(udp, &pump->asker);
    way_end_asking(pump->shell, &pump->asker);
    arena_give_back(&pump->shell->arena, pump->block);
    pump->block = NULL;
    pump->running = false;
}

static void say_done(struct shell_pump *pump, int end)
{
    struct text event = event_begin("done");

    text_field(&event, "pump", handle_of(pump->shell, pump));
    text_field(&event, "bytes", pump->bytes);
    text_field(&event, "bad", pump->bad);
    text_field_string(&event, "end", ax_err_name(end));
    event_say(pump->shell, &event);
}

static enum ax_poll pump_poll(struct ax_task *task)
{
    struct shell_pump *pump = (struct shell_pump *)task;
    int result = pump->step(pump);

    watches_look(pump->shell);
    if (result == PUMP_MORE)
        ax_wake(pump->task.self);
    if (result > 0)
        return AX_PENDING;
    withdraw(pump);
    say_done(pump, result);
    return AX_READY;
}

void pumps_end(struct shell *shell, struct shell_socket socket)
{
    for (unsigned i = 0; i < shell->config.pumps; i++) {
        struct shell_pump *pump = &shell->pumps[i];
        if (!pump->running || pump->socket.tcp != socket.tcp || pump->socket.udp != socket.udp)
            continue;
        withdraw(pump);
        ax_task_stop(&pump->task);
        say_done(pump, AX_E_ABORTED);
    }
}

/* ---- commands */

/* What it needs in one piece: a chunk of the stream, or the largest datagram. */
static size_t block_bytes(const struct shell_pump *pump)
{
    if (pump->socket.tcp)
        return PUMP_CHUNK_BYTES;
    return pump->last > pump->socket.udp->rx_size ? pump->last : pump->socket.udp->rx_size;
}

static bool is_going(struct shell_socket socket)
{
    return socket.tcp ? socket.tcp->destroyed : socket.udp->closed;
}

static const struct way *way_of(struct shell_socket socket)
{
    return socket.tcp ? socket.tcp->way : socket.udp->way;
}

static int begin(struct shell *shell, struct shell_pump *pump)
{
    if (ax_task_start(&pump->task) < 0)
        return SHELL_E_FULL_TASKS;
    pump->block = arena_take(&shell->arena, block_bytes(pump));
    if (pump->block &&
        way_begin_asking(shell, way_of(pump->socket), &pump->task, &pump->asker) == AX_OK)
        return AX_OK;
    arena_give_back(&shell->arena, pump->block);
    ax_task_stop(&pump->task);
    return SHELL_E_FULL_ARENA;
}

/* Its socket is that of word 0. */
static int start(struct shell *shell, struct request *request, const struct shell_pump *model,
                 struct text *reply)
{
    struct shell_pump *pump;
    int err;

    if (is_going(model->socket))
        return reply_gone(reply, request, 0);
    pump = handles_free_pump(shell);
    if (!pump)
        return SHELL_E_FULL_PUMPS;
    *pump = *model;
    pump->task = (struct ax_task){.poll = pump_poll, .name = "pump"};
    pump->shell = shell;
    err = begin(shell, pump);
    if (err < 0)
        return err;
    pump->open = true;
    pump->running = true;
    text_field(reply, "pump", handle_of(shell, pump));
    return AX_OK;
}

/* S SEED TOTAL or S alone */
static int start_tcp(struct shell *shell, struct request *request, struct text *reply,
                     int (*step)(struct shell_pump *pump))
{
    struct shell_pump model = {.step = step};
    int err = handle_tcp(shell, request, 0, &model.socket.tcp);

    if (err == AX_OK && request->count == 3)
        err = request_number(request, 1, 0, UINT32_MAX, &model.seed);
    if (err == AX_OK && request->count == 3)
        err = request_number(request, 2, 0, UINT32_MAX, &model.total);
    return err < 0 ? err : start(shell, request, &model, reply);
}

int cmd_pump_source(struct shell *shell, struct request *request, struct text *reply)
{
    return start_tcp(shell, request, reply, pump_step_source);
}

int cmd_pump_sink(struct shell *shell, struct request *request, struct text *reply)
{
    return start_tcp(shell, request, reply, pump_step_sink);
}

int cmd_pump_echo(struct shell *shell, struct request *request, struct text *reply)
{
    return start_tcp(shell, request, reply, pump_step_echo);
}

int cmd_pump_udp_source(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_pump model = {.step = pump_step_udp_source};
    int err = handle_udp(shell, request, 0, &model.socket.udp);

    if (err == AX_OK)
        err = request_endpoint(request, 1, &model.remote);
    if (err == AX_OK)
        err = request_number(request, 2, 0, UINT32_MAX, &model.seed);
    if (err == AX_OK)
        err = request_number(request, 3, 0, UINT16_MAX, &model.next);
    if (err == AX_OK)
        err = request_number(request, 4, model.next, UINT16_MAX, &model.last);
    return err < 0 ? err : start(shell, request, &model, reply);
}

int cmd_pump_udp_sink(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_pump model = {.step = pump_step_udp_sink};
    int err = handle_udp(shell, request, 0, &model.socket.udp);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &model.seed);
    if (err == AX_OK)
        err = request_number(request, 2, 0, UINT32_MAX, &model.total);
    return err < 0 ? err : start(shell, request, &model, reply);
}

int cmd_pump_udp_echo(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_pump model = {.step = pump_step_udp_echo};
    int err = handle_udp(shell, request, 0, &model.socket.udp);

    return err < 0 ? err : start(shell, request, &model, reply);
}

int cmd_pump(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_pump *pump;
    int err = handle_pump(shell, request, 0, &pump);

    if (err < 0)
        return err;
    text_field(reply, "bytes", pump->bytes);
    text_field(reply, "bad", pump->bad);
    text_field(reply, "running", pump->running);
    return AX_OK;
}

int cmd_pump_stop(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_pump *pump;
    int err = handle_pump(shell, request, 0, &pump);

    (void)reply;
    if (err < 0)
        return err;
    if (pump->running) {
        withdraw(pump);
        ax_task_stop(&pump->task);
    }
    pump->open = false;
    return AX_OK;
}
