/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/tcp_info.h>

#include "lwip/priv/tcp_priv.h"

/* lwIP keeps SRTT times 8 and RTTVAR times 4, as in Jacobson's paper. */
struct ax_tcp_info ax_tcp_info(const struct ax_tcp *tcp)
{
    const struct tcp_pcb *pcb = tcp->stack;

    if (!pcb)
        return (struct ax_tcp_info){0};
    return (struct ax_tcp_info){
        .srtt_ms = (uint32_t)pcb->sa * TCP_SLOW_INTERVAL / 8,
        .rttvar_ms = (uint32_t)pcb->sv * TCP_SLOW_INTERVAL / 4,
        .rto_ms = (uint32_t)pcb->rto * TCP_SLOW_INTERVAL,
        .cwnd = pcb->cwnd,
        .ssthresh = pcb->ssthresh,
        .peer_window = pcb->snd_wnd,
        .in_flight = pcb->snd_nxt - pcb->lastack,
        .mss = pcb->mss,
        .retries = pcb->nrtx,
    };
}
