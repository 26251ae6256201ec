/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP sockets (RFC 768).
 *
 * A socket has a packet ring each way (ax/packet_ring.h) and serves any number
 * of remote endpoints. A datagram is queued whole and in one piece or not at
 * all, and delivered whole, in order. What is sent leaves the ring at its turn
 * from the network task, or waits for its neighbour's address in a place outside
 * the ring, so that other destinations proceed.
 *
 * Context: task code only.
 */
#ifndef AX_UDP_H
#define AX_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/addr.h>
#include <ax/err.h>
#include <ax/packet_ring.h>
#include <ax/wait.h>

struct ax_udp_config {
    void *rx_storage;
    uint32_t rx_size; /* the largest datagram that can be received */
    struct ax_packet *rx_slots;
    uint16_t rx_slot_count; /* at least 1 */
    void *tx_storage;
    uint32_t tx_size;
    struct ax_packet *tx_slots;
    uint16_t tx_slot_count; /* at least 1 */
};

/* All zero is the default. */
struct ax_udp_options {
    uint8_t ttl; /* 0: 255 */
    uint8_t tos;
};

/* Counters since the socket was bound; each wraps. */
struct ax_udp_stats {
    uint32_t received;           /* datagrams queued for the application */
    uint32_t rx_dropped_payload; /* datagrams dropped: no room in the payload area */
    uint32_t rx_dropped_slots;   /* datagrams dropped: no slot */
    uint32_t sent;               /* datagrams handed to the link */
    uint32_t unreachable;        /* given up: no ARP answer or way, another took their place, or our
                                  * address changed */
    uint32_t unreachable_id;     /* the id of the last one given up; 0: none */
    uint32_t wakes;              /* times a waiting task was woken */
};

/* Declare one; fields are private to src/net and the stack below. Borrowed by the stack whenever
 * ax_udp_is_released() is false. */
struct ax_udp {
    struct ax_wants wants; /* first */
    struct ax_udp *bound_next;
    bool bound, attached, followed;
    struct ax_endpoint local;
    struct ax_packet_ring rx, tx;
    uint32_t room_len; /* of the room lent, plus one; 0: none */
    struct ax_udp_options options;
    struct ax_udp_stats stats;
    struct ax_waiters waiters;
    void *stack; /* the stack's own */
};

/* Prepares an unbound socket. AX_OK, or AX_E_ARG for a NULL area of a size that
 * is not 0, or no slots. */
int ax_udp_init(struct ax_udp *udp, const struct ax_udp_config *config);

/* Binds; datagrams are received from the network task's next poll on. Address 0
 * is every address, port 0 an ephemeral one. AX_OK; AX_E_STATE when bound or not
 * released; AX_E_ARG for an address that is not ours; AX_E_IN_USE for a port that
 * another socket has there, or none left to choose; AX_E_MEMORY when the stack's
 * sockets are all bound. */
int ax_udp_bind(struct ax_udp *udp, const struct ax_endpoint *local);

/* Queues a datagram. Returns 0 and its id in *id (`id` may be NULL);
 * AX_E_TOO_LARGE for more than the ring or the path takes (AX_DATAGRAM_MAX bytes, in
 * fragments beyond 1472), always;
 * AX_E_WOULD_BLOCK when there is no room now; AX_E_STATE when not bound;
 * AX_E_ARG for port 0, for an address in network 0 or 127 or class E (but for
 * 255.255.255.255), or our own (RFC 1122 3.2.1.3); AX_E_UNREACHABLE without a
 * route. A failed call has no effect of any kind. */
int ax_udp_send(struct ax_udp *udp, const struct ax_endpoint *to, const void *src, size_t len,
                uint32_t *id);

/* Sending in place: lends room for exactly `len` bytes, then queues the
 * datagram written there. AX_OK; errors as ax_udp_send(), those of the destination
 * at commit, which adds AX_E_STATE without a room. After an error a room lent stays
 * lent. Otherwise the span is lent until the next send, room or close. */
int ax_udp_room(struct ax_udp *udp, size_t len, struct ax_span *room);
int ax_udp_commit(struct ax_udp *udp, const struct ax_endpoint *to, uint32_t *id);

/* Takes the oldest datagram into `dst` and tells about it in *about (may be
 * NULL). Returns its length; AX_E_WOULD_BLOCK for none; AX_E_SMALL, and keeps
 * it, when `size` is less than about->len; AX_E_STATE when not bound. */
int ax_udp_recv(struct ax_udp *udp, void *dst, size_t size, struct ax_packet *about);

/* Receiving in place: lends the oldest datagram, then drops it. AX_OK;
 * AX_E_WOULD_BLOCK for none; AX_E_STATE when not bound. */
int ax_udp_data(struct ax_udp *udp, struct ax_span *data, struct ax_packet *about);
int ax_udp_consume(struct ax_udp *udp);

/* What ax_udp_send() of exactly `len` bytes would say now of the room: AX_OK,
 * AX_E_WOULD_BLOCK, AX_E_TOO_LARGE or AX_E_STATE; AX_E_UNREACHABLE while we have no
 * address. can_send is AX_OK. */
int ax_udp_fits(const struct ax_udp *udp, size_t len);
bool ax_udp_can_send(const struct ax_udp *udp, size_t len);
bool ax_udp_can_recv(const struct ax_udp *udp);

/* Unbinds and drops what is queued either way. Released from the network
 * task's next poll on. */
void ax_udp_close(struct ax_udp *udp);
bool ax_udp_is_released(const struct ax_udp *udp);

/* What became of a datagram that was sent. */
enum ax_udp_status {
    AX_UDP_QUEUED,      /* in the ring, wholly or in part */
    AX_UDP_HELD,        /* waits for its neighbour's address */
    AX_UDP_SENT,        /* handed to the link */
    AX_UDP_UNREACHABLE, /* given up: see ax_udp_stats */
    AX_UDP_TOO_OLD,     /* nobody knows any more, or no datagram has that id */
};

/* From now on datagrams are followed, until the socket is closed; for a bound one. Known
 * are the last ones taken, as many as tx has slots: a later one takes the place of the
 * oldest. AX_OK, or AX_E_STATE when not bound. */
int ax_udp_follow(struct ax_udp *udp);

/* By the id that its send gave. Of a socket that is not followed all are too old. */
enum ax_udp_status ax_udp_status(const struct ax_udp *udp, uint32_t id);

/* Wakes `self` once that datagram is neither queued nor held, and at times before.
 * ax_udp_unwait() withdraws. */
void ax_udp_wait_sent(struct ax_udp *udp, uint32_t id, ax_tasks self);

/* What is queued each way: payload bytes and datagrams. */
struct ax_udp_levels {
    uint32_t rx_bytes, tx_bytes;
    uint16_t rx_slots, tx_slots;
};
struct ax_udp_levels ax_udp_levels(const struct ax_udp *udp);

struct ax_endpoint ax_udp_local(const struct ax_udp *udp); /* all 0 when not bound */
void ax_udp_set_options(struct ax_udp *udp, const struct ax_udp_options *options);
struct ax_udp_stats ax_udp_stats(const struct ax_udp *udp);

/* The interests (enum ax_interest) that hold now. Writable: a send of exactly
 * `room` bytes would not say would-block; `room` counts for that alone. */
unsigned ax_udp_ready(const struct ax_udp *udp, size_t room);

/* As ax_tcp_wait() and ax_tcp_unwait(), for interests that mean the same. */
void ax_udp_wait(struct ax_udp *udp, unsigned interest, size_t room, ax_tasks self);
void ax_udp_unwait(struct ax_udp *udp, ax_tasks self);

#endif
