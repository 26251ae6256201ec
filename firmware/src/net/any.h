/* SPDX-License-Identifier: BSD-3-Clause */
/* Sockets of no place of their own: a listener and a UDP socket for every address and
 * port there is. They are the any-IP proxy's, beside all that is bound, and take none
 * of its places.
 *
 * Context: task code only.
 */
#ifndef AX_NET_ANY_H
#define AX_NET_ANY_H

#include <ax/listener.h>
#include <ax/udp.h>

/* What stands for their place: no segment and no datagram is ever for it. */
#define NET_ANY_PLACE UINT32_MAX

/* Opens a listener that is all zero, or was closed like this. Closing gives back and
 * resets as ax_listener_close(). The stack attaches it and lets it go by itself. */
void net_any_listener_open(struct ax_listener *listener, enum ax_listen_policy policy);
void net_any_listener_close(struct ax_listener *listener);

/* Binds a socket that was prepared by ax_udp_init(); closing is as ax_udp_close(). */
void net_any_udp_bind(struct ax_udp *udp);
void net_any_udp_close(struct ax_udp *udp);
bool net_is_any_udp(const struct ax_udp *udp);

/* As ax_udp_send(), from that place. */
int net_any_udp_send(struct ax_udp *udp, const struct ax_endpoint *from,
                     const struct ax_endpoint *to, const void *src, size_t len, uint32_t *id);

#endif
