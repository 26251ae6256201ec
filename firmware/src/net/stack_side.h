/* SPDX-License-Identifier: BSD-3-Clause */
/* The door between the sockets and the stack below them.
 *
 * Down: a call on a socket notes what it wants of the stack, queues the socket
 * and signals net_attention. The network task takes the sockets from the queue
 * and carries the wishes out. So the stack runs in one task only, and no call on
 * a socket can find it half way through a segment.
 *
 * Up: the stack reports what happened on the wire. No report runs any code of
 * the application; it changes the socket and wakes tasks.
 *
 * A fake stack in tests stands on the same door.
 *
 * Context: the network task.
 */
#ifndef AX_NET_STACK_SIDE_H
#define AX_NET_STACK_SIDE_H

#include <ax/listener.h>
#include <ax/stack.h>
#include <ax/tcp.h>
#include <ax/udp.h>

/* What a TCP socket can want. */
enum net_tcp_wants {
    NET_CONNECT = 1,   /* a control block, and a SYN to tcp->remote */
    NET_OUTPUT = 2,    /* tx bytes behind tx_handed, then our FIN when the state calls for it */
    NET_CONSUMED = 4,  /* rx_consumed bytes were read, at least rx_worth: the window opens */
    NET_OPTIONS = 8,   /* options changed */
    NET_RESET = 16,    /* drop the control block, with RST where RFC 9293 3.10.5 has one */
    NET_FORGET = 32,   /* drop the control block in silence */
    NET_LET_GO = 64,   /* TIME-WAIT: the control block stays, but without the socket */
    NET_PASS_ON = 128, /* of a place: its control block goes to net_held_passed_on()'s socket */
};

/* What a UDP socket can want. */
enum net_udp_wants {
    NET_UDP_BIND = 1,
    NET_UDP_SEND = 2, /* datagrams wait in tx */
    NET_UDP_CLOSE = 4,
};

/* What carries out some of the calls, the stack's part; NULL until the first of them
 * is made. Only the call itself names that part, so an image that never connects, or
 * sets no options, has none of it. */
extern struct net_calls {
    void (*connect)(struct ax_tcp *tcp);       /* NET_CONNECT */
    void (*apply_options)(struct ax_tcp *tcp); /* NET_OPTIONS, and of a new control block */
    void (*pass_on)(struct ax_tcp *place);     /* NET_PASS_ON */
} net_calls;
void stack_tcp_connect(struct ax_tcp *tcp);
void stack_tcp_pass_on(struct ax_tcp *place);
void stack_tcp_apply_options(struct ax_tcp *tcp);

/* From now on a listener may open pairs in TIME-WAIT again; once is enough. */
void stack_tcp_begin_reopening(void);

/* Signalled when any of the three queues below is no longer empty. */
extern struct ax_event net_attention;

/* The next socket that wants something, and what, off its queue; NULL for none.
 * The caller carries it out, or asks for the rest again. */
struct ax_tcp *net_tcp_wanting(unsigned *wants);
struct ax_udp *net_udp_wanting(unsigned *wants);

/* A listener to be attached (open) or let go (not open). */
struct ax_listener *net_listener_wanting(void);

/* Queues a socket again, with `wants` added. */
void net_tcp_want(struct ax_tcp *tcp, unsigned wants);
void net_udp_want(struct ax_udp *udp, unsigned wants);

/* What the network below can do; calls are checked against it. `listeners` and
 * `udp_sockets` are how many the stack can serve at once. */
struct net_path {
    struct ax_address address;
    uint32_t datagram_max; /* UDP payload bytes that the path takes, in fragments if need be */
    uint16_t listeners, tcp_sockets, udp_sockets;
    uint32_t fin_wait_2_ms;
};
void net_set_path(const struct net_path *path);

/* Whether a unicast or broadcast datagram to `addr` has a way out. */
bool net_has_route(uint32_t addr);

/* Whether anything may be sent there at all (RFC 1122 3.2.1.3): not to network 0,
 * not to 127, not to class E but for 255.255.255.255, not to ourselves. Unicast:
 * to one host. */
bool net_is_destination(uint32_t addr);
bool net_is_unicast(uint32_t addr);

/* Gives `local` a dynamic port for which `is_taken` says no, the first one behind
 * a random start (RFC 6056 3.3.1). AX_OK, or AX_E_IN_USE when all are taken. */
int net_choose_port(struct ax_endpoint *local, bool (*is_taken)(const struct ax_endpoint *local));

/* The options with what a 0 stands for put in its place. */
enum { NET_KEEPALIVE_EVERY_MS = 75000, NET_KEEPALIVE_COUNT = 9 };
struct ax_tcp_options net_tcp_options_meant(const struct ax_tcp_options *options);

/* TCP: whether our FIN is due once all of tx is handed over. */
bool net_tcp_fin_due(const struct ax_tcp *tcp);

/* Reports about a connection. */
void net_tcp_attached(struct ax_tcp *tcp, const struct ax_endpoint *local);
void net_tcp_established(struct ax_tcp *tcp);
void net_tcp_received(struct ax_tcp *tcp, const void *bytes, size_t len);
void net_tcp_dropped(struct ax_tcp *tcp, uint32_t beyond_window, uint32_t reorder);
void net_tcp_handed(struct ax_tcp *tcp, uint32_t len);
void net_tcp_fin_handed(struct ax_tcp *tcp);
void net_tcp_acked(struct ax_tcp *tcp, uint32_t len); /* progress; `len` bytes of tx are free */
void net_tcp_fin_acked(struct ax_tcp *tcp);
void net_tcp_peer_fin(struct ax_tcp *tcp);
void net_tcp_peer_stopped(struct ax_tcp *tcp); /* it acknowledged with window 0 */

/* The connection is over for `cause`. In SYN-RECEIVED a socket from a listener
 * goes back to it, unless the cause is ours. */
void net_tcp_ended(struct ax_tcp *tcp, int cause);

/* No control block knows the socket any more. After the end; harmless again. */
void net_tcp_detached(struct ax_tcp *tcp);

/* Listeners: the socket lent longest, NULL for none. */
struct ax_tcp *net_listener_front(const struct ax_listener *listener);

/* Takes it: SYN-RECEIVED, attached. */
void net_listener_take(struct ax_listener *listener, struct ax_tcp *tcp,
                       const struct ax_endpoint *local, const struct ax_endpoint *remote);

/* The place whose connection is to be passed on first, and *tcp, which is to have it;
 * NULL when there are not both. Passed on: `tcp` is ESTABLISHED and attached, and the
 * place waits for another. */
struct ax_tcp *net_held_first(const struct ax_listener *listener, struct ax_tcp **tcp);
void net_held_passed_on(struct ax_tcp *place, struct ax_tcp *tcp);

/* SYNs that found no socket, or no control block: dropped. */
void net_listener_dropped(struct ax_listener *listener);
void net_listener_reset(struct ax_listener *listener);

void net_listener_attached(struct ax_listener *listener);
void net_listener_detached(struct ax_listener *listener);

/* UDP. Where a datagram of `len` bytes goes: AX_OK and *room, or an error that
 * was counted. Commit wakes the readers. */
int net_udp_room(struct ax_udp *udp, size_t len, struct ax_span *room);
void net_udp_received(struct ax_udp *udp, size_t len, const struct ax_endpoint *remote,
                      const struct ax_endpoint *local);

/* The oldest datagram to be sent; NULL for none. Sent or held elsewhere: leaves
 * the ring. Given up: counted with its id. */
const struct ax_packet *net_udp_oldest(const struct ax_udp *udp, struct ax_span *payload);
void net_udp_left(struct ax_udp *udp);
void net_udp_sent(struct ax_udp *udp);
void net_udp_sent_late(struct ax_udp *udp); /* having been held */
void net_udp_unreachable(struct ax_udp *udp, uint32_t id);

/* Whether a datagram is held. Asked by ax_udp_status(), which alone names it. */
bool stack_udp_holds(const struct ax_udp *udp, uint32_t id);

/* Our address is another. Where it is none, a send that would block says
 * AX_E_UNREACHABLE now. */
void net_udp_path_changed(void);

void net_udp_attached(struct ax_udp *udp);
void net_udp_detached(struct ax_udp *udp);

#endif
