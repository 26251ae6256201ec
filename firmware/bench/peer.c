/* SPDX-License-Identifier: BSD-3-Clause */
#include "peer.h"

#include <string.h>

#include "console.h"
#include "count.h"
#include "frames.h"
#include "stack.h"
#include "wire.h"

enum { FIRST_PORT = 20000, DATAGRAM_PORT = 4000, PATIENCE_MS = 1000 };

struct peer_seen peer_seen;
uint8_t peer_text[1472];

static struct conn conns[CONNECTIONS];
static uint16_t next_port = FIRST_PORT;

_Noreturn void peer_complain(const char *what)
{
    machine_say(stack_name);
    machine_say(": ");
    machine_say(what);
    machine_say("\n");
    machine_fail();
}

static void check(bool right, const char *what)
{
    if (!right)
        peer_complain(what);
}

void peer_start(void)
{
    for (size_t i = 0; i < sizeof peer_text; i++)
        peer_text[i] = (uint8_t)(i * 7);
}

/* ---- what the stack sends */

static void take_segment(const struct wire_frame *frame)
{
    struct segment segment = frame_segment(frame);
    struct conn *conn = &conns[segment.to_port % CONNECTIONS];

    check(segment.to_port == conn->port && segment.from_port == conn->to_port, "an unknown port");
    check(!(segment.flags & RST), "a reset");
    check(segment.flags & ACK, "no ACK");
    conn->acked = segment.ack;
    conn->window = segment.window;
    if (segment.flags & SYN) {
        conn->open = true;
        conn->expected = segment.seq;
    }
    check(segment.seq == conn->expected, "out of order, or sent again");
    conn->text = segment.text;
    conn->ended = conn->ended || (segment.flags & FIN);
    conn->got += (uint32_t)segment.len;
    conn->expected += (uint32_t)segment.len + !!(segment.flags & SYN) + !!(segment.flags & FIN);
}

static void arrive(void);

static void take(const struct wire_frame *frame)
{
    peer_seen.out++;
    if (frame_asks_for_us(frame)) {
        frame_arp_answer(wire_arrived());
        arrive();
        return;
    }
    if (!frame_protocol(frame))
        return; /* to everybody */
    check(frame_is_sound(frame, BENCH_SUMS), "a packet that is not sound");
    if (frame_protocol(frame) == TCP) {
        take_segment(frame);
    } else {
        peer_seen.datagrams++;
        peer_seen.datagram_len = frame_udp_len(frame);
        check(memcmp(frame_udp_text(frame), peer_text, peer_seen.datagram_len) == 0, "wrong bytes");
    }
}

static void drain(void)
{
    const struct wire_frame *frame;

    while ((frame = wire_take()) != NULL)
        take(frame);
}

/* ---- what it is sent */

static void arrive(void)
{
    peer_seen.in++;
    counted(stack_input);
    drain();
}

void peer_turn(void)
{
    wire_now_ms++;
    counted(stack_poll);
    drain();
}

void peer_say(struct conn *conn, unsigned flags, size_t len)
{
    frame_tcp(wire_arrived(), &(struct segment){
                                  .from_port = conn->port,
                                  .to_port = conn->to_port,
                                  .seq = conn->next,
                                  .ack = conn->admits,
                                  .flags = flags,
                                  .window = UINT16_MAX,
                                  .text = peer_text,
                                  .len = len,
                              });
    conn->next += (uint32_t)len + !!(flags & SYN) + !!(flags & FIN);
    arrive();
}

void peer_datagram(uint16_t to_port, size_t len)
{
    frame_udp(wire_arrived(), DATAGRAM_PORT, to_port, peer_text, len);
    arrive();
}

void peer_await(const struct conn *conn, uint32_t bytes)
{
    for (unsigned ms = 0; conn->got < bytes; ms++) {
        check(ms < PATIENCE_MS, "bytes did not come");
        peer_turn();
    }
}

struct conn *peer_open(uint16_t to_port)
{
    uint16_t port = next_port++;
    struct conn *conn = &conns[port % CONNECTIONS];

    *conn = (struct conn){.port = port, .to_port = to_port, .next = port * 65537U};
    peer_say(conn, SYN, 0);
    for (unsigned ms = 0; !conn->open; ms++) {
        check(ms < PATIENCE_MS, "no SYN-ACK");
        peer_turn();
    }
    conn->admits = conn->expected;
    peer_say(conn, ACK, 0);
    return conn;
}

/* What came before its FIN is acknowledged with ours, or as it comes. */
void peer_close(struct conn *conn)
{
    conn->admits = conn->expected;
    peer_say(conn, FIN | ACK, 0);
    for (unsigned ms = 0; !conn->ended; ms++) {
        check(ms < PATIENCE_MS, "no FIN");
        if (conn->admits == conn->expected) {
            peer_turn();
        } else {
            conn->admits = conn->expected;
            peer_say(conn, ACK, 0);
        }
    }
    conn->admits = conn->expected;
    peer_say(conn, ACK, 0);
}
