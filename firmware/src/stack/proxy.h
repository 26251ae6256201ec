/* SPDX-License-Identifier: BSD-3-Clause */
/* What the proxy's two files share: the one that runs, and lwIP's interface for it. */
#ifndef AX_STACK_PROXY_H
#define AX_STACK_PROXY_H

#include <ax/proxy.h>

#include "lwip/netif.h"

extern struct ax_proxy *stack_proxy; /* NULL: none */
extern struct netif stack_proxy_netif;

/* lwIP works on a packet of the proxy's. */
bool stack_proxy_is_at_hand(void);

/* The listener for every address and port: nowhere, but while lwIP looks at a packet. */
void stack_proxy_tcp_attach(void);
void stack_proxy_tcp_detach(void); /* and its connections end */
void stack_proxy_tcp_aim(const uint8_t *packet, size_t len);
void stack_proxy_tcp_park(void);
void stack_proxy_tcp_expire(void);
ax_tasks stack_proxy_network(void); /* the network task */

#endif
