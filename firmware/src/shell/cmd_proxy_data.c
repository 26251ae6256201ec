/* SPDX-License-Identifier: BSD-3-Clause */
/* What the any-IP proxy tells, and its datagrams and packets. */
#include <ax/clock.h>

#include "shell/cmd.h"
#include "shell/proxy.h"
#include "shell/reply.h"

#if AX_PROXY

enum { SHOWN_MAX_BYTES = 200 }; /* as hex in one reply */

/* ---- what it tells */

static void show_counters(struct text *reply, const struct ax_proxy_stats *stats)
{
    text_field(reply, "refused", stats->refused);
    text_field(reply, "arp_answered", stats->arp_answered);
    text_field(reply, "tcp_evicted_early", stats->tcp_evicted_early);
    text_field(reply, "tcp_evicted", stats->tcp_evicted);
    text_field(reply, "tcp_expired", stats->tcp_expired);
    text_field(reply, "udp_taken", stats->udp_taken);
    text_field(reply, "udp_evicted", stats->udp_evicted);
    text_field(reply, "udp_expired", stats->udp_expired);
    text_field(reply, "udp_refused", stats->udp_refused);
    text_field(reply, "tuples", stats->tuples);
    text_field(reply, "received", stats->udp.received);
    text_field(reply, "rx_dropped_payload", stats->udp.rx_dropped_payload);
    text_field(reply, "rx_dropped_slots", stats->udp.rx_dropped_slots);
    text_field(reply, "sent", stats->udp.sent);
    text_field(reply, "unreachable", stats->udp.unreachable);
}

static void show_packets(struct text *reply, const struct ax_packets_stats *stats)
{
    text_field(reply, "packets_pushed", stats->pushed);
    text_field(reply, "packets_refused", stats->refused);
    text_field(reply, "packets_sent", stats->sent);
    text_field(reply, "packets_full", stats->send_full);
    text_field(reply, "packets_pulled", stats->pulled);
}

int cmd_proxy(struct shell *shell, struct request *request, struct text *reply)
{
    const struct shell_proxy *proxy = proxy_running(shell);
    struct ax_proxy_stats stats;
    struct ax_packets_stats packets;

    (void)request;
    if (!proxy)
        return proxy_refuse_without(reply);
    stats = ax_proxy_stats(&proxy->proxy);
    packets = ax_packets_stats(&proxy->packets);
    show_counters(reply, &stats);
    show_packets(reply, &packets);
    return AX_OK;
}

static enum list_step list_tuple(struct shell *shell, unsigned index, struct text *fields)
{
    const struct shell_proxy *proxy = proxy_running(shell);
    const struct ax_proxy_tuple *tuple;

    if (!proxy || index >= proxy->tuple_count)
        return LIST_END;
    tuple = &((const struct ax_proxy_tuple *)proxy->blocks[PROXY_TUPLE_TABLE])[index];
    if (tuple->id == 0)
        return LIST_SKIP;
    text_field(fields, "place", index);
    text_field(fields, "id", tuple->id);
    text_field_endpoint(fields, "local", tuple->local);
    text_field_endpoint(fields, "remote", tuple->remote);
    text_field(fields, "answered", tuple->answered);
    text_field(fields, "age_ms", ax_now_ms() - tuple->moved_at_ms);
    return LIST_LINE;
}

int cmd_proxy_tuples(struct shell *shell, struct request *request, struct text *reply)
{
    (void)request;
    return proxy_running(shell) ? reply_list(shell, list_tuple, NULL) : proxy_refuse_without(reply);
}

/* ---- datagrams */

static void show_datagram(struct text *reply, struct ax_span data, const struct ax_packet *about,
                          int place)
{
    text_field(reply, "n", about->len);
    text_field_endpoint(reply, "from", about->remote);
    text_field_endpoint(reply, "to", about->local);
    if (place >= 0)
        text_field(reply, "place", (uint32_t)place);
    text_field_hex(reply, "hex", data.at, data.len < SHOWN_MAX_BYTES ? data.len : SHOWN_MAX_BYTES);
}

int cmd_proxy_recv(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_proxy *proxy = proxy_running(shell);
    struct ax_packet about;
    struct ax_span data;
    uint32_t size;
    int err = request_number(request, 0, 0, UINT32_MAX, &size);

    if (err < 0)
        return err;
    if (!proxy)
        return proxy_refuse_without(reply);
    err = ax_proxy_data(&proxy->proxy, &data, &about);
    if (err < 0)
        return err;
    if (about.len > size) {
        text_field(reply, "need", about.len);
        return AX_E_SMALL;
    }
    show_datagram(reply, data, &about, ax_proxy_find(&proxy->proxy, &about.local, &about.remote));
    return ax_proxy_consume(&proxy->proxy);
}

/* A block of the arena with what is to be sent; NULL: there is no room. */
static uint8_t *made(struct shell *shell, const struct data *data)
{
    uint8_t *block = arena_take(&shell->arena, data->len);

    if (block)
        data_copy(data, 0, block, data->len);
    return block;
}

static int refuse_datagram(struct request *request, int err, struct text *reply)
{
    if (err == AX_E_STATE)
        return reply_why(reply, request_refuse(request, 0, err),
                         "has no tuple with that peer: proxy tuples");
    if (err == AX_E_ARG)
        return reply_why(reply, request_refuse(request, 1, err), "has no port");
    return err;
}

int cmd_proxy_send(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_proxy *proxy = proxy_running(shell);
    struct ax_endpoint from, to;
    struct data data;
    uint8_t *block;
    uint32_t id;
    int err = request_endpoint(request, 0, &from);

    if (err == AX_OK)
        err = request_endpoint(request, 1, &to);
    if (err == AX_OK)
        err = request_data(request, 2, UINT16_MAX, &data);
    if (err < 0)
        return err;
    if (!proxy)
        return proxy_refuse_without(reply);
    block = made(shell, &data);
    if (!block)
        return SHELL_E_FULL_ARENA;
    err = ax_proxy_send(&proxy->proxy, &from, &to, block, data.len, &id);
    arena_give_back(&shell->arena, block);
    if (err == AX_OK)
        text_field(reply, "id", id);
    return refuse_datagram(request, err, reply);
}

/* ---- packets */

static struct ax_packets *packets_of(const struct shell *shell)
{
    struct shell_proxy *proxy = proxy_running(shell);

    return proxy && proxy->blocks[PROXY_PACKETS_IN] ? &proxy->packets : NULL;
}

static int refuse_without_packets(const struct shell *shell, struct text *reply)
{
    return proxy_running(shell)
               ? reply_why(reply, AX_E_STATE, "it has no packet device: proxy start ... packets=N")
               : proxy_refuse_without(reply);
}

int cmd_proxy_push(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_packets *packets = packets_of(shell);
    struct data data;
    uint8_t *block;
    int err = request_data(request, 0, AX_PACKET_MAX, &data);

    if (err < 0)
        return err;
    if (!packets)
        return refuse_without_packets(shell, reply);
    block = made(shell, &data);
    if (!block)
        return SHELL_E_FULL_ARENA;
    err = ax_packets_push(packets, block, data.len);
    arena_give_back(&shell->arena, block);
    return err == AX_E_ARG ? reply_why(reply, request_refuse(request, 0, err), "is too short")
                           : err;
}

int cmd_proxy_pull(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_packets *packets = packets_of(shell);
    uint8_t *block;
    int len;

    (void)request;
    if (!packets)
        return refuse_without_packets(shell, reply);
    block = arena_take(&shell->arena, AX_PACKET_MAX);
    if (!block)
        return SHELL_E_FULL_ARENA;
    len = ax_packets_pull(packets, block, AX_PACKET_MAX);
    if (len >= 0) {
        text_field(reply, "n", (uint32_t)len);
        text_field_hex(reply, "hex", block,
                       (size_t)len < SHOWN_MAX_BYTES ? (size_t)len : SHOWN_MAX_BYTES);
    }
    arena_give_back(&shell->arena, block);
    return len < 0 ? len : AX_OK;
}

#endif
