/* SPDX-License-Identifier: BSD-3-Clause */
/* A stack for tests of the sockets: it carries out what they want by noting it,
 * and reports what a test says. The host is 10.0.0.2/24 behind 10.0.0.1. */
#ifndef FAKE_STACK_H
#define FAKE_STACK_H

#include "net/stack_side.h"

enum { FAKE_ADDR = 0x0a000002, PEER_ADDR = 0x0a000001, PEER_PORT = 4001, FIN_WAIT_2_MS = 60000 };

extern uint32_t fake_held_id;   /* of a datagram that waits for its neighbour; 0: none */
extern unsigned fake_tcp_wants; /* every wish carried out since the last run */

void fake_stack_start(void);

/* Carries out all wishes: attaches what connects, detaches what is dropped, hands
 * tx over and sends the FIN when it is due. */
void fake_stack_run(void);

/* Brings `tcp`, prepared with rings of these sizes, into a state. */
void given_established(struct ax_tcp *tcp, uint32_t rx_size, uint32_t tx_size);
void given_tcp(struct ax_tcp *tcp, uint32_t rx_size, uint32_t tx_size);

/* Sockets in LISTEN there, places among them. */
unsigned lent_to(const struct ax_listener *listener);

/* Whether a task that waits for `interest` is woken, now or by what comes. */
struct watcher {
    struct ax_task task;
};
void watcher_start(struct watcher *watcher);
void watcher_stop(struct watcher *watcher);
bool watcher_was_woken(struct watcher *watcher); /* since it was last asked */

#endif
