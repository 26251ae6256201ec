/* SPDX-License-Identifier: BSD-3-Clause */
/* Where lwIP calls us in the middle of its work. Included by lwIP's own files. */
#ifndef AX_STACK_HOOKS_H
#define AX_STACK_HOOKS_H

#include "lwip/err.h"
#include "lwip/ip_addr.h"

struct netif;
struct pbuf;
struct tcp_hdr;
struct tcp_pcb;

/* TCP_WND is one number in lwIP; here it is this variable, set to the largest
 * window of the socket at hand before each call and for each segment. */
extern u16_t stack_tcp_wnd;

err_t stack_tcp_inpacket(struct tcp_pcb *pcb, struct tcp_hdr *header, u16_t options_len,
                         u16_t options_len_1, u8_t *options_2, struct pbuf *payload);
struct netif *stack_proxy_route(const ip4_addr_t *from);
u32_t stack_tcp_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip,
                    u16_t remote_port);

#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p) \
    stack_tcp_inpacket(pcb, hdr, optlen, opt1len, opt2, p)
#define LWIP_HOOK_TCP_ISN stack_tcp_isn

#endif
