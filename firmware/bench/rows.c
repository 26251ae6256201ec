/* SPDX-License-Identifier: BSD-3-Clause */
#include "rows.h"

#include <string.h>

#include "count.h"
#include "frames.h"
#include "peer.h"
#include "stack.h"
#include "wire.h"

enum { OPERATIONS = 1000, WARM_UP = 16, IN_FLIGHT = 2 * STACK_MSS };
enum { ECHO_PORT = 7, SPARE_PORT = 9, SINK_PORT = 5001, SOURCE_PORT = 5002, SPARES = 256 };

void rows_start(void)
{
    stack_start();
    stack_serve(STACK_SINK, SINK_PORT, 1);
    stack_serve(STACK_SOURCE, SOURCE_PORT, 1);
    stack_serve(STACK_ECHO, ECHO_PORT, 1);
    stack_serve_udp(ECHO_PORT);
    stack_serve(STACK_SPARE, SPARE_PORT, SPARES);
}

static unsigned steps_before;

static void begin(void)
{
    steps_before = counted_steps;
    peer_seen = (struct peer_seen){0};
    count_row_begin();
}

static void end(const struct row *row, unsigned operations)
{
    count_row_end();
    row_say(row, operations, counted_steps - steps_before);
}

/* ---- what counting itself costs, subtracted from all others */

static void nothing(void) {}

static void count_nothing(const struct row *row)
{
    begin();
    for (unsigned i = 0; i < OPERATIONS; i++)
        counted(nothing);
    end(row, OPERATIONS);
}

/* ---- a segment received, to bytes in the application */

static void fill(struct conn *conn, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        wire_now_ms += i % 8 == 7;
        for (unsigned ms = 0; conn->next - conn->acked + STACK_MSS > conn->window; ms++) {
            if (ms == OPERATIONS)
                peer_complain("the window does not open");
            peer_turn();
        }
        peer_say(conn, ACK | (i % 2 ? PSH : 0U), STACK_MSS);
    }
}

static void receive(const struct row *row)
{
    struct conn *conn = peer_open(SINK_PORT);
    uint32_t before;

    fill(conn, WARM_UP);
    before = stack_read_bytes();
    begin();
    fill(conn, OPERATIONS);
    end(row, OPERATIONS);
    if (stack_read_bytes() - before != (uint32_t)OPERATIONS * STACK_MSS)
        peer_complain("bytes did not reach the application");
    peer_close(conn);
}

/* ---- a segment sent: the peer acknowledges every other one */

static void let_flow(struct conn *conn, uint32_t bytes)
{
    uint32_t to = conn->got + bytes;
    bool waited = false;

    while (conn->got < to) {
        uint32_t owed = conn->expected - conn->admits;
        if (owed < IN_FLIGHT && !waited) {
            peer_turn();
            waited = true;
            continue;
        }
        conn->admits += owed < IN_FLIGHT ? owed : (uint32_t)IN_FLIGHT;
        waited = false;
        wire_now_ms += peer_seen.in % 4 == 3;
        peer_say(conn, ACK, 0);
    }
}

static void send(const struct row *row)
{
    struct conn *conn = peer_open(SOURCE_PORT);
    uint32_t before;

    let_flow(conn, 4 * WARM_UP * STACK_MSS);
    before = conn->got;
    begin();
    let_flow(conn, (uint32_t)OPERATIONS * STACK_MSS);
    end(row, (conn->got - before) / STACK_MSS);
    peer_close(conn);
}

/* ---- there and back */

static void echo_once(struct conn *conn, size_t len)
{
    uint32_t to = conn->got + (uint32_t)len;

    conn->admits = conn->expected;
    peer_say(conn, ACK | PSH, len);
    peer_await(conn, to);
    if (conn->got != to || memcmp(conn->text, peer_text, len) != 0)
        peer_complain("what came back is not what was sent");
}

static void echo_often(struct conn *conn, size_t len, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        wire_now_ms += i % 4 == 3;
        echo_once(conn, len);
    }
}

static void echo(const struct row *row)
{
    struct conn *conn = peer_open(ECHO_PORT);

    echo_often(conn, row->size, WARM_UP);
    begin();
    echo_often(conn, row->size, OPERATIONS);
    end(row, OPERATIONS);
    peer_close(conn);
}

static void datagrams(size_t len, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned before = peer_seen.datagrams;
        wire_now_ms += i % 8 == 7;
        peer_datagram(ECHO_PORT, len);
        if (peer_seen.datagrams != before + 1 || peer_seen.datagram_len != len)
            peer_complain("no datagram, or another one, came back");
    }
}

static void echo_udp(const struct row *row)
{
    datagrams(row->size, WARM_UP);
    begin();
    datagrams(row->size, OPERATIONS);
    end(row, OPERATIONS);
}

/* ---- a connection from SYN to FIN, without a byte */

static void connections(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        wire_now_ms += i % 4 == 3;
        peer_close(peer_open(ECHO_PORT));
    }
}

static void connection(const struct row *row)
{
    connections(WARM_UP);
    begin();
    connections(OPERATIONS / 2);
    end(row, OPERATIONS / 2);
}

/* ---- with `size` more connections open */

static struct conn *spare[SPARES];

enum { SETTLE_MS = 3000 };

static void open_spares(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        spare[i] = peer_open(SPARE_PORT);
    for (unsigned ms = 0; ms < SETTLE_MS; ms++)
        peer_turn();
}

static void close_spares(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        peer_close(spare[i]);
}

static void idle(const struct row *row)
{
    open_spares(row->size);
    begin();
    for (unsigned i = 0; i < OPERATIONS; i++)
        counted(stack_poll);
    end(row, OPERATIONS);
    close_spares(row->size);
}

/* A poll in which lwIP's timer is due, with nothing else to do. */
static void tick(const struct row *row)
{
    enum { TICK_MS = 250 };

    open_spares(row->size);
    begin();
    for (unsigned i = 0; i < OPERATIONS; i++) {
        wire_now_ms += TICK_MS;
        counted(stack_poll);
    }
    end(row, OPERATIONS);
    close_spares(row->size);
}

static volatile uint32_t next_ms;

static void ask_next(void) { next_ms = stack_next_ms(); }

static void when_next(const struct row *row)
{
    open_spares(row->size);
    begin();
    for (unsigned i = 0; i < OPERATIONS; i++)
        counted(ask_next);
    end(row, OPERATIONS);
    close_spares(row->size);
}

/* Every connection in turn, none beside its neighbour. */
static void round_robin(unsigned sockets)
{
    enum { STRIDE = 7, BYTES = 64 };

    for (unsigned i = 0; i < sockets; i++) {
        wire_now_ms += i % 4 == 3;
        echo_once(spare[(i * STRIDE + 1) % sockets], BYTES);
    }
}

static void echo_round_robin(const struct row *row)
{
    enum { ROUNDS = 4 };

    open_spares(row->size);
    round_robin(row->size);
    begin();
    for (unsigned round = 0; round < ROUNDS; round++)
        round_robin(row->size);
    end(row, ROUNDS * row->size);
    close_spares(row->size);
}

const struct row rows[] = {
    {"nothing", count_nothing, 0},
    {"tcp-receive-1460", receive, STACK_MSS},
    {"tcp-send-1460", send, STACK_MSS},
    {"tcp-echo-1", echo, 1},
    {"tcp-echo-64", echo, 64},
    {"udp-echo-64", echo_udp, 64},
    {"udp-echo-1472", echo_udp, 1472},
    {"tcp-connection", connection, 0},
    {"idle-1", idle, 1},
    {"idle-16", idle, 16},
    {"idle-64", idle, 64},
    {"idle-256", idle, 256},
    {"tick-1", tick, 1},
    {"tick-256", tick, 256},
    {"when-next", when_next, 256},
    {"echo-round-robin", echo_round_robin, 256},
};
const unsigned row_count = sizeof rows / sizeof *rows;
