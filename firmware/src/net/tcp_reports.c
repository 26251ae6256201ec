/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP as the stack sees it: the queue of sockets that want something, and the
 * reports of what happened on the wire. */
#include <stddef.h>

#include "base/check.h"
#include "net/path.h"
#include "net/tcp_socket.h"
#include "net/waiters.h"
#include "net/wants.h"

static struct wants_queue wanting;
static unsigned live_count; /* sockets that are not released */

void net_tcp_want(struct ax_tcp *tcp, unsigned wants) { wants_add(&wanting, &tcp->wants, wants); }

struct ax_tcp *net_tcp_wanting(unsigned *wants)
{
    return (struct ax_tcp *)wants_take(&wanting, wants);
}

bool net_tcp_fin_due(const struct ax_tcp *tcp)
{
    static const unsigned closing =
        1u << AX_TCP_FIN_WAIT_1 | 1u << AX_TCP_CLOSING | 1u << AX_TCP_LAST_ACK;

    return (closing >> tcp->state & 1) && !tcp->fin_sent &&
           tcp->tx_handed == ax_ring_used(&tcp->tx);
}

void tcp_move(struct ax_tcp *tcp, enum conn_event event)
{
    int next = conn_next(tcp_state(tcp), event);

    AX_CHECK(next >= 0);
    tcp->state = (uint8_t)next;
    tcp_wake(tcp, AX_READABLE | AX_WRITABLE | AX_FLUSHED);
}

void tcp_end(struct ax_tcp *tcp, int cause)
{
    ax_timer_cancel(&tcp->deadline);
    listener_leave(tcp);
    if (tcp->end == AX_OK)
        tcp->end = cause;
    tcp->rx_consumed = 0;
    if (tcp_state(tcp) != AX_TCP_CLOSED)
        tcp_move(tcp, CONN_END);
}

void tcp_check_released(struct ax_tcp *tcp)
{
    if (!ax_tcp_is_released(tcp))
        return;
    if (tcp->live)
        live_count--;
    tcp->live = false;
    tcp_wake(tcp, AX_RELEASED);
}

bool tcp_begin_live(struct ax_tcp *tcp)
{
    if (live_count >= net_path()->tcp_sockets)
        return false;
    live_count++;
    tcp->live = true;
    return true;
}

/* Connect, the user timeout and FIN-WAIT-2 never overlap, so one timer serves
 * all three; what it means follows from the state. */
static void deadline_passed(struct ax_timer *timer)
{
    struct ax_tcp *tcp = (struct ax_tcp *)((char *)timer - offsetof(struct ax_tcp, deadline));

    switch (tcp_state(tcp)) {
    case AX_TCP_SYN_SENT:
    case AX_TCP_SYN_RECEIVED:
        tcp_end(tcp, AX_E_CONNECT_TIMEOUT);
        net_tcp_want(tcp, NET_RESET);
        return;
    case AX_TCP_FIN_WAIT_2: tcp_end(tcp, AX_E_REAPED); break;
    default: tcp_end(tcp, AX_E_USER_TIMEOUT); break;
    }
    net_tcp_want(tcp, NET_FORGET); /* RFC 9293 3.10.8: no RST */
}

void tcp_time_connect(struct ax_tcp *tcp, uint32_t timeout_ms)
{
    tcp->deadline.fired = deadline_passed;
    ax_timer_arm_in(&tcp->deadline, timeout_ms, 0);
}

bool tcp_awaits_ack(const struct ax_tcp *tcp)
{
    switch (tcp_state(tcp)) {
    case AX_TCP_ESTABLISHED:
    case AX_TCP_CLOSE_WAIT: return ax_ring_used(&tcp->tx) != 0;
    case AX_TCP_FIN_WAIT_1:
    case AX_TCP_CLOSING:
    case AX_TCP_LAST_ACK: return true;
    default: return false;
    }
}

/* As mostly: without a user timeout only what comes before and after is timed. */
static bool is_untimed(const struct ax_tcp *tcp)
{
    return tcp_state(tcp) == AX_TCP_ESTABLISHED && tcp->options.user_timeout_ms == 0 &&
           !ax_timer_is_armed(&tcp->deadline);
}

void tcp_time(struct ax_tcp *tcp)
{
    if (is_untimed(tcp))
        return;
    tcp->deadline.fired = deadline_passed;
    if (tcp_state(tcp) == AX_TCP_SYN_SENT || tcp_state(tcp) == AX_TCP_SYN_RECEIVED)
        return; /* the connect's own deadline, or none */
    if (tcp_state(tcp) == AX_TCP_FIN_WAIT_2)
        ax_timer_arm_in(&tcp->deadline, net_path()->fin_wait_2_ms, 0);
    else if (tcp->options.user_timeout_ms == 0 || !tcp_awaits_ack(tcp))
        ax_timer_cancel(&tcp->deadline);
    else if (!ax_timer_is_armed(&tcp->deadline))
        ax_timer_arm_in(&tcp->deadline, tcp->options.user_timeout_ms, 0);
}

void tcp_time_anew(struct ax_tcp *tcp)
{
    if (is_untimed(tcp) || tcp_state(tcp) == AX_TCP_SYN_SENT ||
        tcp_state(tcp) == AX_TCP_SYN_RECEIVED)
        return;
    ax_timer_cancel(&tcp->deadline);
    tcp_time(tcp);
}

void net_tcp_attached(struct ax_tcp *tcp, const struct ax_endpoint *local)
{
    tcp->attached = true;
    tcp->local = *local;
}

void net_tcp_established(struct ax_tcp *tcp)
{
    enum ax_tcp_state state = tcp_state(tcp);

    if (state != AX_TCP_SYN_SENT && state != AX_TCP_SYN_RECEIVED)
        return; /* closed meanwhile */
    if (tcp_is_place(tcp)) {
        tcp_holding.held(tcp);
        return;
    }
    ax_timer_cancel(&tcp->deadline);
    if (tcp->listener)
        tcp->listener->stats.accepted++;
    listener_leave(tcp);
    tcp_move(tcp, CONN_ESTABLISHED);
}

void net_tcp_received(struct ax_tcp *tcp, const void *bytes, size_t len)
{
    uint32_t taken = ax_ring_put(&tcp->rx, bytes, len);

    AX_CHECK(taken == len); /* the window never promises more than there is room */
    tcp->stats.rx_bytes += taken;
    if (tcp_state(tcp) == AX_TCP_FIN_WAIT_2)
        tcp_time(tcp);
    tcp_wake(tcp, AX_READABLE);
}

void net_tcp_dropped(struct ax_tcp *tcp, uint32_t beyond_window, uint32_t reorder)
{
    tcp->stats.rx_dropped_window += beyond_window;
    tcp->stats.rx_dropped_reorder += reorder;
}

void net_tcp_handed(struct ax_tcp *tcp, uint32_t len)
{
    tcp->tx_handed += len;
    AX_CHECK(tcp->tx_handed <= ax_ring_used(&tcp->tx));
}

void net_tcp_fin_handed(struct ax_tcp *tcp) { tcp->fin_sent = true; }

void net_tcp_acked(struct ax_tcp *tcp, uint32_t len)
{
    AX_CHECK(len <= tcp->tx_handed);
    tcp->tx_handed -= len;
    tcp->stats.tx_bytes += len;
    ax_ring_consume(&tcp->tx, len);
    tcp_time_anew(tcp);
    if (len != 0)
        tcp_wake(tcp, AX_WRITABLE);
    if (waiters_wait_for(&tcp->waiters.flushed) && !tcp_awaits_ack(tcp))
        tcp_wake(tcp, AX_FLUSHED);
}

void net_tcp_peer_stopped(struct ax_tcp *tcp)
{
    if (tcp_awaits_ack(tcp))
        tcp_time_anew(tcp);
}

void net_tcp_fin_acked(struct ax_tcp *tcp)
{
    if (tcp_state(tcp) != AX_TCP_FIN_WAIT_1)
        tcp->end = AX_E_CLOSED;
    tcp_move(tcp, CONN_FIN_ACKED);
    tcp_time_anew(tcp);
}

void net_tcp_peer_fin(struct ax_tcp *tcp)
{
    tcp->peer_fin = true;
    tcp->fin_news = true;
    if (tcp_state(tcp) == AX_TCP_FIN_WAIT_2)
        tcp->end = AX_E_CLOSED;
    tcp_move(tcp, CONN_PEER_FIN);
    tcp_time_anew(tcp);
}

/* A half-open connection that the peer or time ended is no end of the socket's. A
 * place has no ends at all. */
static bool goes_back(const struct ax_tcp *tcp, int cause)
{
    return tcp_state(tcp) == AX_TCP_SYN_RECEIVED && tcp->listener && cause != AX_E_ABORTED &&
           (cause != AX_E_ADDRESS_LOST || tcp_is_place(tcp));
}

void net_tcp_ended(struct ax_tcp *tcp, int cause)
{
    if (tcp_state(tcp) == AX_TCP_CLOSED)
        return;
    if (!goes_back(tcp, cause)) {
        tcp_end(tcp, cause);
        return;
    }
    tcp_move(tcp, CONN_RETURN);
    listener_give_back(tcp);
}

void net_tcp_detached(struct ax_tcp *tcp)
{
    tcp->attached = false;
    tcp_check_released(tcp);
}
