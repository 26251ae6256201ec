/* SPDX-License-Identifier: BSD-3-Clause */
/* Each received segment, before and after lwIP: the window it is measured by,
 * what of it is lost, the listener's policy, and what became of the socket. */
#include <string.h>

#include "hooks.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/tcp.h"
#include "net/stack_side.h"
#include "stack/parts.h"

enum { TCP_OPTIONS_MAX = 40 };

struct stack_touched stack_touched;

void stack_tcp_touch(struct ax_tcp *tcp, int withheld)
{
    stack_touched.tcp = tcp;
    stack_touched.withheld = withheld;
}

/* One past the last byte offered to the peer. */
static u32_t offered_edge(const struct tcp_pcb *pcb) { return pcb->rcv_ann_right_edge; }

/* lwIP takes what fits its buffer, even beyond the window it has shown (it shows
 * small growth late, RFC 9293 3.8.6.2.2). Nothing beyond the window shown is
 * taken from anybody: the rest is kept back while a segment that reaches beyond is
 * looked at. With a window of 0 lwIP takes no empty segment for acceptable and answers it,
 * against 3.10.7.4: for such a one the window is 1 meanwhile. */
static int withhold(struct tcp_pcb *pcb, const struct tcp_hdr *header, u16_t len)
{
    bool has_fin = (TCPH_FLAGS(header) & TCP_FIN) != 0, is_empty = len == 0 && !has_fin;
    s32_t beyond = (s32_t)(header->seqno + len + has_fin - offered_edge(pcb));
    u16_t shown = (u16_t)(offered_edge(pcb) - pcb->rcv_nxt);
    u16_t meanwhile = LWIP_MIN(pcb->rcv_wnd, shown);
    u16_t had = pcb->rcv_wnd;

    if (beyond <= 0 && shown != 0)
        return 0;
    if (meanwhile == 0 && is_empty)
        meanwhile = 1;
    pcb->rcv_wnd = meanwhile;
    return had - meanwhile;
}

static bool takes_text(const struct tcp_pcb *pcb)
{
    return pcb->state == SYN_RCVD || pcb->state == ESTABLISHED || pcb->state == FIN_WAIT_1 ||
           pcb->state == FIN_WAIT_2;
}

static void count_beyond(struct ax_tcp *tcp, const struct tcp_pcb *pcb, u32_t seqno, u16_t len)
{
    u32_t past = seqno + len - offered_edge(pcb);

    if (len != 0 && (s32_t)past > 0)
        net_tcp_dropped(tcp, LWIP_MIN(past, len), 0);
}

/* Bytes that wait out of order. */
static u32_t waiting(const struct tcp_pcb *pcb)
{
    u32_t sum = 0;

    for (const struct tcp_seg *one = stack_tcp_reordered(pcb); one; one = one->next)
        sum += one->len;
    return sum;
}

/* How many bytes from `from` to `to` do not wait yet. What waits never overlaps. */
static u32_t new_bytes(const struct tcp_pcb *pcb, u32_t from, u32_t to)
{
    u32_t sum = to - from;

    for (const struct tcp_seg *one = stack_tcp_reordered(pcb); one; one = one->next) {
        u32_t first = one->tcphdr->seqno, last = first + one->len;
        u32_t low = TCP_SEQ_GT(first, from) ? first : from;
        u32_t high = TCP_SEQ_LT(last, to) ? last : to;
        if (TCP_SEQ_LT(low, high))
            sum -= high - low;
    }
    return sum;
}

/* What would wait if a segment ahead of a gap is kept; 0 for any other. */
static u32_t expect_waiting(const struct tcp_pcb *pcb, u32_t seqno, u16_t len)
{
    u32_t end = seqno + len, edge = offered_edge(pcb);

    if (len == 0 || !TCP_SEQ_GT(seqno, pcb->rcv_nxt) || !TCP_SEQ_LT(seqno, edge))
        return 0;
    return waiting(pcb) + new_bytes(pcb, seqno, TCP_SEQ_LT(end, edge) ? end : edge);
}

/* Leaves nothing of a segment that begins before `at` from there on. */
static void cut(struct tcp_hdr *header, struct pbuf *payload, u32_t at)
{
    u32_t end = header->seqno + payload->tot_len;

    if (TCP_SEQ_GEQ(header->seqno, at))
        return;
    if (TCP_SEQ_GEQ(end, at))
        TCPH_UNSET_FLAG(header, TCP_FIN);
    if (TCP_SEQ_GT(end, at))
        pbuf_realloc(payload, (u16_t)(at - header->seqno));
}

/* Two things lwIP takes for granted and asserts later. What is ahead of a gap
 * ends at the window's edge (RFC 9293 3.10.7.4): it trims it there only when
 * others wait already. Nothing lies behind a FIN that waits: it gives that FIN
 * to whatever covers it. */
static void cut_to_fit(const struct tcp_pcb *pcb, struct tcp_hdr *header, struct pbuf *payload)
{
    if (TCP_SEQ_GT(header->seqno, pcb->rcv_nxt))
        cut(header, payload, offered_edge(pcb));
    for (const struct tcp_seg *one = stack_tcp_reordered(pcb); one; one = one->next)
        if (TCPH_FLAGS(one->tcphdr) & TCP_FIN)
            cut(header, payload, one->tcphdr->seqno + one->len);
}

/* The length of the option at `at`; 0 for one that is cut off or lies about it. */
static u16_t option_len(const u8_t *at, u16_t left)
{
    u16_t len = *at == LWIP_TCP_OPT_NOP ? 1 : left < 2 ? 0 : at[1];

    return len > left || (len < 2 && *at != LWIP_TCP_OPT_NOP) ? 0 : len;
}

static bool is_mss_of_0(const u8_t *option, u16_t len)
{
    return len == LWIP_TCP_OPT_LEN_MSS && option[2] == 0 && option[3] == 0;
}

/* Makes the options such that lwIP can read them; the checksum was checked.
 * MUST-7: lwIP reads past the header where an option is cut off, so from there
 * on there is none. MUST-65: an MSS option counts on a SYN only, elsewhere, and
 * where it says 0, it is made no-operations. */
static void clean_options(u8_t *options, u16_t len, bool is_syn)
{
    u16_t at = 0;

    while (at < len && options[at] != LWIP_TCP_OPT_EOL) {
        u16_t step = option_len(options + at, (u16_t)(len - at));
        if (step == 0) {
            memset(options + at, LWIP_TCP_OPT_EOL, len - at);
            return;
        }
        if (options[at] == LWIP_TCP_OPT_MSS && (!is_syn || is_mss_of_0(options + at, step)))
            memset(options + at, LWIP_TCP_OPT_NOP, step);
        at = (u16_t)(at + step);
    }
}

/* An answer to a probe: where the peer stands. Its ACK is for what is in flight, or
 * the segment was not taken. */
static bool says_stop(const struct tcp_pcb *pcb, const struct tcp_hdr *header)
{
    return (TCPH_FLAGS(header) & TCP_ACK) && header->wnd == 0 && header->seqno == pcb->rcv_nxt;
}

/* A fragment may end within the options; then the rest is in another place. */
static void clean_both_parts(u8_t *first, u16_t first_len, u8_t *rest, u16_t len, bool is_syn)
{
    u8_t whole[TCP_OPTIONS_MAX];

    if (!IP_REASSEMBLY || !rest) {
        clean_options(first, len, is_syn);
        return;
    }
    memcpy(whole, first, first_len);
    memcpy(whole + first_len, rest, (size_t)(len - first_len));
    clean_options(whole, len, is_syn);
    memcpy(first, whole, first_len);
    memcpy(rest, whole + first_len, (size_t)(len - first_len));
}

/* An old ACK that comes with text says nothing, and nor does its window: lwIP takes
 * the window. */
static void renew_old_ack(const struct tcp_pcb *pcb, struct tcp_hdr *header)
{
    if (pcb->state < ESTABLISHED || !TCP_SEQ_LT(header->ackno, pcb->lastack))
        return;
    header->ackno = pcb->lastack;
    header->wnd = pcb->snd_wnd;
}

static void before_connection(struct tcp_pcb *pcb, struct tcp_hdr *header, struct pbuf *payload)
{
    struct ax_tcp *tcp = pcb->callback_arg;
    int withheld = 0;

    if (!tcp)
        return;
    stack_tcp_at_hand(tcp);
    if (takes_text(pcb)) {
        count_beyond(tcp, pcb, header->seqno, payload->tot_len);
        cut_to_fit(pcb, header, payload);
        stack_touched.reorder = expect_waiting(pcb, header->seqno, payload->tot_len);
        withheld = withhold(pcb, header, payload->tot_len);
    }
    renew_old_ack(pcb, header);
    if (says_stop(pcb, header))
        net_tcp_peer_stopped(tcp);
    stack_tcp_touch(tcp, withheld);
}

/* What most segments are: the next bytes, or none, with nothing that the rules here
 * would change or refuse. */
static bool is_as_expected(const struct tcp_pcb *pcb, const struct tcp_hdr *header, u16_t len)
{
    u32_t shown;

    /* A listener has no more than a state. */
    if (pcb->state != ESTABLISHED || stack_tcp_reordered(pcb))
        return false;
    shown = offered_edge(pcb) - pcb->rcv_nxt;
    return (TCPH_FLAGS(header) & ~TCP_PSH) == TCP_ACK && header->wnd != 0 &&
           header->seqno == pcb->rcv_nxt && len <= shown && shown != 0 &&
           header->ackno - pcb->lastack <= pcb->snd_nxt - pcb->lastack;
}

static void reset_sender(const struct tcp_hdr *header, const struct pbuf *payload)
{
    u32_t len = payload->tot_len + (TCPH_FLAGS(header) & TCP_SYN ? 1u : 0) +
                (TCPH_FLAGS(header) & TCP_FIN ? 1u : 0);
    u32_t seqno = TCPH_FLAGS(header) & TCP_ACK ? header->ackno : 0;

    tcp_rst_netif(ip_current_input_netif(), seqno, header->seqno + len, ip_current_dest_addr(),
                  ip_current_src_addr(), header->dest, header->src);
}

/* A SYN for a listener: is there a socket for it? */
static err_t before_listener(struct ax_listener *listener, const struct tcp_hdr *header,
                             const struct pbuf *payload)
{
    struct ax_tcp *tcp = net_listener_front(listener);
    bool evicted = false;

    if ((TCPH_FLAGS(header) & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_SYN)
        return ERR_OK;
    if (AX_PROXY && !tcp) {
        evicted = stack_proxy_evict(listener);
        tcp = net_listener_front(listener);
    }
    if (tcp) {
        stack_tcp_at_hand(tcp);
        return ERR_OK;
    }
    if (listener->policy == AX_LISTEN_RESET && !evicted) {
        net_listener_reset(listener);
        reset_sender(header, payload);
    } else {
        net_listener_dropped(listener);
    }
    return ERR_ABRT;
}

/* Carries out what is to become of a segment that lwIP does not see. */
static void decide(struct tcp_pcb *pcb, const struct tcp_hdr *header, const struct pbuf *payload,
                   enum stack_verdict verdict)
{
    if (pcb->callback_arg)
        stack_tcp_at_hand(pcb->callback_arg);
    if (verdict == STACK_ANSWER) {
        if (takes_text(pcb))
            count_beyond(pcb->callback_arg, pcb, header->seqno, payload->tot_len);
        tcp_send_empty_ack(pcb); /* also where Nagle holds what an ACK could go with */
    } else if (verdict == STACK_RESET) {
        reset_sender(header, payload);
    } else if (verdict == STACK_RETURN) {
        tcp_abandon(pcb, 0);
    }
}

err_t stack_tcp_inpacket(struct tcp_pcb *pcb, struct tcp_hdr *header, u16_t options_len,
                         u16_t options_len_1, u8_t *options_2, struct pbuf *payload)
{
    enum stack_verdict verdict;

    stack_tcp_touch(NULL, 0);
    stack_touched.reorder = 0;
    if (payload->flags & (PBUF_FLAG_LLBCAST | PBUF_FLAG_LLMCAST))
        return ERR_ABRT; /* RFC 1122 4.2.3.10, 3.3.6 */
    stack_proxy_heard(pcb);
    if (options_len == 0 && is_as_expected(pcb, header, payload->tot_len)) {
        stack_tcp_at_hand(pcb->callback_arg);
        stack_tcp_touch(pcb->callback_arg, 0);
        return ERR_OK;
    }
    clean_both_parts((u8_t *)(header + 1), options_len_1, options_2, options_len,
                     (TCPH_FLAGS(header) & TCP_SYN) != 0);
    if (pcb->state == LISTEN)
        return before_listener(pcb->callback_arg, header, payload);
    verdict = stack_tcp_check(pcb, header, payload);
    if (verdict != STACK_TAKE) {
        decide(pcb, header, payload, verdict);
        return ERR_ABRT;
    }
    before_connection(pcb, header, payload);
    return ERR_OK;
}

/* The window kept back comes back. The ACK of the segment has left without it. */
static void restore(struct tcp_pcb *pcb, int withheld)
{
    if (withheld == 0)
        return;
    pcb->rcv_wnd = (u16_t)LWIP_MIN(pcb->rcv_wnd + withheld, (int)stack_tcp_wnd);
    tcp_update_rcv_ann_wnd(pcb);
    stack_tcp_tell_window(pcb);
}

static void count_not_kept(struct ax_tcp *tcp, const struct tcp_pcb *pcb, u32_t expected)
{
    u32_t kept = waiting(pcb);

    if (kept < expected)
        net_tcp_dropped(tcp, 0, expected - kept);
}

/* When an ACK empties its queue lwIP leaves the timer of window probes running,
 * and asserts at the next tick that there is something to probe with. */
static void stop_probes(struct tcp_pcb *pcb)
{
    if (!pcb->unsent)
        pcb->persist_backoff = 0;
}

void stack_tcp_after_input(void)
{
    struct ax_tcp *tcp = stack_touched.tcp;

    stack_touched.tcp = NULL;
    if (!tcp || !tcp->stack)
        return;
    if (stack_touched.reorder != 0)
        count_not_kept(tcp, tcp->stack, stack_touched.reorder);
    restore(tcp->stack, stack_touched.withheld);
    stop_probes(tcp->stack);
    stack_tcp_note_worth(tcp);
    stack_tcp_sync(tcp);
    if (tcp->stack)
        stack_tcp_acknowledge(tcp->stack, TF_ACK_NOW);
}

#if TCP_QUEUE_OOSEQ

/* The segments of one connection that wait out of order make room for others. */
void stack_tcp_free_reordered(void)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (pcb->ooseq) {
            if (pcb->callback_arg)
                net_tcp_dropped(pcb->callback_arg, 0, waiting(pcb));
            tcp_free_ooseq(pcb);
            return;
        }
}

#endif
