/* SPDX-License-Identifier: BSD-3-Clause */
#include "proxy/tuples.h"

#include <stddef.h>
#include <string.h>

#include <ax/clock.h>

static struct ax_proxy_tuple *end_of(const struct ax_proxy *proxy)
{
    return proxy->config.tuples + proxy->config.tuple_count;
}

static bool is_same(const struct ax_endpoint *one, const struct ax_endpoint *other)
{
    return one->addr == other->addr && one->port == other->port;
}

static uint32_t age_ms(const struct ax_proxy_tuple *tuple)
{
    return ax_now_ms() - tuple->moved_at_ms;
}

static void end(struct ax_proxy *proxy, struct ax_proxy_tuple *tuple)
{
    tuple->id = 0;
    proxy->stats.tuples--;
    ax_event_signal(&proxy->ended);
}

/* ---- expiry: one timer, for whichever of them may be due first */

static void time_idle(struct ax_proxy *proxy, uint32_t in_ms)
{
    ax_timer_arm_in(&proxy->udp_idle, in_ms, 0);
}

/* Ends what is due. A tuple that moved since the timer was armed is due later, and nothing
 * was armed anew for it. */
static void expire(struct ax_timer *timer)
{
    struct ax_proxy *proxy =
        (struct ax_proxy *)((char *)timer - offsetof(struct ax_proxy, udp_idle));
    uint32_t idle_ms = proxy->config.udp_idle_ms, oldest_ms = 0;

    for (struct ax_proxy_tuple *one = proxy->config.tuples; one < end_of(proxy); one++) {
        if (one->id == 0)
            continue;
        if (age_ms(one) >= idle_ms) {
            proxy->stats.udp_expired++;
            end(proxy, one);
        } else if (age_ms(one) > oldest_ms) {
            oldest_ms = age_ms(one);
        }
    }
    if (proxy->stats.tuples != 0)
        time_idle(proxy, idle_ms - oldest_ms);
}

/* ---- places */

void tuples_init(struct ax_proxy *proxy)
{
    if (proxy->config.tuple_count != 0)
        memset(proxy->config.tuples, 0, proxy->config.tuple_count * sizeof(struct ax_proxy_tuple));
    proxy->udp_idle.fired = expire;
}

struct ax_proxy_tuple *tuples_find(const struct ax_proxy *proxy, const struct ax_endpoint *local,
                                   const struct ax_endpoint *remote)
{
    for (struct ax_proxy_tuple *one = proxy->config.tuples; one < end_of(proxy); one++)
        if (one->id != 0 && is_same(&one->remote, remote) && is_same(&one->local, local))
            return one;
    return NULL;
}

static bool may_be_evicted(const struct ax_proxy *proxy, const struct ax_proxy_tuple *tuple)
{
    uint32_t keep_ms = proxy->config.keep_ms;

    return !tuple->answered || (keep_ms != 0 && age_ms(tuple) >= keep_ms);
}

/* Never answered before answered, then the one that moved longest ago. */
static bool goes_before(const struct ax_proxy_tuple *one, const struct ax_proxy_tuple *other)
{
    if (one->answered != other->answered)
        return !one->answered;
    return age_ms(one) > age_ms(other);
}

static struct ax_proxy_tuple *victim(const struct ax_proxy *proxy)
{
    struct ax_proxy_tuple *found = NULL;

    for (struct ax_proxy_tuple *one = proxy->config.tuples; one < end_of(proxy); one++)
        if (may_be_evicted(proxy, one) && (!found || goes_before(one, found)))
            found = one;
    return found;
}

static struct ax_proxy_tuple *make_room(struct ax_proxy *proxy)
{
    struct ax_proxy_tuple *tuple = victim(proxy);

    if (tuple) {
        proxy->stats.udp_evicted++;
        end(proxy, tuple);
    }
    return tuple;
}

static struct ax_proxy_tuple *free_place(const struct ax_proxy *proxy)
{
    for (struct ax_proxy_tuple *one = proxy->config.tuples; one < end_of(proxy); one++)
        if (one->id == 0)
            return one;
    return NULL;
}

void tuples_move(struct ax_proxy_tuple *tuple) { tuple->moved_at_ms = ax_now_ms(); }

struct ax_proxy_tuple *tuples_take(struct ax_proxy *proxy, const struct ax_endpoint *local,
                                   const struct ax_endpoint *remote)
{
    struct ax_proxy_tuple *tuple = free_place(proxy);

    if (!tuple)
        tuple = make_room(proxy);
    if (!tuple)
        return NULL;
    if (++proxy->tuple_ids == 0)
        proxy->tuple_ids = 1;
    *tuple = (struct ax_proxy_tuple){.local = *local, .remote = *remote, .id = proxy->tuple_ids};
    tuples_move(tuple);
    proxy->stats.udp_taken++;
    proxy->stats.tuples++;
    if (proxy->config.udp_idle_ms != 0 && !ax_timer_is_armed(&proxy->udp_idle))
        time_idle(proxy, proxy->config.udp_idle_ms);
    return tuple;
}

/* ---- the end */

void tuples_end_at(struct ax_proxy *proxy, uint32_t addr)
{
    for (struct ax_proxy_tuple *one = proxy->config.tuples; one < end_of(proxy); one++)
        if (one->id != 0 && one->local.addr == addr)
            end(proxy, one);
}

void tuples_end_all(struct ax_proxy *proxy)
{
    for (struct ax_proxy_tuple *one = proxy->config.tuples; one < end_of(proxy); one++)
        if (one->id != 0)
            end(proxy, one);
    ax_timer_cancel(&proxy->udp_idle);
}
