/* SPDX-License-Identifier: BSD-3-Clause */
/* The socket that one name is asked for from: opened with the first question on a port
 * that nobody can predict, and the last question's way out. */
#ifndef AX_STACK_DNS_SOCKET_H
#define AX_STACK_DNS_SOCKET_H

#include <stdbool.h>

#include <ax/dns.h>
#include <ax/udp.h>

/* RFC 1035 4.1, 4.2.1: a header, a name, its type and class; what comes by UDP. */
enum { DNS_QUESTION_MAX = 12 + AX_DNS_NAME_MAX + 2 + 4, DNS_ANSWER_MAX = 512 };

/* All zero is a valid, closed one. */
struct dns_socket {
    struct ax_udp udp;
    struct ax_packet rx_slot, tx_slot;
    uint8_t rx[DNS_ANSWER_MAX], tx[DNS_QUESTION_MAX];
    bool is_open;
    struct ax_endpoint server; /* that was asked last */
    uint32_t id;               /* of the datagram to it */
};

/* Opens it, if it is closed, and queues the question. AX_OK, also when the one to that
 * server before it has not left: said again it would leave twice. AX_E_WOULD_BLOCK when
 * the stack has not let go since it was closed; else as ax_udp_bind() and ax_udp_send(). */
int dns_socket_send(struct dns_socket *socket, uint32_t server, struct ax_span question);

/* Lends the oldest datagram until it is dropped: AX_OK; AX_E_WOULD_BLOCK for none. Before
 * it those are dropped that do not come from the server that was asked last, and its port. */
int dns_socket_hear(struct dns_socket *socket, struct ax_span *message);
void dns_socket_drop(struct dns_socket *socket);

/* Wakes `self` when there is something to hear, or the stack has let go of it. */
void dns_socket_wait(struct dns_socket *socket, ax_tasks self);

/* Nothing of it leaves any more. */
void dns_socket_close(struct dns_socket *socket, ax_tasks self);

#endif
