/* SPDX-License-Identifier: BSD-3-Clause */
#include "random_peer.h"

#include <assert.h>

#include "dice.h"

uint8_t random_peer_byte(uint32_t at) { return (uint8_t)(at * 7 + at / 251); }

void random_peer_fill(void *dst, uint32_t at, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        ((uint8_t *)dst)[i] = random_peer_byte(at + i);
}

void random_peer_begin(struct random_peer *peer, struct ax_tcp *tcp)
{
    *peer = (struct random_peer){.tcp = tcp, .heard = peer->heard};
}

static void end(struct random_peer *peer, int cause)
{
    net_tcp_ended(peer->tcp, cause);
    net_tcp_detached(peer->tcp);
}

static void answer(struct random_peer *peer, bool ends)
{
    if (!peer->tcp->attached)
        return; /* the stack has not heard of it */
    if (ends && dice_one_in(4))
        end(peer, AX_E_REFUSED);
    else
        net_tcp_established(peer->tcp);
}

static void send(struct random_peer *peer)
{
    uint8_t bytes[64];
    uint32_t room = ax_ring_free(&peer->tcp->rx), len = 1 + dice_below(sizeof bytes);

    if (len > room)
        len = room;
    if (len == 0)
        return;
    random_peer_fill(bytes, peer->sent, len);
    net_tcp_received(peer->tcp, bytes, len);
    peer->sent += len;
}

static void hear(struct random_peer *peer, uint8_t byte)
{
    if (peer->heard)
        peer->heard(peer, byte);
    else
        assert(byte == random_peer_byte(peer->received));
    peer->received++;
}

static void acknowledge(struct random_peer *peer, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++)
        hear(peer, ax_ring_data(&peer->tcp->tx, i).at[0]);
    net_tcp_acked(peer->tcp, len);
}

static bool is_in(const struct ax_tcp *tcp, unsigned states)
{
    return states >> ax_tcp_state(tcp) & 1;
}

static bool fin_may_be_acknowledged(const struct ax_tcp *tcp)
{
    static const unsigned closing =
        1u << AX_TCP_FIN_WAIT_1 | 1u << AX_TCP_CLOSING | 1u << AX_TCP_LAST_ACK;

    return is_in(tcp, closing) && tcp->fin_sent && ax_ring_used(&tcp->tx) == 0;
}

static void acknowledge_fin(struct random_peer *peer)
{
    bool last = ax_tcp_state(peer->tcp) == AX_TCP_LAST_ACK;

    net_tcp_fin_acked(peer->tcp);
    if (last)
        end(peer, AX_E_CLOSED);
}

static void talk(struct random_peer *peer)
{
    static const unsigned speaks =
        1u << AX_TCP_ESTABLISHED | 1u << AX_TCP_FIN_WAIT_1 | 1u << AX_TCP_FIN_WAIT_2;
    bool may_speak = is_in(peer->tcp, speaks);

    if (may_speak && dice_one_in(40))
        net_tcp_peer_fin(peer->tcp);
    else if (may_speak && dice_one_in(2))
        send(peer);
    else if (fin_may_be_acknowledged(peer->tcp) && dice_one_in(3))
        acknowledge_fin(peer);
    else if (peer->tcp->tx_handed != 0)
        acknowledge(peer, 1 + dice_below(peer->tcp->tx_handed));
    else
        acknowledge(peer, 0); /* a duplicate */
}

void random_peer_step(struct random_peer *peer, bool ends)
{
    switch (ax_tcp_state(peer->tcp)) {
    case AX_TCP_CLOSED:
    case AX_TCP_LISTEN: return;
    case AX_TCP_SYN_SENT:
    case AX_TCP_SYN_RECEIVED: answer(peer, ends); return;
    case AX_TCP_TIME_WAIT: end(peer, AX_E_CLOSED); return;
    default:
        if (ends && dice_one_in(100))
            end(peer, AX_E_RESET);
        else
            talk(peer);
        return;
    }
}

struct ax_tcp *random_peer_syn(struct ax_listener *listener)
{
    struct ax_tcp *tcp = net_listener_front(listener);
    struct ax_endpoint local = {FAKE_ADDR, listener->local.port};

    if (tcp)
        net_listener_take(listener, tcp, &local, &(struct ax_endpoint){PEER_ADDR, PEER_PORT});
    return tcp;
}
