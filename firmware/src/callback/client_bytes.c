/* SPDX-License-Identifier: BSD-3-Clause */
/* What a client sends, and when it was sent; what it gives back. */
#include <ax/clock.h>

#include <string.h>

#include "callback/turns.h"

static uint32_t sent(const struct ax_client *client)
{
    return ax_tcp_stats(client->tcp).tx_bytes + ax_tcp_levels(client->tcp).tx;
}

void client_bytes_begin(struct ax_client *client)
{
    client->held = 0;
    client->added = 0;
    client->acked = 0;
    client->marks = 0;
    client->stalled = false;
}

/* The last mark takes in what finds no other: it keeps the time of its first byte. */
static void mark_sent(struct ax_client *client)
{
    uint32_t now = ax_now_ms();

    if (client->marks == AX_CLIENT_MARKS ||
        (client->marks != 0 && client->mark[client->marks - 1].at_ms == now))
        client->marks--;
    else
        client->mark[client->marks].at_ms = now;
    client->mark[client->marks++].upto = sent(client);
}

/* How long ago the oldest byte of those acknowledged was sent. */
static uint32_t drop_marks(struct ax_client *client)
{
    uint32_t ms = client->marks ? ax_now_ms() - client->mark[0].at_ms : 0;
    unsigned done = 0;

    while (done < client->marks && (int32_t)(client->mark[done].upto - client->acked) <= 0)
        done++;
    client->marks = (uint8_t)(client->marks - done);
    memmove(client->mark, client->mark + done, client->marks * sizeof client->mark[0]);
    return ms;
}

bool client_tell_acked(struct ax_client *client)
{
    struct ax_callback_task *service = client->service;
    uint32_t acked = ax_tcp_stats(client->tcp).tx_bytes, bytes = acked - client->acked, ms;

    if (bytes == 0)
        return true;
    client->acked = acked;
    ms = drop_marks(client);
    client_time_ack_anew(client);
    if (client->calls->on_ack)
        client->calls->on_ack(client, bytes, ms);
    return client_goes_on(service, client);
}

int client_push(struct ax_client *client)
{
    int pushed = ax_tcp_commit(client->tcp, client->added);

    client->added = 0;
    if (pushed <= 0)
        return pushed;
    mark_sent(client);
    client_time_ack(client);
    return pushed;
}

/* Copies what fits in front of the end of the ring. Returns how much. */
static size_t fill(struct ax_client *client, struct ax_span room, const uint8_t *src, size_t len)
{
    size_t left = room.len - client->added;

    if (len > left)
        len = left;
    memcpy(room.at + client->added, src, len);
    client->added += (uint32_t)len;
    return len;
}

/* Room reaches to the end of the ring. What lies there goes before more can be added behind it. */
int ax_client_add(struct ax_client *client, const void *src, size_t len)
{
    size_t taken = 0;
    struct ax_span room;
    int err = AX_E_STATE;

    if (client->phase != CLIENT_CONNECTED || !ax_tcp_may_send(client->tcp))
        return AX_E_STATE;
    while (taken < len) {
        err = ax_tcp_room(client->tcp, &room);
        if (err < 0)
            return taken ? (int)taken : err;
        if (client->added == room.len)
            (void)client_push(client);
        else
            taken += fill(client, room, (const uint8_t *)src + taken, len - taken);
    }
    return (int)taken;
}

int ax_client_send(struct ax_client *client)
{
    return client->phase == CLIENT_CONNECTED ? client_push(client) : AX_E_STATE;
}

int ax_client_write(struct ax_client *client, const void *src, size_t len)
{
    int taken = ax_client_add(client, src, len);

    if (client->added != 0)
        (void)ax_client_send(client);
    return taken;
}

size_t ax_client_space(const struct ax_client *client)
{
    size_t space = client->phase == CLIENT_CONNECTED ? ax_tcp_space(client->tcp) : 0;

    return space > client->added ? space - client->added : 0;
}

bool ax_client_can_send(const struct ax_client *client) { return ax_client_space(client) != 0; }

struct ax_span ax_client_held(const struct ax_client *client)
{
    struct ax_span data = {0};

    if (client->held == 0 || ax_tcp_data(client->tcp, &data) < 0)
        return (struct ax_span){0};
    if (data.len > client->held)
        data.len = client->held;
    return data;
}

int ax_client_ack(struct ax_client *client, size_t len)
{
    if (len > client->held)
        return AX_E_ARG;
    if (len == 0)
        return 0;
    client->held -= (uint32_t)len;
    return ax_tcp_consume(client->tcp, len);
}
