/* SPDX-License-Identifier: BSD-3-Clause */
/* Counters of single connections. Each frame of the interface passes here, both ways,
 * from the first meter on: it is compared with what lwIP knew before and knows after.
 */
#include <ax/tcp_info.h>

#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"
#include "stack/parts.h"

static struct ax_tcp_meter *meters;

/* What took frames before, in and out. */
static netif_input_fn input_below;
static netif_linkoutput_fn output_below;

static bool is_input; /* a frame comes in: what leaves is no timer's doing */

/* A segment of TCP in a frame, in host order. */
struct segment {
    struct ax_endpoint from, to;
    u32_t seq, len; /* in sequence space */
    u16_t flags;
};

static bool read_segment(const struct pbuf *frame, struct segment *segment)
{
    const struct eth_hdr *ethernet = frame->payload;
    const struct ip_hdr *ip = (const struct ip_hdr *)(ethernet + 1);
    const struct tcp_hdr *tcp;
    u16_t flags;

    if (frame->len < SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN ||
        ethernet->type != PP_HTONS(ETHTYPE_IP) || IPH_PROTO(ip) != IP_PROTO_TCP ||
        (IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF)) != 0 ||
        frame->len < SIZEOF_ETH_HDR + IPH_HL_BYTES(ip) + TCP_HLEN)
        return false;
    tcp = (const struct tcp_hdr *)((const u8_t *)ip + IPH_HL_BYTES(ip));
    flags = TCPH_FLAGS(tcp);
    *segment = (struct segment){
        .from = {lwip_ntohl(ip->src.addr), lwip_ntohs(tcp->src)},
        .to = {lwip_ntohl(ip->dest.addr), lwip_ntohs(tcp->dest)},
        .seq = lwip_ntohl(tcp->seqno),
        .len = lwip_ntohs(IPH_LEN(ip)) - (u32_t)IPH_HL_BYTES(ip) - TCPH_HDRLEN_BYTES(tcp) +
               ((flags & TCP_SYN) != 0) + ((flags & TCP_FIN) != 0),
        .flags = flags,
    };
    return true;
}

static bool is_same(const struct ax_endpoint *a, const struct ax_endpoint *b)
{
    return a->addr == b->addr && a->port == b->port;
}

/* The meter of that pair's connection; NULL for none. */
static struct ax_tcp_meter *meter_of(const struct ax_endpoint *local,
                                     const struct ax_endpoint *remote)
{
    for (struct ax_tcp_meter *meter = meters; meter; meter = meter->next)
        if (meter->tcp->attached && is_same(&meter->tcp->local, local) &&
            is_same(&meter->tcp->remote, remote))
            return meter;
    return NULL;
}

static struct ax_tcp_meter *meter_of_socket(const struct ax_tcp *tcp)
{
    for (struct ax_tcp_meter *meter = meters; meter; meter = meter->next)
        if (meter->tcp == tcp)
            return meter;
    return NULL;
}

/* ---- out */

/* lwIP does not count what a probe sends as sent. */
static bool is_probe(const struct tcp_pcb *pcb, const struct segment *segment)
{
    return pcb && pcb->persist_backoff != 0 && segment->len == 1;
}

static void count_out(struct ax_tcp_meter *meter, const struct segment *segment)
{
    const struct tcp_pcb *pcb = meter->tcp->stack;
    u32_t end = segment->seq + segment->len;

    meter->segments_out++;
    if (segment->flags & TCP_RST)
        return;
    if (pcb && pcb->nrtx > meter->retries && !is_input)
        meter->timeouts += (uint32_t)(pcb->nrtx - meter->retries);
    meter->retries = pcb ? pcb->nrtx : 0;
    if (is_probe(pcb, segment)) {
        meter->window_probes++;
        return;
    }
    if ((segment->flags & TCP_SYN) && segment->seq + 1 != meter->snd_max)
        meter->snd_max = segment->seq;
    if (segment->len != 0 && TCP_SEQ_LT(segment->seq, meter->snd_max))
        meter->retransmitted++;
    if (TCP_SEQ_GT(end, meter->snd_max))
        meter->snd_max = end;
}

static err_t output(struct netif *netif, struct pbuf *frame)
{
    err_t err = output_below(netif, frame);
    struct ax_tcp_meter *meter;
    struct segment segment;

    if (err != ERR_OK || !read_segment(frame, &segment))
        return err;
    meter = meter_of(&segment.from, &segment.to);
    if (meter)
        count_out(meter, &segment);
    return err;
}

/* ---- in */

/* What lwIP makes of the segment shows in its control block, if that lives on. */
static void compare(struct ax_tcp_meter *meter, u8_t duplicates, bool was_recovering)
{
    const struct tcp_pcb *pcb = meter->tcp->stack;

    if (!pcb)
        return;
    if (pcb->dupacks == duplicates + 1)
        meter->duplicate_acks++;
    if ((pcb->flags & TF_INFR) && !was_recovering)
        meter->fast_retransmits++;
    meter->retries = pcb->nrtx;
}

static err_t below(struct pbuf *frame, struct netif *netif)
{
    err_t err;

    is_input = true;
    err = input_below(frame, netif);
    is_input = false;
    return err;
}

/* The frame may be gone behind it. Whether it came as far as to a control block shows
 * in stack_touched. */
static err_t input(struct pbuf *frame, struct netif *netif)
{
    static struct ax_tcp nobody;
    struct ax_tcp_meter *meter = NULL;
    const struct tcp_pcb *pcb = NULL;
    struct segment segment;
    u8_t duplicates;
    bool was_recovering, is_whole;
    err_t err;

    if (read_segment(frame, &segment))
        meter = meter_of(&segment.to, &segment.from);
    if (meter)
        pcb = meter->tcp->stack;
    duplicates = pcb ? pcb->dupacks : 0;
    was_recovering = pcb && (pcb->flags & TF_INFR);
    stack_tcp_touch(&nobody, 0);
    err = below(frame, netif);
    is_whole = stack_touched.tcp != &nobody;
    if (!is_whole)
        stack_tcp_touch(NULL, 0);
    if (!meter && is_whole)
        meter = meter_of_socket(stack_touched.tcp);
    if (meter && is_whole) {
        meter->segments_in++;
        compare(meter, duplicates, was_recovering);
    }
    return err;
}

/* ---- */

void ax_tcp_meter_stop(struct ax_tcp_meter *meter)
{
    for (struct ax_tcp_meter **link = &meters; *link; link = &(*link)->next)
        if (*link == meter) {
            *link = meter->next;
            return;
        }
}

void ax_tcp_meter_start(struct ax_tcp_meter *meter, struct ax_tcp *tcp)
{
    const struct tcp_pcb *pcb = tcp->stack;

    ax_tcp_meter_stop(meter);
    *meter = (struct ax_tcp_meter){.next = meters, .tcp = tcp};
    if (pcb) {
        meter->snd_max = pcb->snd_nxt;
        meter->retries = pcb->nrtx;
    }
    meters = meter;
    if (input_below)
        return;
    input_below = stack_netif.input;
    output_below = stack_netif.linkoutput;
    stack_netif.input = input;
    stack_netif.linkoutput = output;
}
