/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client is told by the clock. */
#include <ax/clock.h>

#include "callback/turns.h"

static void arm(const struct ax_client *client, struct ax_timer *timer, uint32_t in_ms)
{
    ax_timer_arm_in(timer, in_ms, client->service->task.self);
}

static bool take_fired(struct ax_timer *timer)
{
    if (!ax_timer_has_fired(timer))
        return false;
    ax_timer_cancel(timer);
    return true;
}

void client_time_rx(struct ax_client *client)
{
    if (client->times.rx_timeout_ms == 0)
        return;
    if (client->told_end)
        ax_timer_cancel(&client->rx_timer);
    else
        arm(client, &client->rx_timer, client->times.rx_timeout_ms);
}

void client_time_ack(struct ax_client *client)
{
    if (client->times.ack_timeout_ms != 0 && !client->stalled &&
        ax_tcp_levels(client->tcp).tx != 0 && !ax_timer_is_armed(&client->ack_timer))
        arm(client, &client->ack_timer, client->times.ack_timeout_ms);
}

void client_time_ack_anew(struct ax_client *client)
{
    client->stalled = false;
    ax_timer_cancel(&client->ack_timer);
    client_time_ack(client);
}

/* poll_at_ms has come: the next one that has not. */
static void time_poll(struct ax_client *client)
{
    uint32_t every_ms = client->times.poll_every_ms;

    client->poll_at_ms += ((ax_now_ms() - client->poll_at_ms) / every_ms + 1) * every_ms;
    ax_timer_arm_at(&client->poll_timer, client->poll_at_ms, client->service->task.self);
}

void client_times_end(struct ax_client *client)
{
    ax_timer_cancel(&client->rx_timer);
    ax_timer_cancel(&client->ack_timer);
    ax_timer_cancel(&client->poll_timer);
}

void client_times_begin(struct ax_client *client)
{
    client_times_end(client); /* of a retry, too */
    client_time_rx(client);
    client_time_ack_anew(client);
    client->poll_at_ms = ax_now_ms();
    if (client->times.poll_every_ms != 0)
        time_poll(client);
}

void client_retry_in(struct ax_client *client, uint32_t in_ms)
{
    arm(client, &client->poll_timer, in_ms);
}

bool client_waits_to_retry(const struct ax_client *client)
{
    return ax_timer_is_armed(&client->poll_timer);
}

/* Returns whether the turn goes on. */
static bool tell_timeout(struct ax_client *client, enum ax_client_timeout which)
{
    struct ax_callback_task *service = client->service;

    if (client->calls->on_timeout)
        client->calls->on_timeout(client, which);
    return client_goes_on(service, client);
}

bool client_tell_times(struct ax_client *client)
{
    struct ax_callback_task *service = client->service;

    if (take_fired(&client->rx_timer) && !tell_timeout(client, AX_CLIENT_RX_TIMEOUT))
        return false;
    if (take_fired(&client->ack_timer)) {
        client->stalled = true;
        if (!tell_timeout(client, AX_CLIENT_ACK_TIMEOUT))
            return false;
    }
    if (!ax_timer_has_fired(&client->poll_timer))
        return true;
    time_poll(client);
    if (client->calls->on_poll)
        client->calls->on_poll(client);
    return client_goes_on(service, client);
}

int ax_client_set_times(struct ax_client *client, const struct ax_client_times *times)
{
    if (times->rx_timeout_ms > AX_TIMER_MAX_MS || times->ack_timeout_ms > AX_TIMER_MAX_MS ||
        times->poll_every_ms > AX_TIMER_MAX_MS)
        return AX_E_ARG;
    client->times = *times;
    if (client->phase == CLIENT_CONNECTED)
        client_times_begin(client);
    return AX_OK;
}
