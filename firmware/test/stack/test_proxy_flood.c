/* SPDX-License-Identifier: BSD-3-Clause */
/* A hundred thousand packets of random tuples against the any-IP proxy: those that are
 * established go on, byte for byte, and nothing is left behind.
 *
 *     test_proxy_flood [seed]
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "frames.h"
#include "proxy_bench.h"

enum { PACKETS = 100000, EVERY = 250, CONNECTIONS = 2, FLOWS = 2, SEQ = 1000, CHUNK = 40 };

/* One that stays: what its peer sent and got is counted by both numbers. */
static struct {
    struct five_tuple tuple;
    uint32_t ours, theirs; /* next numbers */
} connections[CONNECTIONS];

static struct five_tuple flows[FLOWS];
static uint64_t state;

/* xorshift64*, so that a seed is a run. */
static uint32_t random_word(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)(state * 2685821657736338717u >> 32);
}

static uint32_t below(uint32_t bound) { return random_word() % bound; }

static struct five_tuple any_tuple(void)
{
    return (struct five_tuple){{random_word(), (uint16_t)random_word()},
                               {random_word(), (uint16_t)random_word()}};
}

/* What the application would read and drop, and its peers read. */
static void drain(void)
{
    struct seen seen;

    while (proxied_pull(&seen))
        ;
    while (ax_proxy_consume(&proxied_proxy) == AX_OK)
        ;
}

/* ---- those that stay */

static void connect_all(void)
{
    for (unsigned i = 0; i < CONNECTIONS; i++) {
        connections[i].tuple = (struct five_tuple){{0xc0a80101, 700}, {0x08080800 + i, 80}};
        connections[i].theirs = SEQ + 1;
        connections[i].ours = proxied_connect(&connections[i].tuple, SEQ);
    }
    for (unsigned i = 0; i < FLOWS; i++) {
        flows[i] = (struct five_tuple){{0xc0a80101, 700}, {0x09090900 + i, 53}};
        proxied_push(packet_of_udp(proxied_packet, &flows[i], "ask", 3));
        assert_int_equal(
            ax_proxy_send(&proxied_proxy, &flows[i].to, &flows[i].from, "answer", 6, NULL), AX_OK);
    }
    proxied_run();
    drain();
}

/* Bytes go to the device and back. */
static void exchange(unsigned number)
{
    const struct five_tuple *tuple = &connections[number].tuple;
    struct ax_tcp *tcp = proxied_socket_of(tuple);
    uint8_t sent[CHUNK], got[CHUNK];
    struct seen seen;

    assert_non_null(tcp);
    for (unsigned i = 0; i < CHUNK; i++)
        sent[i] = (uint8_t)random_word();
    proxied_send_tcp(tuple, &(struct segment){connections[number].theirs, connections[number].ours,
                                              FRAMES_ACK, sent, CHUNK});
    connections[number].theirs += CHUNK;
    assert_int_equal(ax_tcp_recv(tcp, got, CHUNK), CHUNK);
    assert_memory_equal(got, sent, CHUNK);
    assert_int_equal(ax_tcp_send(tcp, got, CHUNK), CHUNK);
    proxied_run();
    do /* behind an update of the window, it may be */
        assert_true(proxied_pull(&seen));
    while (seen.len == 0);
    assert_int_equal(seen.seq, connections[number].ours);
    assert_int_equal(seen.ack, connections[number].theirs);
    assert_int_equal(seen.len, CHUNK);
    assert_memory_equal(seen.payload, sent, CHUNK);
    connections[number].ours += CHUNK;
}

static void ask(unsigned number)
{
    struct ax_packet about;
    uint8_t got[8];
    struct seen seen;

    proxied_push(packet_of_udp(proxied_packet, &flows[number], "ask", 3));
    assert_int_equal(ax_proxy_recv(&proxied_proxy, got, sizeof got, &about), 3);
    assert_int_equal(about.local.addr, flows[number].to.addr);
    assert_int_equal(ax_proxy_send(&proxied_proxy, &about.local, &about.remote, "answer", 6, NULL),
                     AX_OK);
    proxied_run();
    assert_true(proxied_pull(&seen) && seen.proto == OF_UDP && seen.len == 6);
}

/* ---- the flood */

static size_t make_one(const struct five_tuple *tuple)
{
    static const uint8_t junk[64];
    struct segment segment = {.seq = random_word(), .payload = junk};

    switch (below(8)) {
    case 0:
    case 1:
    case 2: return packet_of_udp(proxied_packet, tuple, junk, below(sizeof junk));
    case 3:
        segment.flags = random_word() & 0x3f;
        segment.ack = random_word();
        segment.len = below(sizeof junk);
        return packet_of_tcp(proxied_packet, tuple, &segment);
    case 4: return packet_of_other(proxied_packet, tuple);
    default: segment.flags = FRAMES_SYN; return packet_of_tcp(proxied_packet, tuple, &segment);
    }
}

/* Some on the link, for the prefix; some answer what was sent to them. */
static void flood_one(void)
{
    struct five_tuple tuple = any_tuple();
    struct seen seen;

    if (below(4) == 0) {
        tuple.to.addr = proxied_prefix + (tuple.to.addr & 0xff);
        proxied_push_frame(make_one(&tuple));
        while (proxied_pull_frame(&seen))
            ;
    } else {
        proxied_push(make_one(&tuple));
    }
    drain();
}

static void look_after_those_that_stay(void)
{
    for (unsigned i = 0; i < CONNECTIONS; i++)
        exchange(i);
    for (unsigned i = 0; i < FLOWS; i++)
        ask(i);
}

static void a_flood_hurts_nobody_who_moves(void **unused)
{
    struct ax_proxy_stats stats;

    (void)unused;
    connect_all();
    for (unsigned i = 1; i <= PACKETS; i++) {
        flood_one();
        if (below(50) == 0)
            proxied_advance(below(300));
        if (i % EVERY == 0)
            look_after_those_that_stay();
    }
    stats = ax_proxy_stats(&proxied_proxy);
    assert_int_equal(stats.tcp_evicted, 0);
    assert_true(stats.tcp_evicted_early > PACKETS / 100);
    assert_true(stats.listener.dropped > PACKETS / 10);
    assert_true(stats.udp_evicted > PACKETS / 10);
    assert_true(stats.tuples <= PROXIED_TUPLES);
}

/* ---- */

static int start(void **unused)
{
    (void)unused;
    proxied_start();
    proxied_begin(AX_LISTEN_DROP, PROXIED_SOCKETS);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    proxied_end(ax_debug_connections, ax_debug_pool);
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_flood_hurts_nobody_who_moves, start, end),
    };
    unsigned long seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;

    state = seed + 1;
    printf("seed %lu\n", seed);
    return cmocka_run_group_tests_name("proxy flood", tests, NULL, NULL);
}
