/* SPDX-License-Identifier: BSD-3-Clause */
/* Sending and receiving datagrams as futures (ax/future.h). A poll does all or nothing,
 * so withdrawing leaves nothing behind. Socket and bytes are borrowed until it is done
 * or withdrawn.
 *
 * Context: task code only.
 */
#ifndef AX_UDP_FUTURE_H
#define AX_UDP_FUTURE_H

#include <stddef.h>
#include <stdint.h>

#include <ax/future.h>
#include <ax/udp.h>

struct ax_udp_future {
    struct ax_future future; /* first */
    struct ax_udp *udp;
    void *dst;
    const void *src;
    size_t len;
    unsigned interest;
    struct ax_endpoint to;
    uint32_t id;            /* of a datagram that is sent: readable by the caller */
    struct ax_packet about; /* one that was received: readable by the caller */
};

/* AX_OK once the datagram is queued, its id in `id`; errors as ax_udp_send(). `to` is copied. */
void ax_send_to(struct ax_udp_future *future, struct ax_udp *udp, const struct ax_endpoint *to,
                const void *src, size_t len);

/* A datagram: its length, and about it in `about`; errors as ax_udp_recv(). */
void ax_recv_from(struct ax_udp_future *future, struct ax_udp *udp, void *dst, size_t size);

/* AX_OK once the datagram of that id was handed to the link; AX_E_UNREACHABLE when it was
 * given up; AX_E_STATE for a socket that is not bound (any more); AX_E_MEMORY when nobody
 * knows: so many were sent behind it, or the socket is not followed (ax_udp_follow()). */
void ax_sent(struct ax_udp_future *future, struct ax_udp *udp, uint32_t id);

/* Until any of `interest` (ax/wait.h) holds: which; writable is room for a datagram of `room`
 * bytes. AX_E_ARG for none, or one that a socket of datagrams does not know. */
void ax_until_ready_udp(struct ax_udp_future *future, struct ax_udp *udp, unsigned interest,
                        size_t room);

#endif
