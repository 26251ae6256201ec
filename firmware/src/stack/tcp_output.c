/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes between a socket's rings and lwIP: handed over, acknowledged, shown as
 * window. tx is lent to lwIP, not copied, and comes back in whole segments. */
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "net/stack_side.h"
#include "stack/parts.h"

/* tcp_write() takes a chunk whole or not at all; below this much of the segment
 * queue left it is not even asked, as its refusal would switch Nagle off. */
enum { QUEUE_RESERVE = 4 };

static struct tcp_pcb *pcb_of(const struct ax_tcp *tcp) { return tcp->stack; }

/* The sequence number of the oldest byte that lwIP may still send. */
static u32_t oldest_queued(const struct tcp_pcb *pcb)
{
    u32_t oldest = pcb->snd_lbb;

    if (pcb->unacked)
        oldest = lwip_ntohl(pcb->unacked->tcphdr->seqno);
    if (pcb->unsent) {
        u32_t unsent = lwip_ntohl(pcb->unsent->tcphdr->seqno);
        oldest = TCP_SEQ_LT(unsent, oldest) ? unsent : oldest;
    }
    return oldest;
}

/* Bytes of tx that no segment points to any more are free: whole segments only,
 * as lwIP sends a segment again whole. */
static void free_acked(struct ax_tcp *tcp, const struct tcp_pcb *pcb)
{
    u32_t past = oldest_queued(pcb) - tcp->stack_seq;
    uint32_t freed = LWIP_MIN(past, tcp->tx_handed);

    if (freed == 0)
        return;
    tcp->stack_seq += freed;
    net_tcp_acked(tcp, freed);
}

static bool fin_is_acked(const struct tcp_pcb *pcb)
{
    return pcb->state == FIN_WAIT_2 || pcb->state == TIME_WAIT ||
           (pcb->state == LAST_ACK && pcb->unacked == NULL && pcb->unsent == NULL);
}

/* lwIP may queue a FIN later than it is told to: when it finds the memory. */
static void note_fin(struct ax_tcp *tcp, const struct tcp_pcb *pcb)
{
    bool is_queued = pcb->state >= FIN_WAIT_1 && pcb->state != CLOSE_WAIT;

    if (is_queued && net_tcp_fin_due(tcp))
        net_tcp_fin_handed(tcp);
}

/* What the peer has acknowledged by now. */
void stack_tcp_take_acks(struct ax_tcp *tcp)
{
    const struct tcp_pcb *pcb = pcb_of(tcp);
    enum ax_tcp_state state = ax_tcp_state(tcp);

    free_acked(tcp, pcb);
    note_fin(tcp, pcb);
    if (tcp->fin_sent && fin_is_acked(pcb) &&
        (state == AX_TCP_FIN_WAIT_1 || state == AX_TCP_CLOSING || state == AX_TCP_LAST_ACK))
        net_tcp_fin_acked(tcp);
}

/* As tcp_write() cuts them: of half the largest window the peer ever had. */
static u16_t segment_size(const struct tcp_pcb *pcb)
{
    u16_t half = (u16_t)(pcb->snd_wnd_max / 2);

    return half != 0 ? LWIP_MIN(half, pcb->mss) : pcb->mss;
}

/* The next bytes that lwIP has not got, at most one segment of them: more could
 * be more segments than its queue ever takes at once. */
static struct ax_span next_chunk(const struct ax_tcp *tcp, const struct tcp_pcb *pcb)
{
    struct ax_span chunk = ax_ring_data(&tcp->tx, tcp->tx_handed);

    chunk.len = LWIP_MIN(chunk.len, segment_size(pcb));
    chunk.len = LWIP_MIN(chunk.len, tcp_sndbuf(pcb));
    return chunk;
}

static bool queue_has_room(const struct tcp_pcb *pcb)
{
    return tcp_sndqueuelen(pcb) + QUEUE_RESERVE <= TCP_SND_QUEUELEN;
}

static void hand_over(struct ax_tcp *tcp, struct tcp_pcb *pcb)
{
    uint32_t used = ax_ring_used(&tcp->tx);

    while (tcp->tx_handed != used && queue_has_room(pcb)) {
        struct ax_span chunk = next_chunk(tcp, pcb);
        bool more = tcp->tx_handed + chunk.len < used;
        if (chunk.len == 0)
            return;
        if (tcp_write(pcb, chunk.at, (u16_t)chunk.len, more ? TCP_WRITE_FLAG_MORE : 0) != ERR_OK)
            return;
        net_tcp_handed(tcp, (uint32_t)chunk.len);
    }
}

void stack_tcp_output(struct ax_tcp *tcp)
{
    struct tcp_pcb *pcb = pcb_of(tcp);

    if (!pcb || pcb->state == SYN_SENT || pcb->state == TIME_WAIT)
        return;
    hand_over(tcp, pcb);
    if (net_tcp_fin_due(tcp))
        tcp_shutdown(pcb, 0, 1);
    note_fin(tcp, pcb);
    tcp_output(pcb);
}

/* A segment, or half the buffer: RFC 9293 3.8.6.2.2. */
static u16_t large_enough(const struct tcp_pcb *pcb)
{
    u16_t worth_it = (u16_t)LWIP_MIN(stack_tcp_wnd / 2, pcb->mss);

    return LWIP_MAX(worth_it, 1);
}

/* It was told so by the last segment; what rcv_ann_wnd says goes with the next. */
static bool was_told_little(const struct tcp_pcb *pcb)
{
    return pcb->rcv_ann_right_edge - pcb->rcv_nxt < large_enough(pcb);
}

void stack_tcp_tell_window(struct tcp_pcb *pcb)
{
    if (was_told_little(pcb) && pcb->rcv_ann_wnd >= large_enough(pcb)) {
        tcp_ack_now(pcb);
        tcp_output(pcb);
    }
}

/* A peer that was told little hears of the first room that is large enough. Of a
 * larger step lwIP tells it by itself. */
void stack_tcp_open_window(struct ax_tcp *tcp)
{
    struct tcp_pcb *pcb = pcb_of(tcp);

    tcp_recved(pcb, (u16_t)tcp->rx_consumed); /* of a window of at most 65,535 */
    tcp->rx_worth -= LWIP_MIN(tcp->rx_worth, tcp->rx_consumed);
    tcp->rx_consumed = 0;
    stack_tcp_tell_window(pcb);
}

/* How much has to be read before the peer hears of it by itself. With less nobody
 * needs to wake the stack: it looks at what was read before it sends anything. */
void stack_tcp_note_worth(struct ax_tcp *tcp)
{
    const struct tcp_pcb *pcb = pcb_of(tcp);
    u32_t step = was_told_little(pcb) ? large_enough(pcb) : TCP_WND_UPDATE_THRESHOLD;
    u32_t hidden = pcb->rcv_nxt + pcb->rcv_wnd - pcb->rcv_ann_right_edge;

    tcp->rx_worth = step > hidden ? step - hidden : 0;
}

/* Neither bytes nor a FIN of ours are on the way or wait for it. */
static bool has_nothing_to_send(const struct ax_tcp *tcp)
{
    return ax_tcp_state(tcp) == AX_TCP_ESTABLISHED && ax_ring_used(&tcp->tx) == 0;
}

void stack_tcp_sync(struct ax_tcp *tcp)
{
    const struct tcp_pcb *pcb = pcb_of(tcp);

    if (has_nothing_to_send(tcp))
        return;
    if (!pcb || pcb->state < ESTABLISHED || ax_tcp_state(tcp) == AX_TCP_CLOSED)
        return;
    stack_tcp_take_acks(tcp);
    stack_tcp_output(tcp);
}

/* lwIP forgets an ACK when Nagle holds the data it was to go with, and clears
 * its delayed ones before the timer tries again (RFC 9293 MUST-40). */
static bool is_ack_held_by_nagle(const struct tcp_pcb *pcb)
{
    return pcb->state >= ESTABLISHED && pcb->unsent && tcp_do_output_nagle(pcb) == 0;
}

void stack_tcp_acknowledge(struct tcp_pcb *pcb, unsigned flags)
{
    if ((pcb->flags & flags) == 0 || !is_ack_held_by_nagle(pcb))
        return;
    if (pcb->callback_arg)
        stack_tcp_at_hand(pcb->callback_arg);
    tcp_send_empty_ack(pcb);
}

/* Whose turn it is when a full link has room again. Only looked for in lwIP's
 * list: it may be gone. */
static const struct tcp_pcb *turn;

static struct tcp_pcb *in_turn(void)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb == turn)
            return pcb;
    return tcp_active_pcbs;
}

static struct tcp_pcb *behind(const struct tcp_pcb *pcb)
{
    return pcb->next ? pcb->next : tcp_active_pcbs;
}

/* Each sends what it can, from the one whose turn it is. The first that the link
 * refuses comes first the next time, unless it had some of its own through. */
void stack_tcp_output_all(void)
{
    struct tcp_pcb *first = in_turn(), *pcb = first;
    bool refused = false;

    while (pcb) {
        u32_t before = pcb->snd_nxt;
        if (pcb->callback_arg)
            stack_tcp_at_hand(pcb->callback_arg);
        if (tcp_output(pcb) != ERR_OK && !refused) {
            turn = pcb->snd_nxt == before ? pcb : behind(pcb);
            refused = true;
        }
        pcb = behind(pcb) != first ? behind(pcb) : NULL;
    }
}
