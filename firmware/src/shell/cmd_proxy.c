/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy: one at a time. Its connections are sockets lent to the listener that
 * its start tells; its datagrams and packets have commands of their own. */
#include <string.h>

#include <ax/clock.h>

#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/listen.h"
#include "shell/proxy.h"
#include "shell/reply.h"

#if AX_PROXY

enum {
    TUPLES = 4,
    RING_BYTES = 4096,
    DATAGRAMS = 8,
    PACKETS_MAX = 64,
    SHOWN_MAX_BYTES = 200, /* as hex in one reply */
};

enum block { TUPLE_TABLE, RX_RING, TX_RING, RX_SLOTS, TX_SLOTS, PACKETS_IN, PACKETS_OUT, BLOCKS };

struct shell_proxy {
    struct ax_proxy proxy;
    struct ax_packets packets;
    struct ax_prefix prefix;
    struct shell_listener *listener;
    struct shell_proxy_waiter waiter;
    uint16_t tuple_count;
    bool stopped;
    void *blocks[BLOCKS]; /* in the arena */
};

/* ---- start */

struct sizes {
    uint32_t tcp_idle_ms, udp_idle_ms, handshake_ms, keep_ms, tuples, ring, packets;
};

/* KEY=VALUE */
static int read_size(struct request *request, unsigned index, struct sizes *sizes)
{
    int err;

    if (!request_key(request, index, "tcp_idle", AX_TIMER_MAX_MS, &err, &sizes->tcp_idle_ms) &&
        !request_key(request, index, "udp_idle", AX_TIMER_MAX_MS, &err, &sizes->udp_idle_ms) &&
        !request_key(request, index, "handshake", UINT32_MAX, &err, &sizes->handshake_ms) &&
        !request_key(request, index, "keep", UINT32_MAX, &err, &sizes->keep_ms) &&
        !request_key(request, index, "tuples", UINT8_MAX, &err, &sizes->tuples) &&
        !request_key(request, index, "ring", UINT16_MAX, &err, &sizes->ring) &&
        !request_key(request, index, "packets", PACKETS_MAX, &err, &sizes->packets))
        return request_refuse(request, index, SHELL_E_USAGE);
    return err;
}

static void give_back(struct shell *shell, struct shell_proxy *proxy)
{
    for (int i = 0; proxy && i < BLOCKS; i++)
        arena_give_back(&shell->arena, proxy->blocks[i]);
    arena_give_back(&shell->arena, proxy);
}

/* All of it, or nothing: NULL. */
static struct shell_proxy *take_memory(struct shell *shell, const struct sizes *sizes)
{
    const size_t bytes[BLOCKS] = {
        [TUPLE_TABLE] = sizes->tuples * sizeof(struct ax_proxy_tuple),
        [RX_RING] = sizes->ring,
        [TX_RING] = sizes->ring,
        [RX_SLOTS] = DATAGRAMS * sizeof(struct ax_packet),
        [TX_SLOTS] = DATAGRAMS * sizeof(struct ax_packet),
        [PACKETS_IN] = sizes->packets * sizeof(struct ax_queue_slot),
        [PACKETS_OUT] = sizes->packets * sizeof(struct ax_queue_slot),
    };
    struct shell_proxy *proxy = arena_take(&shell->arena, sizeof *proxy);
    bool has_all = proxy;

    if (proxy)
        memset(proxy, 0, sizeof *proxy);
    for (int i = 0; has_all && i < BLOCKS; i++)
        if (bytes[i] != 0) {
            proxy->blocks[i] = arena_take(&shell->arena, bytes[i]);
            has_all = proxy->blocks[i];
        }
    if (has_all)
        return proxy;
    give_back(shell, proxy);
    return NULL;
}

static int start(struct shell_proxy *proxy, const struct sizes *sizes, enum ax_listen_policy policy)
{
    void **blocks = proxy->blocks;

    if (sizes->packets != 0)
        ax_packets_init(&proxy->packets, blocks[PACKETS_IN], blocks[PACKETS_OUT],
                        (uint16_t)sizes->packets);
    return ax_proxy_start(&proxy->proxy,
                          &(struct ax_proxy_config){
                              .packets = sizes->packets != 0 ? &proxy->packets : NULL,
                              .prefixes = &proxy->prefix,
                              .prefix_count = proxy->prefix.netmask != 0,
                              .policy = policy,
                              .tcp_idle_ms = sizes->tcp_idle_ms,
                              .udp_idle_ms = sizes->udp_idle_ms,
                              .handshake_ms = sizes->handshake_ms,
                              .keep_ms = sizes->keep_ms,
                              .tuples = blocks[TUPLE_TABLE],
                              .tuple_count = (uint16_t)sizes->tuples,
                              .udp = {blocks[RX_RING], sizes->ring, blocks[RX_SLOTS], DATAGRAMS,
                                      blocks[TX_RING], sizes->ring, blocks[TX_SLOTS], DATAGRAMS},
                          });
}

/* Its listener is one of the table. */
static void keep(struct shell *shell, struct shell_proxy *proxy, struct shell_listener *listener)
{
    listener->of = ax_proxy_listener(&proxy->proxy);
    listener->open = true;
    proxy->listener = listener;
    proxy->waiter.proxy = &proxy->proxy;
    shell->proxy = proxy;
}

static void stop(struct shell_proxy *proxy)
{
    proxy_stop_waiting(&proxy->waiter);
    ax_proxy_stop(&proxy->proxy);
    proxy->stopped = true;
    proxy->listener->closed = true;
}

static int refuse_second(const struct shell_proxy *proxy, struct text *reply)
{
    return reply_why(reply, AX_E_STATE,
                     proxy->stopped ? "the one before is not released yet"
                                    : "there is one: proxy stop");
}

/* AX_E_ARG of ax_proxy_start(): all else was read within its bounds. */
static int refuse_prefix(struct request *request, const struct ax_prefix *prefix,
                         struct text *reply)
{
    if (prefix->netmask == 0)
        return reply_why(reply, request_refuse(request, 1, AX_E_ARG), "needs packets=N");
    return reply_why(reply, request_refuse(request, 0, AX_E_ARG),
                     "and its MASK are no network of hosts");
}

/* PREFIX MASK reset|drop|hold=PLACES [KEY=VALUE ...] */
int cmd_proxy_start(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_listener *listener = handles_free(shell, HANDLE_LISTENER);
    struct sizes sizes = {.tuples = TUPLES, .ring = RING_BYTES};
    enum ax_listen_policy policy;
    struct shell_proxy *proxy;
    struct ax_prefix prefix;
    uint32_t places = 0;
    int err = request_address(request, 0, &prefix.addr);

    if (err == AX_OK)
        err = request_address(request, 1, &prefix.netmask);
    if (err == AX_OK)
        err = listen_read_policy(request, 2, &policy, &places);
    for (unsigned i = 3; i < request->count && err == AX_OK; i++)
        err = read_size(request, i, &sizes);
    if (err < 0)
        return err;
    if (shell->proxy)
        return refuse_second(shell->proxy, reply);
    if (!listener)
        return SHELL_E_FULL_LISTENERS;
    proxy = take_memory(shell, &sizes);
    if (!proxy)
        return SHELL_E_FULL_ARENA;
    proxy->prefix = prefix;
    proxy->tuple_count = (uint16_t)sizes.tuples;
    err = start(proxy, &sizes, policy);
    if (err < 0) {
        give_back(shell, proxy);
        return err == AX_E_ARG ? refuse_prefix(request, &prefix, reply) : err;
    }
    keep(shell, proxy, listener);
    err = listen_hold(shell, listener, places, reply);
    if (err < 0)
        stop(proxy);
    else
        text_field(reply, "listener", handle_of(shell, listener));
    return err;
}

/* ---- the end */

/* The one that runs; NULL: there is none. */
static struct shell_proxy *running(const struct shell *shell)
{
    struct shell_proxy *proxy = shell->proxy;

    return proxy && !proxy->stopped ? proxy : NULL;
}

struct shell_proxy_waiter *proxy_waiter(struct shell *shell)
{
    struct shell_proxy *proxy = running(shell);

    return proxy ? &proxy->waiter : NULL;
}

int proxy_refuse_without(struct text *reply)
{
    return reply_why(reply, AX_E_STATE,
                     "there is none: proxy start PREFIX MASK reset|drop|hold=PLACES");
}

int cmd_proxy_stop(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_proxy *proxy = running(shell);

    (void)request;
    if (!proxy)
        return proxy_refuse_without(reply);
    stop(proxy);
    return AX_OK;
}

void proxy_reap(struct shell *shell)
{
    struct shell_proxy *proxy = shell->proxy;

    if (!proxy || !proxy->stopped || !ax_proxy_is_released(&proxy->proxy) ||
        proxy->listener->of == ax_proxy_listener(&proxy->proxy))
        return;
    give_back(shell, proxy);
    shell->proxy = NULL;
}

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
    const struct shell_proxy *proxy = running(shell);
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
    const struct shell_proxy *proxy = running(shell);
    const struct ax_proxy_tuple *tuple;

    if (!proxy || index >= proxy->tuple_count)
        return LIST_END;
    tuple = &((const struct ax_proxy_tuple *)proxy->blocks[TUPLE_TABLE])[index];
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
    return running(shell) ? reply_list(shell, list_tuple, NULL) : proxy_refuse_without(reply);
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
    struct shell_proxy *proxy = running(shell);
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
    struct shell_proxy *proxy = running(shell);
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
    struct shell_proxy *proxy = running(shell);

    return proxy && proxy->blocks[PACKETS_IN] ? &proxy->packets : NULL;
}

static int refuse_without_packets(const struct shell *shell, struct text *reply)
{
    return running(shell)
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
