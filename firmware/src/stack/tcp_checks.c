/* SPDX-License-Identifier: BSD-3-Clause */
/* RFC 9293 3.10.7, where lwIP does otherwise: what becomes of a segment before
 * lwIP sees it. */
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "net/stack_side.h"
#include "stack/parts.h"

static bool has(const struct tcp_hdr *header, u8_t flags)
{
    return (TCPH_FLAGS(header) & flags) != 0;
}

/* In sequence space. */
static u32_t length(const struct tcp_hdr *header, const struct pbuf *payload)
{
    return payload->tot_len + (has(header, TCP_SYN) ? 1u : 0) + (has(header, TCP_FIN) ? 1u : 0);
}

/* The table of 3.10.7.4, for the window shown. */
static bool is_acceptable(const struct tcp_pcb *pcb, const struct tcp_hdr *header, u32_t len)
{
    u32_t window = pcb->rcv_ann_right_edge - pcb->rcv_nxt;
    u32_t first = header->seqno - pcb->rcv_nxt, last = first + len - 1;

    if (len == 0)
        return first < (window != 0 ? window : 1);
    return first < window || last < window;
}

static enum stack_verdict check_in_syn_sent(const struct tcp_pcb *pcb, const struct tcp_hdr *header)
{
    bool is_right = has(header, TCP_ACK) && header->ackno == pcb->snd_nxt;

    if (has(header, TCP_ACK) && !is_right)
        return has(header, TCP_RST) ? STACK_DROP : STACK_RESET;
    return is_right && has(header, TCP_RST | TCP_SYN) ? STACK_TAKE : STACK_DROP;
}

/* lwIP restarts 2 MSL for a FIN, and answers what has a length. */
static enum stack_verdict check_in_time_wait(const struct tcp_pcb *pcb,
                                             const struct tcp_hdr *header, u32_t len)
{
    if (has(header, TCP_RST))
        return STACK_DROP;
    if (has(header, TCP_SYN) || (len == 0 && !is_acceptable(pcb, header, 0)))
        return STACK_ANSWER;
    return STACK_TAKE;
}

/* At a closed window ACK and URG count all the same; the text lwIP leaves out. */
static bool counts(const struct tcp_pcb *pcb, const struct tcp_hdr *header, u32_t len)
{
    return is_acceptable(pcb, header, len) ||
           (has(header, TCP_ACK) && header->seqno == pcb->rcv_nxt &&
            pcb->rcv_ann_right_edge == pcb->rcv_nxt);
}

static enum stack_verdict check_in_syn_received(const struct tcp_pcb *pcb,
                                                const struct tcp_hdr *header, u32_t len)
{
    if (has(header, TCP_SYN) && header->seqno == pcb->rcv_nxt - 1)
        return STACK_TAKE; /* the same again: so is our SYN-ACK */
    if (!counts(pcb, header, len))
        return STACK_ANSWER;
    if (!has(header, TCP_SYN))
        return STACK_TAKE;
    return ax_tcp_state(pcb->callback_arg) == AX_TCP_SYN_RECEIVED ? STACK_RETURN : STACK_ANSWER;
}

/* lwIP uses the ACK of what lies outside the window. Something not yet sent that
 * is acknowledged gets an ACK, and its text is not taken. An old ACK alone says
 * nothing. */
static enum stack_verdict check_synchronized(const struct tcp_pcb *pcb,
                                             const struct tcp_hdr *header, u32_t len)
{
    if (has(header, TCP_SYN))
        return STACK_TAKE; /* lwIP challenges it */
    if (!counts(pcb, header, len))
        return STACK_ANSWER;
    if (!has(header, TCP_ACK))
        return STACK_DROP;
    if (TCP_SEQ_GT(header->ackno, pcb->snd_nxt))
        return STACK_ANSWER;
    return len == 0 && TCP_SEQ_LT(header->ackno, pcb->lastack) ? STACK_DROP : STACK_TAKE;
}

enum stack_verdict stack_tcp_check(const struct tcp_pcb *pcb, const struct tcp_hdr *header,
                                   const struct pbuf *payload)
{
    u32_t len = length(header, payload);

    if (pcb->state == SYN_SENT)
        return check_in_syn_sent(pcb, header);
    if (pcb->state == TIME_WAIT)
        return check_in_time_wait(pcb, header, len);
    if (has(header, TCP_RST)) /* lwIP challenges one behind the window, too */
        return is_acceptable(pcb, header, 0) ? STACK_TAKE : STACK_DROP;
    if (pcb->state == SYN_RCVD)
        return check_in_syn_received(pcb, header, len);
    return check_synchronized(pcb, header, len);
}
