/* SPDX-License-Identifier: BSD-3-Clause */
/* The remote host: correct, quick, and always the same. What the stack does wrong
 * ends the run.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conn {
    uint16_t port, to_port;
    uint32_t next;       /* sequence number of our next byte */
    uint32_t acked;      /* up to which the stack has acknowledged */
    uint32_t expected;   /* sequence number of the stack's next byte */
    uint32_t admits;     /* up to which we acknowledge when we send */
    uint16_t window;     /* the stack's */
    uint32_t got;        /* bytes that came */
    const uint8_t *text; /* the last of them, valid until the stack runs again */
    bool open, ended;    /* its SYN, its FIN came */
};

/* What has passed: frames to the stack, frames from it, datagrams, and the length
 * of the last one. */
extern struct peer_seen {
    unsigned in, out, datagrams;
    size_t datagram_len;
} peer_seen;

/* Text to send: as much as a segment takes. */
extern uint8_t peer_text[1472];

void peer_start(void);

/* Opens from a port of its own. Valid until CONNECTIONS more have been opened. */
enum { CONNECTIONS = 512 };
struct conn *peer_open(uint16_t to_port);

/* Ends our half, and waits for the other. */
void peer_close(struct conn *conn);

/* Sends `len` bytes of text; acknowledges up to `admits`. */
void peer_say(struct conn *conn, unsigned flags, size_t len);

void peer_datagram(uint16_t to_port, size_t len);

/* A millisecond passes. */
void peer_turn(void);

/* Turns until `bytes` have come. */
void peer_await(const struct conn *conn, uint32_t bytes);

_Noreturn void peer_complain(const char *what);

#endif
