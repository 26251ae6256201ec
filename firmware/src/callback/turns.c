/* SPDX-License-Identifier: BSD-3-Clause */
/* The task, and whose turn it is. */
#include "callback/turns.h"

#include <stddef.h>

#include <ax/clock.h>

void turns_enter(struct ax_client *client)
{
    struct ax_callback_task *service = client->service;

    client->next = NULL;
    if (service->first)
        service->last->next = client;
    else
        service->first = client;
    service->last = client;
}

void turns_leave(struct ax_client *client)
{
    struct ax_callback_task *service = client->service;
    struct ax_client *before = NULL, **link = &service->first;

    while (*link != client) {
        before = *link;
        link = &before->next;
    }
    *link = client->next;
    if (service->last == client)
        service->last = before;
}

void turns_wake(const struct ax_client *client) { ax_wake(client->service->task.self); }

static unsigned count(const struct ax_callback_task *service)
{
    unsigned clients = 0;

    for (const struct ax_client *client = service->first; client; client = client->next)
        clients++;
    return clients;
}

static bool is_due(void) { return !ax_clock_is_held() && ax_clock_until_deadline() == 0; }

/* A deadline fires only when no task is awake, and peers can keep us awake for ever. So we
 * come back by a deadline of our own, which those before it precede; or when all is idle,
 * in case that the clock is held meanwhile and fires nothing. */
static void stand_back(struct ax_callback_task *service)
{
    ax_timer_arm_in(&service->behind, 0, service->task.self);
    ax_idle_wait(service->task.self);
}

/* True: there is more to tell. */
static bool take_turn(struct ax_callback_task *service)
{
    struct ax_client *client = service->first;
    bool more;

    turns_leave(client);
    turns_enter(client); /* behind all others */
    service->current = client;
    more = client_turn(client);
    service->current = NULL;
    return more;
}

/* One turn for each at most. The first one is due when all deadlines before have fired. */
static enum ax_poll poll(struct ax_task *task)
{
    struct ax_callback_task *service = (struct ax_callback_task *)task;
    bool has_waited = ax_timer_has_fired(&service->behind);
    bool more = false;

    ax_timer_cancel(&service->behind);
    for (unsigned left = count(service); left != 0 && service->first; left--) {
        if (!has_waited && is_due()) {
            stand_back(service);
            return AX_PENDING;
        }
        has_waited = false;
        more |= take_turn(service);
    }
    if (more)
        ax_wake(task->self);
    return AX_PENDING;
}

int ax_callback_task_start(struct ax_callback_task *service)
{
    service->task.poll = poll;
    service->task.name = "callbacks";
    return ax_task_start(&service->task);
}

void ax_callback_task_stop(struct ax_callback_task *service)
{
    if (service->current)
        ax_client_free(service->current); /* in its on_disconnect it takes no turns */
    while (service->first)
        ax_client_free(service->first);
    ax_timer_cancel(&service->behind);
    ax_task_stop(&service->task);
    service->task.self = 0; /* it may be another's from now on */
}

bool turns_are_taken(const struct ax_callback_task *service) { return service->task.self != 0; }
