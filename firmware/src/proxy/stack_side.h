/* SPDX-License-Identifier: BSD-3-Clause */
/* The door between the any-IP proxy and the stack below it. The stack also reads the
 * proxy's configuration, and counts in its stats what only it sees.
 *
 * Context: the network task, but for the first two.
 */
#ifndef AX_PROXY_STACK_SIDE_H
#define AX_PROXY_STACK_SIDE_H

#include <ax/proxy.h>

/* Down. Begin gives the stack a proxy to attach in the network task's next poll: AX_OK, or
 * AX_E_STATE when it has one. When `running` is false it ends the connections and
 * lets go. Look wakes the network task for either. */
int stack_proxy_begin(struct ax_proxy *proxy);
void stack_proxy_look(void);

/* Whether that address is the link's, by a prefix. */
bool proxy_has_prefix(const struct ax_proxy *proxy, uint32_t addr);

/* Up. Where a datagram of `len` bytes goes: AX_OK and *room, and its tuple has a place;
 * else it is dropped and counted. AX_E_MEMORY: because there is no place for its tuple. */
int proxy_udp_room(struct ax_proxy *proxy, const struct ax_endpoint *local,
                   const struct ax_endpoint *remote, size_t len, struct ax_span *room);

/* That address is our own from now on. */
void proxy_lose_address(struct ax_proxy *proxy, uint32_t addr);

#endif
