/* SPDX-License-Identifier: BSD-3-Clause */
/* Clients that write down what they are told, over a fake stack; and what a peer does. */
#ifndef CALLBACK_BENCH_H
#define CALLBACK_BENCH_H

#include <ax/clock.h>
#include <ax/server.h>

#include "fake_stack.h"

enum { PROBES = 4, PROBE_RX = 4096 + 1904, PROBE_TX = 16, HERE_PORT = 7 };

enum told_event {
    TOLD_CONNECT,
    TOLD_CLIENT,
    TOLD_DATA,
    TOLD_PACKET,
    TOLD_END,
    TOLD_ACK,
    TOLD_TIMEOUT,
    TOLD_POLL,
    TOLD_ERROR,
    TOLD_DISCONNECT,
    TOLD_EVENTS,
};

struct probe {
    struct ax_client client; /* first */
    struct ax_tcp tcp;
    unsigned count[TOLD_EVENTS]; /* since it was prepared */
    uint8_t rx[PROBE_RX], tx[PROBE_TX];
};

extern struct ax_callback_task service;
extern struct ax_server server;
extern struct probe probes[PROBES];

/* Called in each callback, after it was written down; NULL: nothing. */
extern void (*on_told)(struct probe *probe, enum told_event event);

/* Before that: of what it is told. */
extern void (*on_bytes)(struct ax_client *client, struct ax_span data);
extern void (*on_acked)(struct ax_client *client, size_t bytes);

/* All callbacks but on_packet; all but on_data; and none. */
extern const struct ax_client_callbacks with_data, with_packets, with_none;
void on_client(struct ax_server *of, struct ax_client *client);

extern const struct ax_endpoint peer, here;

int callback_setup(void **unused);
int callback_teardown(void **unused);

/* What was told since it was asked last, in words: "1 connect, 1 data hello, 2 end". Short
 * texts are shown, longer ones counted. */
const char *told(void);

/* Tasks and stack in turn until neither has anything to do; who never rests spins. */
void run(void);
void advance(uint32_t ms);

/* Prepares probe `n`; the same and connected, or told of by the server. */
struct probe *prepared(unsigned n, const struct ax_client_callbacks *calls);
struct probe *connected(unsigned n, const struct ax_client_callbacks *calls);
void serve_with(unsigned clients, const struct ax_client_callbacks *calls);

/* Its storage is used otherwise: whoever writes to it is found out when it is taken back,
 * and under the address sanitizer whoever looks at it, at once. */
void give_up(struct probe *probe);
void take_back(struct probe *probe); /* zeroed; no effect on one that was not given up */
bool is_given_up(const struct probe *probe);

/* What the peer does; then all runs. */
struct probe *comes(void); /* to the server */
void says(struct probe *probe, const char *text);
void says_bytes(struct probe *probe, size_t len);
void acks(struct probe *probe, uint32_t len);
void ends(struct probe *probe);
void resets(struct probe *probe);
void acks_our_end(struct probe *probe);

#endif
