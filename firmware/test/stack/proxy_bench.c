/* SPDX-License-Identifier: BSD-3-Clause */
#include "proxy_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/stack.h>

#include "frames.h"

enum { ETHERNET = AX_FRAME_MIN };

struct ax_proxy proxied_proxy;
struct ax_packets proxied_packets;
struct ax_queue_device proxied_link;
struct ax_tcp proxied_tcp[PROXIED_SOCKETS];
uint8_t proxied_packet[AX_FRAME_MAX];

static struct ax_link wire;
static struct ax_queue_slot slots[4][PROXIED_SLOTS];
static struct ax_proxy_tuple tuples[PROXIED_TUPLES];
static struct ax_packet datagrams[2][PROXIED_SLOTS];
static uint8_t rings[PROXIED_SOCKETS][2][PROXIED_RING], udp_rings[2][PROXIED_UDP_RING];

static const struct ax_prefix prefix = {.addr = proxied_prefix, .netmask = 0xffffff00};

void proxied_run(void)
{
    while (ax_run_once())
        ;
}

void proxied_advance(uint32_t ms)
{
    assert_int_equal(ax_clock_advance(&(struct ax_advance){.ms = ms}, 0), AX_OK);
    proxied_run();
}

/* The neighbour's address is learned from what it asks. */
static void meet_neighbour(void)
{
    struct seen seen;

    assert_int_equal(
        ax_queue_push(&proxied_link, proxied_packet, frames_arp_request(proxied_packet)), AX_OK);
    proxied_run();
    assert_false(proxied_pull_frame(&seen));
}

void proxied_start(void)
{
    const struct ax_address address = {FRAMES_DUT_IP, 0xffffff00, FRAMES_PEER_IP};

    ax_clock_start_held(1000);
    ax_queue_device_init(&proxied_link, frames_dut_mac, slots[0], slots[1], PROXIED_SLOTS);
    ax_link_init(&wire, &proxied_link.device);
    assert_int_equal(ax_stack_start(&wire, &address), AX_OK);
    proxied_run();
    meet_neighbour();
}

void proxied_lend(unsigned socket)
{
    const struct ax_tcp_config config = {rings[socket][0], PROXIED_RING, rings[socket][1],
                                         PROXIED_RING};

    assert_int_equal(ax_tcp_init(&proxied_tcp[socket], &config), AX_OK);
    assert_int_equal(ax_listener_lend(ax_proxy_listener(&proxied_proxy), &proxied_tcp[socket]),
                     AX_OK);
}

void proxied_begin(enum ax_listen_policy policy, unsigned sockets)
{
    const struct ax_proxy_config config = {
        .packets = &proxied_packets,
        .prefixes = &prefix,
        .prefix_count = 1,
        .policy = policy,
        .tcp_idle_ms = PROXIED_IDLE_MS,
        .udp_idle_ms = PROXIED_IDLE_MS,
        .handshake_ms = PROXIED_HANDSHAKE_MS,
        .keep_ms = PROXIED_KEEP_MS,
        .tuples = tuples,
        .tuple_count = PROXIED_TUPLES,
        .udp = {udp_rings[0], PROXIED_UDP_RING, datagrams[0], PROXIED_SLOTS, udp_rings[1],
                PROXIED_UDP_RING, datagrams[1], PROXIED_SLOTS},
    };

    ax_packets_init(&proxied_packets, slots[2], slots[3], PROXIED_SLOTS);
    assert_int_equal(ax_proxy_start(&proxied_proxy, &config), AX_OK);
    assert_int_equal(ax_proxy_start(&proxied_proxy, &config), AX_E_STATE);
    memset(proxied_tcp, 0, sizeof proxied_tcp);
    for (unsigned i = 0; i < sockets; i++)
        proxied_lend(i);
    proxied_run();
}

static void all_is_given_back(const struct ax_debug_connections *now)
{
    assert_true(ax_proxy_is_released(&proxied_proxy));
    for (unsigned i = 0; i < PROXIED_SOCKETS; i++)
        assert_true(ax_tcp_is_released(&proxied_tcp[i]));
    assert_int_equal(now->active, 0);
    assert_int_equal(now->listening, 0);
    assert_int_equal(now->bound, 0);
    assert_int_equal(now->udp, 0);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).tuples, 0);
}

void proxied_end(struct ax_debug_connections (*connections)(void),
                 bool (*pool)(unsigned index, struct ax_pool *pool))
{
    struct ax_debug_connections now;
    struct ax_pool held;
    struct seen seen;

    ax_proxy_stop(&proxied_proxy);
    proxied_run();
    while (proxied_pull(&seen) || proxied_pull_frame(&seen))
        ;
    now = connections();
    all_is_given_back(&now);
    assert_true(pool(0, &held));
    assert_int_equal(held.used, 0);
}

void proxied_push(size_t len)
{
    assert_int_equal(ax_packets_push(&proxied_packets, proxied_packet, len), AX_OK);
    proxied_run();
}

void proxied_push_frame(size_t len)
{
    len = frame_of(proxied_packet, proxied_packet, len, false);
    assert_int_equal(ax_queue_push(&proxied_link, proxied_packet, len), AX_OK);
    proxied_run();
}

bool proxied_pull(struct seen *seen)
{
    int len = ax_packets_pull(&proxied_packets, proxied_packet, sizeof proxied_packet);

    proxied_run();
    if (len == AX_E_WOULD_BLOCK)
        return false;
    assert_true(packet_read(proxied_packet, (size_t)len, seen));
    return true;
}

bool proxied_pull_frame(struct seen *seen)
{
    int len;

    do {
        len = ax_queue_pull(&proxied_link, proxied_packet, sizeof proxied_packet);
        if (len == AX_E_WOULD_BLOCK)
            return false;
    } while (proxied_packet[13] == 0x06);
    memmove(proxied_packet, proxied_packet + ETHERNET, (size_t)len - ETHERNET);
    assert_true(packet_read(proxied_packet, (size_t)len - ETHERNET, seen));
    return true;
}

void proxied_send_tcp(const struct five_tuple *tuple, const struct segment *segment)
{
    proxied_push(packet_of_tcp(proxied_packet, tuple, segment));
}

uint32_t proxied_connect(const struct five_tuple *tuple, uint32_t seq)
{
    struct seen answer;

    proxied_send_tcp(tuple, &(struct segment){.seq = seq, .flags = FRAMES_SYN});
    assert_true(proxied_pull(&answer));
    assert_int_equal(answer.flags, FRAMES_SYN | FRAMES_ACK);
    assert_int_equal(answer.ack, seq + 1);
    proxied_send_tcp(tuple,
                     &(struct segment){.seq = seq + 1, .ack = answer.seq + 1, .flags = FRAMES_ACK});
    return answer.seq + 1;
}

struct ax_tcp *proxied_socket_of(const struct five_tuple *tuple)
{
    for (unsigned i = 0; i < PROXIED_SOCKETS; i++) {
        struct ax_endpoint local = ax_tcp_local(&proxied_tcp[i]),
                           remote = ax_tcp_remote(&proxied_tcp[i]);
        if (ax_tcp_state(&proxied_tcp[i]) != AX_TCP_CLOSED && local.addr == tuple->to.addr &&
            local.port == tuple->to.port && remote.addr == tuple->from.addr &&
            remote.port == tuple->from.port)
            return &proxied_tcp[i];
    }
    return NULL;
}
