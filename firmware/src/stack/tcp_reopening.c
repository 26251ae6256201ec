/* SPDX-License-Identifier: BSD-3-Clause */
/* A pair of endpoints in TIME-WAIT is opened again by a SYN (RFC 9293 3.6.1, MAY-2).
 *
 * The frame goes past the control block in TIME-WAIT, which has no port meanwhile, to
 * the listener. It stays until the new connection is ESTABLISHED: if that never comes,
 * the pair is in TIME-WAIT as before. All this hangs on pointers that lwIP has anyway,
 * so it is nowhere in an image that does not ask for it. A SYN in fragments is only
 * challenged.
 */
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/tcp.h"
#include "net/stack_side.h"
#include "stack/parts.h"

static netif_input_fn below; /* what took frames in before */

/* The segment at hand opens a pair again: our sequence numbers begin there at least. */
static bool is_reopening;
static u32_t seq_least;

static err_t on_passive_open(u8_t id, struct tcp_pcb_listen *listening, struct tcp_pcb *pcb)
{
    if (is_reopening && TCP_SEQ_LT(pcb->snd_nxt, seq_least))
        pcb->snd_wl2 = pcb->snd_nxt = pcb->lastack = pcb->snd_lbb = seq_least;
    return stack_tcp_passive_open(id, listening, pcb);
}

static bool is_same_pair(const struct tcp_pcb *a, const struct tcp_pcb *b)
{
    return a->local_port == b->local_port && a->remote_port == b->remote_port &&
           ip_addr_eq(&a->local_ip, &b->local_ip) && ip_addr_eq(&a->remote_ip, &b->remote_ip);
}

static void end_predecessor(const struct tcp_pcb *pcb)
{
    for (struct tcp_pcb *one = tcp_tw_pcbs; one; one = one->next)
        if (is_same_pair(one, pcb)) {
            tcp_abandon(one, 0);
            return;
        }
}

static err_t on_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    if (pcb)
        end_predecessor(pcb);
    return stack_tcp_accepted(arg, pcb, err);
}

static const struct tcp_ext_arg_callbacks ext_callbacks = {.passive_open = on_passive_open};

/* The one that lwIP would find: one of our address alone comes first. */
static struct tcp_pcb_listen *listening_for(const struct tcp_pcb *pcb)
{
    struct tcp_pcb_listen *of_all = NULL;

    for (struct tcp_pcb_listen *one = tcp_listen_pcbs.listen_pcbs; one; one = one->next) {
        if (one->local_port != pcb->local_port)
            continue;
        if (ip_addr_eq(&one->local_ip, &pcb->local_ip))
            return one;
        if (ip_addr_isany(&one->local_ip))
            of_all = one;
    }
    return of_all;
}

static bool has_a_socket(const struct tcp_pcb *pcb)
{
    struct tcp_pcb_listen *listening = listening_for(pcb);
    const struct ax_listener *listener = listening ? listening->callback_arg : NULL;

    if (!listener || !listener->reopens || !net_listener_front(listener))
        return false;
    listening->accept = on_accepted;
    tcp_ext_arg_set_callbacks((struct tcp_pcb *)listening, STACK_EXT_ARG, &ext_callbacks);
    return true;
}

/* The header of a segment that is a SYN and whole; NULL for any other frame. */
static const struct tcp_hdr *syn_in(const struct pbuf *frame)
{
    const struct eth_hdr *ethernet = frame->payload;
    const struct ip_hdr *ip = (const struct ip_hdr *)(ethernet + 1);
    const struct tcp_hdr *tcp = (const struct tcp_hdr *)((const u8_t *)ip + IPH_HL_BYTES(ip));

    if (ethernet->type != PP_HTONS(ETHTYPE_IP) || IPH_PROTO(ip) != IP_PROTO_TCP ||
        (IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF)) != 0 ||
        frame->len < SIZEOF_ETH_HDR + IPH_HL_BYTES(ip) + TCP_HLEN)
        return NULL;
    return (TCPH_FLAGS(tcp) & (TCP_SYN | TCP_ACK | TCP_RST | TCP_FIN)) == TCP_SYN ? tcp : NULL;
}

/* The pair in TIME-WAIT that this frame opens again; NULL for none. */
static struct tcp_pcb *to_be_opened(const struct pbuf *frame)
{
    const struct tcp_hdr *syn = tcp_tw_pcbs ? syn_in(frame) : NULL;
    const struct ip_hdr *ip = (const struct ip_hdr *)((const struct eth_hdr *)frame->payload + 1);

    for (struct tcp_pcb *pcb = syn ? tcp_tw_pcbs : NULL; pcb; pcb = pcb->next)
        if (lwip_htons(pcb->remote_port) == syn->src && lwip_htons(pcb->local_port) == syn->dest &&
            ip4_addr_get_u32(&pcb->remote_ip) == ip->src.addr &&
            ip4_addr_get_u32(&pcb->local_ip) == ip->dest.addr)
            return TCP_SEQ_GEQ(lwip_ntohl(syn->seqno), pcb->rcv_nxt) && has_a_socket(pcb) ? pcb
                                                                                          : NULL;
    return NULL;
}

/* It may have made room for the new one. */
static bool is_in_time_wait(const struct tcp_pcb *pcb)
{
    for (const struct tcp_pcb *one = tcp_tw_pcbs; one; one = one->next)
        if (one == pcb)
            return true;
    return false;
}

static err_t input(struct pbuf *frame, struct netif *netif)
{
    struct tcp_pcb *pcb = to_be_opened(frame);
    u16_t port;
    err_t err;

    if (!pcb)
        return below(frame, netif);
    port = pcb->local_port;
    pcb->local_port = 0;
    seq_least = pcb->snd_nxt;
    is_reopening = true;
    err = below(frame, netif);
    is_reopening = false;
    if (is_in_time_wait(pcb))
        pcb->local_port = port;
    return err;
}

void stack_tcp_begin_reopening(void)
{
    if (below)
        return;
    below = stack_netif.input;
    stack_netif.input = input;
}
