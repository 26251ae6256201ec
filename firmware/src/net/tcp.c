/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/tcp.h>

#include <string.h>

#include "base/check.h"
#include "net/path.h"
#include "net/tcp_socket.h"
#include "net/waiters.h"

#define BIT(state) (1u << (state))

enum {
    BEFORE = BIT(AX_TCP_LISTEN) | BIT(AX_TCP_SYN_SENT) | BIT(AX_TCP_SYN_RECEIVED),
    MAY_SEND = BIT(AX_TCP_ESTABLISHED) | BIT(AX_TCP_CLOSE_WAIT),
    MAY_RECV = BIT(AX_TCP_ESTABLISHED) | BIT(AX_TCP_FIN_WAIT_1) | BIT(AX_TCP_FIN_WAIT_2),
};

struct net_calls net_calls;

static bool is_in(const struct ax_tcp *tcp, unsigned states) { return states >> tcp->state & 1; }

int ax_tcp_init(struct ax_tcp *tcp, const struct ax_tcp_config *config)
{
    if (!config->rx_storage || !config->rx_size || !config->tx_storage || !config->tx_size)
        return AX_E_ARG;
    memset(tcp, 0, sizeof *tcp);
    ax_ring_init(&tcp->rx, config->rx_storage, config->rx_size);
    ax_ring_init(&tcp->tx, config->tx_storage, config->tx_size);
    return AX_OK;
}

bool tcp_is_free(const struct ax_tcp *tcp)
{
    return ax_tcp_is_released(tcp) && ax_ring_used(&tcp->rx) == 0;
}

/* What a connection leaves behind is forgotten when the next one begins. */
static void begin(struct ax_tcp *tcp, enum conn_event event)
{
    ax_ring_init(&tcp->tx, tcp->tx.storage, tcp->tx.size);
    ax_ring_init(&tcp->rx, tcp->rx.storage, tcp->rx.size);
    tcp->tx_handed = 0;
    tcp->rx_consumed = 0;
    tcp->rx_worth = 0;
    tcp->peer_fin = false;
    tcp->fin_news = false;
    tcp->fin_sent = false;
    tcp->end = AX_OK;
    tcp->stats = (struct ax_tcp_stats){0};
    tcp_move(tcp, event);
}

int ax_tcp_connect(struct ax_tcp *tcp, const struct ax_endpoint *local,
                   const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    static const struct ax_endpoint any = {0};

    if (!local)
        local = &any;
    if (!tcp_is_free(tcp))
        return AX_E_STATE;
    if (!net_is_unicast(remote->addr) || remote->port == 0 || timeout_ms > AX_TIMER_MAX_MS)
        return AX_E_ARG;
    if (local->addr != 0 && local->addr != net_path()->address.addr)
        return AX_E_ARG;
    if (!net_has_route(remote->addr))
        return AX_E_UNREACHABLE;
    if (local->port != 0 && listener_has_port(local->addr, local->port))
        return AX_E_IN_USE;
    if (!tcp_begin_live(tcp))
        return AX_E_MEMORY;
    begin(tcp, CONN_CONNECT);
    tcp->local = *local;
    tcp->remote = *remote;
    tcp->listener = NULL;
    net_calls.connect = stack_tcp_connect;
    net_tcp_want(tcp, NET_CONNECT);
    if (timeout_ms != 0)
        tcp_time_connect(tcp, timeout_ms);
    return AX_OK;
}

void tcp_lend(struct ax_tcp *tcp, struct ax_listener *listener)
{
    begin(tcp, CONN_LEND);
    tcp->local = listener->local;
    tcp->remote = (struct ax_endpoint){0};
    tcp->listener = listener;
}

/* Whoever sends finds out here what end of stream had made it try. */
static int no_room(struct ax_tcp *tcp)
{
    tcp->fin_news = false;
    return AX_E_WOULD_BLOCK;
}

int ax_tcp_room(struct ax_tcp *tcp, struct ax_span *room)
{
    if (!ax_tcp_may_send(tcp))
        return AX_E_STATE;
    *room = ax_ring_room(&tcp->tx);
    return room->len ? AX_OK : no_room(tcp);
}

int ax_tcp_commit(struct ax_tcp *tcp, size_t len)
{
    if (!ax_tcp_may_send(tcp))
        return AX_E_STATE;
    if (len > ax_ring_room(&tcp->tx).len)
        return AX_E_ARG;
    if (len == 0)
        return 0;
    ax_ring_commit(&tcp->tx, len);
    net_tcp_want(tcp, NET_OUTPUT);
    tcp_time(tcp);
    return (int)len;
}

int ax_tcp_send(struct ax_tcp *tcp, const void *src, size_t len)
{
    uint32_t taken;

    if (!ax_tcp_may_send(tcp))
        return AX_E_STATE;
    if (len == 0)
        return 0;
    taken = ax_ring_put(&tcp->tx, src, len < INT32_MAX ? len : INT32_MAX);
    if (taken == 0)
        return no_room(tcp);
    net_tcp_want(tcp, NET_OUTPUT);
    tcp_time(tcp);
    return (int)taken;
}

/* What a receive says when rx holds nothing. */
static int empty(const struct ax_tcp *tcp)
{
    if (tcp->peer_fin)
        return AX_E_EOF;
    if (is_in(tcp, MAY_RECV))
        return AX_E_WOULD_BLOCK;
    return tcp->end == AX_OK ? AX_E_STATE : tcp->end;
}

int ax_tcp_data(struct ax_tcp *tcp, struct ax_span *data)
{
    *data = ax_ring_data(&tcp->rx, 0);
    return data->len ? AX_OK : empty(tcp);
}

/* The stack looks at how much was read whenever it has to do with the socket, and is
 * woken for it once the peer should hear of the room. */
static void consumed(struct ax_tcp *tcp, uint32_t len)
{
    if (!is_in(tcp, MAY_RECV))
        return;
    tcp->rx_consumed += len;
    if (tcp->rx_consumed >= tcp->rx_worth)
        net_tcp_want(tcp, NET_CONSUMED);
}

int ax_tcp_consume(struct ax_tcp *tcp, size_t len)
{
    if (len > ax_ring_used(&tcp->rx))
        return ax_tcp_can_recv(tcp) ? AX_E_ARG : empty(tcp);
    if (len == 0)
        return ax_tcp_recv(tcp, NULL, 0);
    ax_ring_consume(&tcp->rx, len);
    consumed(tcp, (uint32_t)len);
    return (int)len;
}

int ax_tcp_recv(struct ax_tcp *tcp, void *dst, size_t len)
{
    uint32_t taken;

    if (ax_ring_used(&tcp->rx) == 0) {
        int why = empty(tcp);
        return len == 0 && why == AX_E_WOULD_BLOCK ? 0 : why;
    }
    if (len == 0)
        return 0;
    taken = ax_ring_take(&tcp->rx, dst, len < INT32_MAX ? len : INT32_MAX);
    consumed(tcp, taken);
    return (int)taken;
}

int ax_tcp_close(struct ax_tcp *tcp)
{
    switch (tcp_state(tcp)) {
    case AX_TCP_CLOSED: return AX_E_STATE;
    case AX_TCP_LISTEN:
    case AX_TCP_SYN_SENT: ax_tcp_abort(tcp); return AX_OK;
    case AX_TCP_SYN_RECEIVED:
    case AX_TCP_ESTABLISHED:
    case AX_TCP_CLOSE_WAIT:
        listener_leave(tcp);
        tcp_move(tcp, CONN_CLOSE);
        net_tcp_want(tcp, NET_OUTPUT);
        tcp_time(tcp);
        return AX_OK;
    default: return AX_OK;
    }
}

void ax_tcp_abort(struct ax_tcp *tcp)
{
    enum ax_tcp_state state = tcp_state(tcp);

    if (state == AX_TCP_CLOSED)
        return;
    tcp_end(tcp, AX_E_ABORTED);
    if (state != AX_TCP_LISTEN)
        net_tcp_want(tcp, NET_RESET);
    tcp_check_released(tcp);
}

void ax_tcp_destroy(struct ax_tcp *tcp)
{
    if (tcp_state(tcp) == AX_TCP_TIME_WAIT) {
        tcp_end(tcp, AX_E_CLOSED);
        net_tcp_want(tcp, NET_LET_GO);
    }
    ax_tcp_abort(tcp);
    ax_ring_init(&tcp->rx, tcp->rx.storage, tcp->rx.size);
    tcp_wake(tcp, AX_READABLE);
    tcp_check_released(tcp);
}

bool ax_tcp_is_released(const struct ax_tcp *tcp)
{
    return tcp->state == AX_TCP_CLOSED && !tcp->attached && tcp->wants.what == 0;
}

bool ax_tcp_may_send(const struct ax_tcp *tcp) { return is_in(tcp, MAY_SEND); }

bool ax_tcp_can_send(const struct ax_tcp *tcp)
{
    return is_in(tcp, MAY_SEND) && ax_ring_free(&tcp->tx) != 0;
}

bool ax_tcp_may_recv(const struct ax_tcp *tcp)
{
    return is_in(tcp, MAY_RECV) || ax_tcp_can_recv(tcp);
}

bool ax_tcp_can_recv(const struct ax_tcp *tcp) { return ax_ring_used(&tcp->rx) != 0; }

enum ax_tcp_state ax_tcp_state(const struct ax_tcp *tcp) { return tcp_state(tcp); }
int ax_tcp_end(const struct ax_tcp *tcp) { return tcp->end; }
struct ax_endpoint ax_tcp_local(const struct ax_tcp *tcp) { return tcp->local; }
struct ax_endpoint ax_tcp_remote(const struct ax_tcp *tcp) { return tcp->remote; }
struct ax_tcp_options ax_tcp_options(const struct ax_tcp *tcp) { return tcp->options; }
struct ax_tcp_stats ax_tcp_stats(const struct ax_tcp *tcp) { return tcp->stats; }

struct ax_tcp_options net_tcp_options_meant(const struct ax_tcp_options *options)
{
    struct ax_tcp_options meant = *options;

    if (meant.keepalive_every_ms == 0)
        meant.keepalive_every_ms = NET_KEEPALIVE_EVERY_MS;
    if (meant.keepalive_count == 0)
        meant.keepalive_count = NET_KEEPALIVE_COUNT;
    return meant;
}

static bool are_possible(const struct ax_tcp_options *options)
{
    struct ax_tcp_options meant = net_tcp_options_meant(options);
    uint64_t keepalive_ms =
        meant.keepalive_ms + (uint64_t)meant.keepalive_every_ms * meant.keepalive_count;

    return options->user_timeout_ms <= AX_TIMER_MAX_MS && keepalive_ms <= AX_TIMER_MAX_MS;
}

int ax_tcp_set_options(struct ax_tcp *tcp, const struct ax_tcp_options *options)
{
    if (!are_possible(options))
        return AX_E_ARG;

    bool other_time = tcp->options.user_timeout_ms != options->user_timeout_ms;

    net_calls.apply_options = stack_tcp_apply_options;
    tcp->options = *options;
    if (tcp->attached)
        net_tcp_want(tcp, NET_OPTIONS);
    if (other_time && tcp_awaits_ack(tcp))
        tcp_time_anew(tcp);
    return AX_OK;
}

unsigned ax_tcp_ready(const struct ax_tcp *tcp)
{
    unsigned holds = 0;

    if (ax_tcp_can_recv(tcp) || !is_in(tcp, BEFORE | MAY_RECV))
        holds |= AX_READABLE;
    if (ax_tcp_can_send(tcp) || tcp->fin_news || !is_in(tcp, BEFORE | MAY_SEND))
        holds |= AX_WRITABLE;
    if (ax_tcp_is_released(tcp))
        holds |= AX_RELEASED;
    if (!tcp_awaits_ack(tcp))
        holds |= AX_FLUSHED;
    return holds;
}

void ax_tcp_wait(struct ax_tcp *tcp, unsigned interest, ax_tasks self)
{
    waiters_add(&tcp->waiters, interest, ax_tcp_ready(tcp), self);
}

void ax_tcp_unwait(struct ax_tcp *tcp, ax_tasks self) { waiters_remove(&tcp->waiters, self); }

void tcp_wake(struct ax_tcp *tcp, unsigned interest)
{
    if (waiters_wake(&tcp->waiters, interest))
        tcp->stats.wakes++;
}
