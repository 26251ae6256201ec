/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy: one at a time. Its connections are sockets lent to the listener that
 * its start tells. */
#include <string.h>

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
    for (int i = 0; proxy && i < PROXY_BLOCKS; i++)
        arena_give_back(&shell->arena, proxy->blocks[i]);
    arena_give_back(&shell->arena, proxy);
}

/* All of it, or nothing: NULL. */
static struct shell_proxy *take_memory(struct shell *shell, const struct sizes *sizes)
{
    const size_t bytes[PROXY_BLOCKS] = {
        [PROXY_TUPLE_TABLE] = sizes->tuples * sizeof(struct ax_proxy_tuple),
        [PROXY_RX_RING] = sizes->ring,
        [PROXY_TX_RING] = sizes->ring,
        [PROXY_RX_SLOTS] = DATAGRAMS * sizeof(struct ax_packet),
        [PROXY_TX_SLOTS] = DATAGRAMS * sizeof(struct ax_packet),
        [PROXY_PACKETS_IN] = sizes->packets * sizeof(struct ax_queue_slot),
        [PROXY_PACKETS_OUT] = sizes->packets * sizeof(struct ax_queue_slot),
    };
    struct shell_proxy *proxy = arena_take(&shell->arena, sizeof *proxy);
    bool has_all = proxy;

    if (proxy)
        memset(proxy, 0, sizeof *proxy);
    for (int i = 0; has_all && i < PROXY_BLOCKS; i++)
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
        ax_packets_init(&proxy->packets, blocks[PROXY_PACKETS_IN], blocks[PROXY_PACKETS_OUT],
                        (uint16_t)sizes->packets);
    return ax_proxy_start(
        &proxy->proxy,
        &(struct ax_proxy_config){
            .packets = sizes->packets != 0 ? &proxy->packets : NULL,
            .prefixes = &proxy->prefix,
            .prefix_count = proxy->prefix.netmask != 0,
            .policy = policy,
            .tcp_idle_ms = sizes->tcp_idle_ms,
            .udp_idle_ms = sizes->udp_idle_ms,
            .handshake_ms = sizes->handshake_ms,
            .keep_ms = sizes->keep_ms,
            .tuples = blocks[PROXY_TUPLE_TABLE],
            .tuple_count = (uint16_t)sizes->tuples,
            .udp = {blocks[PROXY_RX_RING], sizes->ring, blocks[PROXY_RX_SLOTS], DATAGRAMS,
                    blocks[PROXY_TX_RING], sizes->ring, blocks[PROXY_TX_SLOTS], DATAGRAMS},
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

struct shell_proxy *proxy_running(const struct shell *shell)
{
    struct shell_proxy *proxy = shell->proxy;

    return proxy && !proxy->stopped ? proxy : NULL;
}

struct shell_proxy_waiter *proxy_waiter(struct shell *shell)
{
    struct shell_proxy *proxy = proxy_running(shell);

    return proxy ? &proxy->waiter : NULL;
}

int proxy_refuse_without(struct text *reply)
{
    return reply_why(reply, AX_E_STATE,
                     "there is none: proxy start PREFIX MASK reset|drop|hold=PLACES");
}

int cmd_proxy_stop(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_proxy *proxy = proxy_running(shell);

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

#endif
