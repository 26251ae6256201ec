/* SPDX-License-Identifier: BSD-3-Clause */
/* A real stack with a proxy: a packet device, and a prefix on a link that is two
 * queues. The clock is held, and moved by hand. */
#ifndef PROXY_BENCH_H
#define PROXY_BENCH_H

#include <ax/debug.h>
#include <ax/proxy.h>

#include "packets_of.h"

enum {
    PROXIED_IDLE_MS = 60000,
    PROXIED_HANDSHAKE_MS = 20,
    PROXIED_KEEP_MS = 10000,
    PROXIED_SLOTS = 16, /* of the packet device, and of the link, each way */
    PROXIED_SOCKETS = 4,
    PROXIED_TUPLES = 4,
    PROXIED_RING = 1000, /* of a socket, each way */
    PROXIED_UDP_RING = 6000,
};

static const uint32_t proxied_prefix = 0xc6336400; /* 198.51.100.0/24 */

extern struct ax_proxy proxied_proxy;
extern struct ax_packets proxied_packets;
extern struct ax_queue_device proxied_link;
extern struct ax_tcp proxied_tcp[PROXIED_SOCKETS];
extern uint8_t proxied_packet[AX_FRAME_MAX]; /* what is made, and what was read last */

/* Starts the stack, once. */
void proxied_start(void);

/* Starts the proxy, and lends that many sockets. */
void proxied_begin(enum ax_listen_policy policy, unsigned sockets);
void proxied_lend(unsigned socket);

/* Stops it, and checks that nothing of it is left. The two tell of the stack: the test
 * names the real ones, which a library with fakes would not find. */
void proxied_end(struct ax_debug_connections (*connections)(void),
                 bool (*pool)(unsigned index, struct ax_pool *pool));

/* Tasks until all is done. */
void proxied_run(void);
void proxied_advance(uint32_t ms);

/* A packet of `len` bytes in proxied_packet goes in by the packet device, or in a frame by
 * the link; all that it causes is done on return. */
void proxied_push(size_t len);
void proxied_push_frame(size_t len);

/* The oldest packet that went out by the packet device, or by the link but for ARP; it is
 * checked. False for none. */
bool proxied_pull(struct seen *seen);
bool proxied_pull_frame(struct seen *seen);

void proxied_send_tcp(const struct five_tuple *tuple, const struct segment *segment);

/* SYN, SYN-ACK, ACK, with the peer's number at `seq`. Returns ours behind the SYN. */
uint32_t proxied_connect(const struct five_tuple *tuple, uint32_t seq);

/* The socket of that connection; NULL for none. */
struct ax_tcp *proxied_socket_of(const struct five_tuple *tuple);

#endif
