/* SPDX-License-Identifier: BSD-3-Clause */
/* A task that waits for the proxy, once: for a datagram, for room, for the end of a
 * tuple. What it is woken by without that is told as well. */
#include "shell/cmd.h"
#include "shell/proxy.h"
#include "shell/reply.h"

#if AX_PROXY

static const char *const names[] = {
    [PROXY_READABLE] = "readable",
    [PROXY_WRITABLE] = "writable",
    [PROXY_TUPLE_ENDS] = "end",
};

static void wait_for(struct shell_proxy_waiter *waiter)
{
    struct ax_proxy *proxy = waiter->proxy;

    switch (waiter->kind) {
    case PROXY_READABLE: ax_proxy_wait(proxy, AX_READABLE, 0, waiter->task.self); break;
    case PROXY_WRITABLE: ax_proxy_wait(proxy, AX_WRITABLE, waiter->room, waiter->task.self); break;
    case PROXY_TUPLE_ENDS: ax_proxy_wait_end(proxy, waiter->task.self); break;
    }
}

/* The first poll only waits: that what holds already wakes at once is for the proxy to
 * prove. */
static enum ax_poll waiter_poll(struct ax_task *task)
{
    struct shell_proxy_waiter *waiter = (struct shell_proxy_waiter *)task;
    struct text event = event_begin("proxy");

    if (!waiter->has_begun) {
        waiter->has_begun = true;
        wait_for(waiter);
        return AX_PENDING;
    }
    waiter->waits = false;
    text_field_string(&event, "woken", names[waiter->kind]);
    event_say(waiter->shell, &event);
    return AX_READY;
}

void proxy_stop_waiting(struct shell_proxy_waiter *waiter)
{
    if (!waiter->waits)
        return;
    ax_proxy_unwait(waiter->proxy, waiter->task.self);
    ax_task_stop(&waiter->task);
    waiter->waits = false;
}

static int read_kind(struct request *request, enum proxy_wait_kind *kind)
{
    for (int i = PROXY_READABLE; i <= PROXY_TUPLE_ENDS; i++)
        if (request_word_is(request, 0, names[i])) {
            *kind = (enum proxy_wait_kind)i;
            return AX_OK;
        }
    return request_refuse(request, 0, SHELL_E_USAGE);
}

/* readable|writable|end [room=BYTES] */
int cmd_proxy_wait(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_proxy_waiter *waiter = proxy_waiter(shell);
    enum proxy_wait_kind kind = PROXY_READABLE;
    uint32_t room = 1;
    int err = read_kind(request, &kind);

    if (err == AX_OK && request->count > 1 &&
        (kind != PROXY_WRITABLE || !request_key(request, 1, "room", UINT16_MAX, &err, &room)))
        err = request_refuse(request, 1, SHELL_E_USAGE);
    if (err < 0)
        return err;
    if (!waiter)
        return proxy_refuse_without(reply);
    if (waiter->waits)
        return reply_why(reply, AX_E_STATE, "there is one that waits: proxy unwait");
    waiter->shell = shell;
    waiter->kind = kind;
    waiter->room = room;
    waiter->has_begun = false;
    waiter->task = (struct ax_task){.poll = waiter_poll, .name = "proxy wait"};
    if (ax_task_start(&waiter->task) < 0)
        return SHELL_E_FULL_TASKS;
    waiter->waits = true;
    return AX_OK;
}

int cmd_proxy_unwait(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_proxy_waiter *waiter = proxy_waiter(shell);

    (void)request;
    if (!waiter)
        return proxy_refuse_without(reply);
    if (!waiter->waits)
        return reply_why(reply, AX_E_STATE, "there is none that waits: proxy wait KIND");
    proxy_stop_waiting(waiter);
    return AX_OK;
}

#endif
