/* SPDX-License-Identifier: BSD-3-Clause */
/* Each TCP packet before lwIP: it drops a segment whose fixed header is not in one piece,
 * and a fragment may end within it. */
#include "base/check.h"
#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/raw.h"
#include "stack/parts.h"

#if IP_REASSEMBLY || AX_PROXY

/* Returns 1 when the segment has been dealt with. */
static u8_t join_header(void *arg, struct raw_pcb *raw, struct pbuf *packet, const ip_addr_t *from)
{
    struct pbuf *joined;

    (void)arg;
    (void)raw;
    (void)from;
    stack_proxy_aim(packet);
    if (!packet->next || packet->len >= ip_current_header_tot_len() + TCP_HLEN)
        return 0;
    joined = pbuf_clone(PBUF_RAW, PBUF_RAM, packet);
    if (joined) {
        joined->flags |= packet->flags & (PBUF_FLAG_LLBCAST | PBUF_FLAG_LLMCAST);
        pbuf_remove_header(joined, ip_current_header_tot_len());
        tcp_input(joined, ip_current_input_netif());
    }
    pbuf_free(packet);
    return 1;
}

void stack_tcp_join_headers(void)
{
    struct raw_pcb *raw = raw_new(IP_PROTO_TCP);

    AX_CHECK(raw);
    raw_recv(raw, join_header, NULL);
}

#endif
