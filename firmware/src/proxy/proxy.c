/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/proxy.h>

#include "net/any.h"
#include "net/stack_side.h"
#include "proxy/stack_side.h"
#include "proxy/tuples.h"

enum { FRAGMENT = 1480, UDP_HEADER = 8 };

/* ---- life */

/* Every address of it may be a host's, whatever our own is. */
static bool is_possible(const struct ax_prefix *prefix)
{
    uint32_t host = ~prefix->netmask, last = prefix->addr | host;

    return prefix->netmask != 0 && (host & (host + 1)) == 0 && (prefix->addr & host) == 0 &&
           prefix->addr >> 24 != 0 && last >> 28 < 0xe &&
           (prefix->addr >> 24 > 127 || last >> 24 < 127);
}

static bool are_possible(const struct ax_proxy_config *config)
{
    if (!config->packets && config->prefix_count == 0)
        return false;
    if (config->tuple_count != 0 && !config->tuples)
        return false;
    for (unsigned i = 0; i < config->prefix_count; i++)
        if (!is_possible(&config->prefixes[i]))
            return false;
    return config->tcp_idle_ms <= AX_TIMER_MAX_MS && config->udp_idle_ms <= AX_TIMER_MAX_MS;
}

static bool has_udp(const struct ax_proxy *proxy) { return proxy->config.tuple_count != 0; }

int ax_proxy_start(struct ax_proxy *proxy, const struct ax_proxy_config *config)
{
    struct ax_udp udp = {0};
    int err;

    if (!ax_proxy_is_released(proxy))
        return AX_E_STATE;
    if (!are_possible(config))
        return AX_E_ARG;
    err = config->tuple_count != 0 ? ax_udp_init(&udp, &config->udp) : AX_OK;
    if (err == AX_OK)
        err = stack_proxy_begin(proxy);
    if (err < 0)
        return err;
    *proxy = (struct ax_proxy){.config = *config, .udp = udp, .running = true, .borrowed = true};
    tuples_init(proxy);
    net_any_listener_open(&proxy->listener, config->policy);
    if (has_udp(proxy))
        net_any_udp_bind(&proxy->udp);
    stack_proxy_look();
    return AX_OK;
}

void ax_proxy_stop(struct ax_proxy *proxy)
{
    if (!proxy->running)
        return;
    proxy->running = false;
    tuples_end_all(proxy);
    net_any_listener_close(&proxy->listener);
    net_any_udp_close(&proxy->udp);
    stack_proxy_look();
}

bool ax_proxy_is_released(const struct ax_proxy *proxy)
{
    return !proxy->running && !proxy->borrowed && ax_udp_is_released(&proxy->udp);
}

struct ax_listener *ax_proxy_listener(struct ax_proxy *proxy) { return &proxy->listener; }

/* ---- datagrams */

int ax_proxy_recv(struct ax_proxy *proxy, void *dst, size_t size, struct ax_packet *about)
{
    return ax_udp_recv(&proxy->udp, dst, size, about);
}

int ax_proxy_data(struct ax_proxy *proxy, struct ax_span *data, struct ax_packet *about)
{
    return ax_udp_data(&proxy->udp, data, about);
}

int ax_proxy_consume(struct ax_proxy *proxy) { return ax_udp_consume(&proxy->udp); }

static bool way_takes(const struct ax_proxy *proxy, uint32_t from, size_t len)
{
    size_t fragments = (len + UDP_HEADER + FRAGMENT - 1) / FRAGMENT;

    if (proxy_has_prefix(proxy, from))
        return true;
    return proxy->config.packets && fragments <= proxy->config.packets->queue.slots;
}

int ax_proxy_send(struct ax_proxy *proxy, const struct ax_endpoint *from,
                  const struct ax_endpoint *to, const void *src, size_t len, uint32_t *id)
{
    struct ax_proxy_tuple *tuple = tuples_find(proxy, from, to);
    int err;

    if (!tuple)
        return AX_E_STATE;
    if (to->port == 0)
        return AX_E_ARG;
    if (!way_takes(proxy, from->addr, len))
        return AX_E_TOO_LARGE;
    err = net_any_udp_send(&proxy->udp, from, to, src, len, id);
    if (err == AX_OK) {
        tuple->answered = true;
        tuples_move(tuple);
    }
    return err;
}

void ax_proxy_wait(struct ax_proxy *proxy, unsigned interest, size_t room, ax_tasks self)
{
    ax_udp_wait(&proxy->udp, interest, room, self);
}

void ax_proxy_unwait(struct ax_proxy *proxy, ax_tasks self)
{
    ax_udp_unwait(&proxy->udp, self);
    ax_event_unwait(&proxy->ended, self);
}

/* ---- tuples */

int ax_proxy_find(const struct ax_proxy *proxy, const struct ax_endpoint *local,
                  const struct ax_endpoint *remote)
{
    const struct ax_proxy_tuple *tuple = tuples_find(proxy, local, remote);

    return tuple ? (int)(tuple - proxy->config.tuples) : AX_E_STATE;
}

uint32_t ax_proxy_tuple_id(const struct ax_proxy *proxy, unsigned place)
{
    return place < proxy->config.tuple_count ? proxy->config.tuples[place].id : 0;
}

void ax_proxy_wait_end(struct ax_proxy *proxy, ax_tasks self)
{
    (void)ax_event_wait(&proxy->ended, self);
}

struct ax_proxy_stats ax_proxy_stats(const struct ax_proxy *proxy)
{
    struct ax_proxy_stats stats = proxy->stats;

    stats.listener = ax_listener_stats(&proxy->listener);
    stats.udp = ax_udp_stats(&proxy->udp);
    return stats;
}

/* ---- the stack's side */

bool proxy_has_prefix(const struct ax_proxy *proxy, uint32_t addr)
{
    const struct ax_prefix *prefixes = proxy->config.prefixes;

    for (unsigned i = 0; i < proxy->config.prefix_count; i++)
        if (((addr ^ prefixes[i].addr) & prefixes[i].netmask) == 0)
            return true;
    return false;
}

/* A datagram that finds no room in the ring takes no place from anybody. */
int proxy_udp_room(struct ax_proxy *proxy, const struct ax_endpoint *local,
                   const struct ax_endpoint *remote, size_t len, struct ax_span *room)
{
    struct ax_proxy_tuple *tuple = tuples_find(proxy, local, remote);
    int err = has_udp(proxy) ? net_udp_room(&proxy->udp, len, room) : AX_E_MEMORY;

    if (err == AX_OK && !tuple) {
        tuple = tuples_take(proxy, local, remote);
        err = tuple ? AX_OK : AX_E_MEMORY;
    }
    if (err == AX_OK)
        tuples_move(tuple);
    else if (err == AX_E_MEMORY)
        proxy->stats.udp_refused++;
    return err;
}

void proxy_lose_address(struct ax_proxy *proxy, uint32_t addr) { tuples_end_at(proxy, addr); }
