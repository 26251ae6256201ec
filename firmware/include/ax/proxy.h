/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy: every five-tuple of every destination address gets its endpoint.
 *
 *     application -- push, pull -- packets --+
 *                                            +-- proxy -- listener (TCP), datagrams (UDP)
 *     Ethernet link -- prefixes -- ARP ------+
 *
 * Packets come from a packet device (ax/packets.h), whatever their destination, and from the
 * Ethernet link for the addresses of configured prefixes: the proxy answers ARP for each of
 * them. Both meet the same checks as what comes for our own address. A connection is
 * accepted, and a datagram taken, as if the device had that address and port, and all
 * answers leave from there: ping and ICMP errors, too. What has an address of a prefix
 * leaves by the link, everything else by the packet device.
 *
 * TCP: sockets are lent to the proxy's listener by ax_listener_lend() or ax_accept(). A SYN
 * for any address and port takes the one lent longest; ax_tcp_local() is then its original
 * destination, ax_tcp_remote() its peer. ax_listener_hold() and ax_listener_reopen() do what they
 * do for any listener; reopening, and a meter of segments (ax/tcp_info.h), see frames of the link
 * alone.
 *
 * UDP: all datagrams come through one pair of rings. Each five-tuple has a place in a table
 * while it is in use: only such a one can be answered.
 *
 * Bounds. TCP by the sockets lent, UDP by the table. A tuple whose peer was not heard of for
 * the idle time ends, TCP by RST. A new one that finds no place may end another:
 *
 *     TCP   the half-open connection that was heard of longest ago, in silence, if that was
 *           at least `handshake_ms` ago; else the established one, by RST, if that was at
 *           least `keep_ms` ago: then the SYN is dropped, and its repetition finds the
 *           socket once it is lent again
 *     UDP   the tuple that was never answered, and moved longest ago; else the one that
 *           moved longest ago, if that was at least `keep_ms` ago
 *
 * So whoever moves stays. Else the new one is refused as the policy says.
 *
 * Never the proxy's, wherever they come from: packets to our own address, to the gateway's (on
 * the link), to network 0 or 127, to class D or E, to our net's broadcast address, in a frame
 * to a group, or from any of those, from a prefix, or from their own destination. Such are dropped,
 * and counted unless the ordinary interface takes them. A prefix has no broadcast address:
 * each of its addresses is a host's. Of other protocols ICMP says that they are not
 * reachable. Options of IP are skipped.
 *
 * One proxy runs at a time. Its image is built with AX_PROXY (ax/config.h, firmware.mk).
 *
 * Context: task code only.
 */
#ifndef AX_PROXY_H
#define AX_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/listener.h>
#include <ax/packets.h>
#include <ax/timer.h>
#include <ax/udp.h>

struct ax_prefix {
    uint32_t addr, netmask; /* as 198.51.100.0 and 255.255.255.0 */
};

/* A place for one UDP five-tuple. */
struct ax_proxy_tuple {
    struct ax_endpoint local, remote; /* original destination, and peer */
    uint32_t id;                      /* counts the tuples from 1; 0: the place is free */
    uint32_t moved_at_ms;             /* its last datagram, either way */
    bool answered;                    /* the application sent one */
};

struct ax_proxy_config {
    struct ax_packets *packets;       /* NULL: none */
    const struct ax_prefix *prefixes; /* of the link; borrowed while it runs */
    unsigned prefix_count;            /* 0: none */

    /* A SYN that finds no socket: RST, or silence. With AX_LISTEN_RESET a datagram that finds no
     * place is told that its port is unreachable (ICMP). */
    enum ax_listen_policy policy;
    uint32_t tcp_idle_ms, udp_idle_ms; /* 0: no limit; at most AX_TIMER_MAX_MS */
    uint32_t handshake_ms;             /* 0: a half-open one may go at once */
    uint32_t keep_ms;                  /* 0: one that is established, or answered, never goes */

    struct ax_proxy_tuple *tuples; /* borrowed */
    uint16_t tuple_count;          /* 0: no UDP, and `udp` is not looked at */
    struct ax_udp_config udp;      /* rings of all datagrams */
};

/* Counters since the start; each wraps. SYNs are in the listener's, datagrams in the
 * socket's. */
struct ax_proxy_stats {
    uint32_t refused;           /* packets of the link dropped for their addresses */
    uint32_t arp_answered;      /* for addresses of the prefixes */
    uint32_t tcp_evicted_early; /* half-open connections that made room */
    uint32_t tcp_evicted;       /* established ones */
    uint32_t tcp_expired;       /* after the idle time */
    uint32_t udp_taken;         /* new tuples */
    uint32_t udp_evicted;
    uint32_t udp_expired;
    uint32_t udp_refused; /* datagrams that found no place */
    uint32_t tuples;      /* UDP tuples now: a level */
    struct ax_listener_stats listener;
    struct ax_udp_stats udp; /* received: queued, or dropped for want of room in the rings */
};

/* Declare one; all zero is a valid one that does not run. Fields are private to
 * src/proxy and the stack below. */
struct ax_proxy {
    struct ax_proxy_config config;
    struct ax_listener listener;
    struct ax_udp udp;
    struct ax_timer udp_idle, tcp_idle;
    struct ax_event ended;
    uint32_t tuple_ids;
    struct ax_proxy_stats stats;
    bool running, attached;
    bool borrowed; /* the stack knows it, from the start until it has let go */
};

/* Starts it; packets are taken from the network task's next poll on. What `config` points to
 * is borrowed until it is released. AX_OK; AX_E_STATE when one runs or this one is not
 * released; AX_E_ARG for no way in at all, a prefix with host bits or of addresses that no
 * host has, a time out of range, or what ax_udp_init() refuses. */
int ax_proxy_start(struct ax_proxy *proxy, const struct ax_proxy_config *config);

/* Ends it: lent sockets are given back, half-open ones reset, connections end with
 * AX_E_ADDRESS_LOST by RST, UDP tuples are gone. Released from the network task's next poll
 * on. */
void ax_proxy_stop(struct ax_proxy *proxy);
bool ax_proxy_is_released(const struct ax_proxy *proxy);

/* Whom to lend sockets to, while it runs. It is opened and closed by the proxy alone. */
struct ax_listener *ax_proxy_listener(struct ax_proxy *proxy);

/* As ax_udp_recv(), ax_udp_data() and ax_udp_consume(); about->local is the original
 * destination. AX_E_STATE when it does not run or has no UDP. */
int ax_proxy_recv(struct ax_proxy *proxy, void *dst, size_t size, struct ax_packet *about);
int ax_proxy_data(struct ax_proxy *proxy, struct ax_span *data, struct ax_packet *about);
int ax_proxy_consume(struct ax_proxy *proxy);

/* Queues a datagram for the peer of a tuple, from its original destination. As
 * ax_udp_send(), and AX_E_STATE when there is no such tuple (any more); AX_E_TOO_LARGE also for
 * more fragments than the packet device has slots. */
int ax_proxy_send(struct ax_proxy *proxy, const struct ax_endpoint *from,
                  const struct ax_endpoint *to, const void *src, size_t len, uint32_t *id);

/* As ax_udp_wait() and ax_udp_unwait(), for what the calls above would say. */
void ax_proxy_wait(struct ax_proxy *proxy, unsigned interest, size_t room, ax_tasks self);
void ax_proxy_unwait(struct ax_proxy *proxy, ax_tasks self);

/* The place of a tuple in the table, from 0; AX_E_STATE when it has none (any more). */
int ax_proxy_find(const struct ax_proxy *proxy, const struct ax_endpoint *local,
                  const struct ax_endpoint *remote);

/* The id of the tuple in that place, 0 for none: whoever keeps something for a place sees by
 * it that the tuple is another. */
uint32_t ax_proxy_tuple_id(const struct ax_proxy *proxy, unsigned place);

/* Wakes `self` when the next UDP tuple ends. Look at ids after this call, not before. */
void ax_proxy_wait_end(struct ax_proxy *proxy, ax_tasks self);

struct ax_proxy_stats ax_proxy_stats(const struct ax_proxy *proxy);

#endif
