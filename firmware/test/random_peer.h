/* SPDX-License-Identifier: BSD-3-Clause */
/* The peer of one socket over the fake stack, at random: whatever may happen to the
 * connection next, in any order that is legal. It sends the pattern and holds what it
 * receives against it, so a byte lost, doubled or out of order is seen. */
#ifndef RANDOM_PEER_H
#define RANDOM_PEER_H

#include "fake_stack.h"

struct random_peer {
    struct ax_tcp *tcp;
    uint32_t sent, received; /* bytes of this connection */
    /* What is told of each byte received; NULL: it must be the pattern's. */
    void (*heard)(struct random_peer *peer, uint8_t byte);
};

/* The byte of the pattern at `at`, each way; and `len` of them. */
uint8_t random_peer_byte(uint32_t at);
void random_peer_fill(void *dst, uint32_t at, uint32_t len);

/* Before each connection of the socket, or when it is lent; `heard` stays. */
void random_peer_begin(struct random_peer *peer, struct ax_tcp *tcp);

/* One event, if any may happen; `ends` allows resets too. */
void random_peer_step(struct random_peer *peer, bool ends);

/* A SYN for the listener. Returns the socket that it took, NULL for none. */
struct ax_tcp *random_peer_syn(struct ax_listener *listener);

#endif
