/* SPDX-License-Identifier: BSD-3-Clause */
/* A socket's options on its control block. */
#include "lwip/priv/tcp_priv.h"
#include "net/stack_side.h"
#include "stack/parts.h"

static void set_keepalive(struct tcp_pcb *pcb, bool on)
{
    if (on)
        ip_set_option(pcb, SOF_KEEPALIVE);
    else
        ip_reset_option(pcb, SOF_KEEPALIVE);
}

/* MUST-26: no probes while data is in flight, which is sent again instead. */
void stack_tcp_hold_keepalive(struct tcp_pcb *pcb) { set_keepalive(pcb, !pcb->unacked); }

/* lwIP looks at nothing but the time since the peer's last segment, in ticks. So
 * probes are a tick apart at least, and a peer that was silent long before there
 * were to be any is sent them all. */
static void apply_keepalive(struct tcp_pcb *pcb, const struct ax_tcp_options *meant)
{
    u32_t every = LWIP_MAX(meant->keepalive_every_ms, TCP_SLOW_INTERVAL);

    set_keepalive(pcb, meant->keepalive_ms != 0);
    if (pcb->keep_idle == meant->keepalive_ms && pcb->keep_intvl == every &&
        pcb->keep_cnt == meant->keepalive_count)
        return;
    pcb->keep_idle = meant->keepalive_ms;
    pcb->keep_intvl = every;
    pcb->keep_cnt = meant->keepalive_count;
    pcb->keep_cnt_sent = 0;
    if (pcb->state == ESTABLISHED || pcb->state == CLOSE_WAIT)
        pcb->tmr = tcp_ticks;
}

void stack_tcp_apply_options(struct ax_tcp *tcp)
{
    struct ax_tcp_options meant = net_tcp_options_meant(&tcp->options);
    struct tcp_pcb *pcb = tcp->stack;

    if (meant.no_delay)
        tcp_nagle_disable(pcb);
    else
        tcp_nagle_enable(pcb);
    apply_keepalive(pcb, &meant);
    pcb->ttl = meant.ttl ? meant.ttl : TCP_TTL;
    pcb->tos = meant.tos;
}
