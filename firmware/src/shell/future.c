/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/future.h"

#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/watch.h"

enum { SHOWN_MAX_BYTES = 200 }; /* as hex in one reply */

static bool is_of_tcp(const struct shell_future *future) { return future->socket.tcp != NULL; }
static bool is_of_udp(const struct shell_future *future) { return future->socket.udp != NULL; }

size_t future_done_bytes(const struct shell_future *future)
{
    if (is_of_tcp(future))
        return future->of.tcp.done;
    return is_of_udp(future) && future->whole->result > 0 ? (size_t)future->whole->result : 0;
}

static void show_result(const struct shell_future *future, struct text *fields)
{
    int result = future->whole->result;

    if (result < 0)
        text_field_string(fields, "result", ax_err_name(result));
    else
        text_field(fields, "result", (uint32_t)result);
    if (future->of_dns && result == AX_OK) {
        text_key(fields, "addr");
        text_address(fields, future->of.dns.addr);
    }
}

static void say_done(const struct shell_future *future)
{
    struct text event = event_begin("future");

    text_field(&event, "future", handle_of(future->shell, future));
    show_result(future, &event);
    text_field(&event, "done", (uint32_t)future_done_bytes(future));
    event_say(future->shell, &event);
}

void future_show(const struct shell_future *future, struct text *fields)
{
    size_t done = future_done_bytes(future);

    show_result(future, fields);
    text_field(fields, "done", (uint32_t)done);
    if (future->receives && done != 0)
        text_field_hex(fields, "hex", future->block,
                       done < SHOWN_MAX_BYTES ? done : SHOWN_MAX_BYTES);
}

static enum ax_poll future_poll(struct ax_task *task)
{
    struct shell_future *future = (struct shell_future *)task;
    int result = ax_future_poll(future->whole, task->self);

    watches_look(future->shell);
    if (result == AX_E_WOULD_BLOCK)
        return AX_PENDING;
    future->running = false;
    say_done(future);
    if (is_of_udp(future) && future->socket.udp->closed)
        ax_wake(future->shell->task.self); /* its handle waits for this */
    return AX_READY;
}

void future_hold(struct shell_future *future)
{
    future->whole = &future->of.future;
    future->open = true;
}

int future_start(struct shell_future *future)
{
    future->task = (struct ax_task){.poll = future_poll, .name = "future"};
    if (ax_task_start(&future->task) < 0)
        return SHELL_E_FULL_TASKS;
    future_hold(future);
    if (future->has_deadline) {
        ax_timeout(&future->within, &future->of.future, future->within_ms);
        future->whole = &future->within.future;
    }
    future->running = true;
    return AX_OK;
}

void future_withdraw(struct shell_future *future)
{
    ax_future_withdraw(future->whole);
    if (future->running)
        ax_task_stop(&future->task);
    future->running = false;
    if (future->owner)
        ax_wake(future->owner->task.self); /* it has a part that was ended from outside */
}

static bool is_about(const struct shell_future *future, struct shell_socket socket)
{
    return future->open && future->socket.tcp == socket.tcp && future->socket.udp == socket.udp;
}

bool futures_use(const struct shell *shell, struct shell_socket socket)
{
    for (unsigned i = 0; i < shell->config.futures; i++) {
        const struct shell_future *future = &shell->futures[i];
        if (is_about(future, socket) && !ax_future_is_done(future->whole))
            return true;
    }
    return false;
}

void futures_end(struct shell *shell, struct shell_socket socket)
{
    for (unsigned i = 0; i < shell->config.futures; i++) {
        struct shell_future *future = &shell->futures[i];
        bool was_running = future->running;
        if (!is_about(future, socket) || ax_future_is_done(future->whole))
            continue;
        future_withdraw(future);
        if (was_running)
            say_done(future);
    }
}
