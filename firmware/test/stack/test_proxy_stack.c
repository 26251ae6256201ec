/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy over the real stack: whose a packet is, who answers, who has to go. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/stack.h>

#include "frames.h"
#include "proxy_bench.h"

enum { SEQ = 1000 };

static const struct five_tuple web = {{0xc0a80005, 5001}, {0x08080808, 80}};
static const struct five_tuple other_web = {{0xc0a80005, 5001}, {0x08080404, 80}};
static const struct five_tuple via_link = {{FRAMES_PEER_IP, 5001}, {0xc6336407, 80}};
static const struct five_tuple to_us = {{FRAMES_PEER_IP, 5001}, {FRAMES_DUT_IP, 80}};

static bool is_answer_to(const struct seen *seen, const struct five_tuple *tuple)
{
    return seen->tuple.from.addr == tuple->to.addr && seen->tuple.to.addr == tuple->from.addr &&
           (seen->proto == OF_ICMP ||
            (seen->tuple.from.port == tuple->to.port && seen->tuple.to.port == tuple->from.port));
}

static void assert_silent(void)
{
    struct seen seen;

    assert_false(proxied_pull(&seen));
    assert_false(proxied_pull_frame(&seen));
}

static void syn(const struct five_tuple *tuple)
{
    proxied_send_tcp(tuple, &(struct segment){.seq = SEQ, .flags = FRAMES_SYN});
}

/* ---- TCP */

static void any_address_and_port_is_taken_and_answers(void **unused)
{
    uint8_t bytes[8];
    struct seen seen;
    uint32_t ours = proxied_connect(&web, SEQ);
    struct ax_tcp *tcp = proxied_socket_of(&web);

    (void)unused;
    assert_non_null(tcp);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_ESTABLISHED);
    proxied_send_tcp(&web, &(struct segment){SEQ + 1, ours, FRAMES_ACK, "hello", 5});
    assert_int_equal(ax_tcp_recv(tcp, bytes, sizeof bytes), 5);
    assert_memory_equal(bytes, "hello", 5);
    assert_int_equal(ax_tcp_send(tcp, "you", 3), 3);
    proxied_run();
    assert_true(proxied_pull(&seen));
    assert_true(is_answer_to(&seen, &web));
    assert_int_equal(seen.len, 3);
    assert_memory_equal(seen.payload, "you", 3);
    assert_int_equal(seen.ack, SEQ + 6);
    assert_silent();
}

static void what_differs_in_its_destination_alone_is_another_connection(void **unused)
{
    uint32_t one = proxied_connect(&web, SEQ), other = proxied_connect(&other_web, SEQ);
    struct seen seen;

    (void)unused;
    assert_ptr_not_equal(proxied_socket_of(&web), proxied_socket_of(&other_web));
    proxied_send_tcp(&web, &(struct segment){SEQ + 1, one, FRAMES_ACK, "one", 3});
    proxied_send_tcp(&other_web, &(struct segment){SEQ + 1, other, FRAMES_ACK, "other", 5});
    assert_int_equal(ax_tcp_levels(proxied_socket_of(&web)).rx, 3);
    assert_int_equal(ax_tcp_levels(proxied_socket_of(&other_web)).rx, 5);
    ax_tcp_abort(proxied_socket_of(&web));
    proxied_run();
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_false(seen.flags & FRAMES_RST); /* the ACK that it owes */
    assert_true(proxied_pull(&seen) && (seen.flags & FRAMES_RST));
    assert_int_equal(ax_tcp_state(proxied_socket_of(&other_web)), AX_TCP_ESTABLISHED);
}

static void a_listener_of_ours_on_the_same_port_has_its_own(void **unused)
{
    static struct ax_listener listener;
    static struct ax_tcp tcp;
    static uint8_t rings[2][100];
    struct seen seen;

    (void)unused;
    assert_int_equal(ax_listener_open(&listener, &(struct ax_endpoint){0, 80}, AX_LISTEN_RESET),
                     AX_OK);
    ax_tcp_init(&tcp, &(struct ax_tcp_config){rings[0], 100, rings[1], 100});
    assert_int_equal(ax_listener_lend(&listener, &tcp), AX_OK);
    proxied_run();
    syn(&web);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_int_equal(seen.window, PROXIED_RING);
    proxied_push_frame(
        packet_of_tcp(proxied_packet, &to_us, &(struct segment){.flags = FRAMES_SYN}));
    assert_true(proxied_pull_frame(&seen) && is_answer_to(&seen, &to_us));
    assert_int_equal(seen.window, 100);
    assert_int_equal(ax_listener_stats(&listener).syns, 1);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).listener.syns, 1);
    ax_tcp_destroy(&tcp);
    ax_listener_close(&listener);
    proxied_run();
    assert_true(proxied_pull_frame(&seen)); /* a reset */
}

/* Also to the address where the proxy's listener rests, and to port 0. */
static void our_own_address_stays_ours(void **unused)
{
    struct seen seen;

    (void)unused;
    proxied_push_frame(
        packet_of_tcp(proxied_packet, &to_us, &(struct segment){.flags = FRAMES_SYN}));
    assert_true(proxied_pull_frame(&seen) && is_answer_to(&seen, &to_us));
    assert_int_equal(seen.flags, FRAMES_RST | FRAMES_ACK);
    for (uint16_t port = 0; port < 2; port++) {
        struct five_tuple to_all = {{FRAMES_PEER_IP, 5001}, {UINT32_MAX, port}};
        struct five_tuple to_port = {{FRAMES_PEER_IP, 5001}, {FRAMES_DUT_IP, port}};
        proxied_push_frame(
            packet_of_tcp(proxied_packet, &to_all, &(struct segment){.flags = FRAMES_SYN}));
        assert_silent();
        proxied_push_frame(
            packet_of_tcp(proxied_packet, &to_port, &(struct segment){.flags = FRAMES_SYN}));
        assert_true(proxied_pull_frame(&seen) && (seen.flags & FRAMES_RST));
    }
    assert_int_equal(ax_proxy_stats(&proxied_proxy).listener.syns, 0);
}

static void nobody_is_at_port_0(void **unused)
{
    const struct five_tuple nobody = {{0xc0a80005, 5001}, {0x08080808, 0}};
    struct seen seen;

    (void)unused;
    syn(&nobody);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &nobody));
    assert_int_equal(seen.flags, FRAMES_RST | FRAMES_ACK);
    proxied_push(packet_of_udp(proxied_packet, &nobody, "x", 1));
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &nobody));
    assert_int_equal(seen.type << 8 | seen.code, 0x303);
}

static void a_segment_of_no_connection_is_reset_from_where_it_went(void **unused)
{
    struct seen seen;

    (void)unused;
    proxied_send_tcp(&web, &(struct segment){.seq = SEQ, .ack = 77, .flags = FRAMES_ACK});
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_true(seen.flags & FRAMES_RST);
    assert_int_equal(seen.seq, 77);
}

static void a_segment_in_fragments_finds_its_port(void **unused)
{
    uint8_t whole[100], last[100];
    uint32_t ours = proxied_connect(&web, SEQ);
    size_t len;

    (void)unused;
    len = packet_of_tcp(whole, &web, &(struct segment){SEQ + 1, ours, FRAMES_ACK, "hello", 5});
    packet_part(last, whole, 16, len - 20 - 16);
    memcpy(proxied_packet, last, 20 + len - 20 - 16);
    proxied_push(20 + len - 20 - 16);
    proxied_push(packet_part(proxied_packet, whole, 0, 16));
    assert_int_equal(ax_tcp_levels(proxied_socket_of(&web)).rx, 5);
    len = packet_of_tcp(whole, &other_web, &(struct segment){.seq = SEQ, .flags = FRAMES_SYN});
    proxied_push(packet_part(proxied_packet, whole, 8, len - 28));
    proxied_push(packet_part(proxied_packet, whole, 0, 8));
    assert_non_null(proxied_socket_of(&other_web));
}

static void a_connection_outlives_the_cable_and_our_address(void **unused)
{
    const struct ax_address none = {0}, was = ax_stack_address();
    uint32_t ours = proxied_connect(&web, SEQ);
    struct seen seen;

    (void)unused;
    ax_queue_set_up(&proxied_link, false);
    proxied_run();
    proxied_advance(200);
    assert_int_equal(ax_stack_set_address(&none), AX_OK);
    proxied_run();
    proxied_send_tcp(&web, &(struct segment){SEQ + 1, ours, FRAMES_ACK, "hello", 5});
    assert_int_equal(ax_tcp_send(proxied_socket_of(&web), "you", 3), 3);
    proxied_run();
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_int_equal(seen.ack, SEQ + 6);
    assert_int_equal(seen.len, 3);
    ax_queue_set_up(&proxied_link, true);
    assert_int_equal(ax_stack_set_address(&was), AX_OK);
    proxied_run();
    proxied_advance(200);
    assert_int_equal(ax_tcp_state(proxied_socket_of(&web)), AX_TCP_ESTABLISHED);
    proxied_push_frame(
        packet_of_tcp(proxied_packet, &to_us, &(struct segment){.flags = FRAMES_SYN}));
    while (proxied_pull_frame(&seen))
        ;
}

static void an_address_that_becomes_ours_is_lost_to_its_tuples(void **unused)
{
    const struct ax_address was = ax_stack_address(), now = {via_link.to.addr, 0xffffff00, 0};
    struct ax_tcp *tcp;
    struct seen seen;

    (void)unused;
    proxied_push_frame(
        packet_of_tcp(proxied_packet, &via_link, &(struct segment){.flags = FRAMES_SYN}));
    assert_true(proxied_pull_frame(&seen) && is_answer_to(&seen, &via_link));
    proxied_push_frame(
        packet_of_tcp(proxied_packet, &via_link,
                      &(struct segment){.seq = 1, .ack = seen.seq + 1, .flags = FRAMES_ACK}));
    proxied_push_frame(packet_of_udp(proxied_packet, &via_link, "x", 1));
    tcp = proxied_socket_of(&via_link);
    assert_non_null(tcp);
    assert_int_equal(ax_stack_set_address(&now), AX_OK);
    proxied_run();
    assert_int_equal(ax_tcp_end(tcp), AX_E_ADDRESS_LOST);
    assert_int_equal(ax_proxy_find(&proxied_proxy, &via_link.to, &via_link.from), AX_E_STATE);
    assert_int_equal(ax_stack_set_address(&was), AX_OK);
    proxied_run();
}

/* ---- the link */

static void arp_is_answered_for_the_addresses_of_a_prefix_alone(void **unused)
{
    static const struct {
        uint32_t asked;
        bool answered;
    } rows[] = {{proxied_prefix, true},       {proxied_prefix + 7, true},
                {proxied_prefix + 255, true}, {proxied_prefix + 256, false},
                {proxied_prefix - 1, false},  {FRAMES_DUT_IP, true},
                {FRAMES_DUT_IP + 1, false}};

    (void)unused;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t len = frames_arp_request(proxied_packet);
        uint32_t asked = rows[i].asked;
        int got;
        for (int at = 0; at < 4; at++)
            proxied_packet[len - 4 + (size_t)at] = (uint8_t)(asked >> (24 - 8 * at));
        assert_int_equal(ax_queue_push(&proxied_link, proxied_packet, len), AX_OK);
        proxied_run();
        got = ax_queue_pull(&proxied_link, proxied_packet, sizeof proxied_packet);
        assert_int_equal(got, rows[i].answered ? 42 : AX_E_WOULD_BLOCK);
        if (rows[i].answered)
            for (int at = 0; at < 4; at++)
                assert_int_equal(proxied_packet[28 + at], asked >> (24 - 8 * at) & 0xff);
    }
    assert_int_equal(ax_proxy_stats(&proxied_proxy).arp_answered, 3);
    assert_int_equal(ax_stack_address().addr, FRAMES_DUT_IP);
}

static void what_comes_for_a_prefix_is_answered_on_the_link(void **unused)
{
    struct seen seen;

    (void)unused;
    proxied_push_frame(
        packet_of_tcp(proxied_packet, &via_link, &(struct segment){.flags = FRAMES_SYN}));
    assert_true(proxied_pull_frame(&seen) && is_answer_to(&seen, &via_link));
    assert_int_equal(seen.flags, FRAMES_SYN | FRAMES_ACK);
    proxied_push_frame(packet_of_udp(proxied_packet, &via_link, "ask", 3));
    assert_int_equal(ax_proxy_send(&proxied_proxy, &via_link.to, &via_link.from, "answer", 6, NULL),
                     AX_OK);
    proxied_run();
    assert_true(proxied_pull_frame(&seen) && is_answer_to(&seen, &via_link));
    assert_int_equal(seen.len, 6);
    proxied_push_frame(packet_of_ping(proxied_packet, &via_link));
    assert_true(proxied_pull_frame(&seen) && is_answer_to(&seen, &via_link));
    assert_int_equal(seen.type, 0);
    assert_silent();
}

static void a_frame_to_all_is_for_no_address_of_a_prefix(void **unused)
{
    size_t len = packet_of_udp(proxied_packet, &via_link, "x", 1);

    (void)unused;
    len = frame_of(proxied_packet, proxied_packet, len, true);
    assert_int_equal(ax_queue_push(&proxied_link, proxied_packet, len), AX_OK);
    proxied_run();
    assert_silent();
    assert_int_equal(ax_proxy_stats(&proxied_proxy).refused, 1);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).udp_taken, 0);
}

/* ---- addresses */

static void packets_that_no_host_sends_to_another_are_dropped(void **unused)
{
    static const uint32_t never_to[] = {0,          0x7f000001,         0xe0000001,
                                        0xf0000001, UINT32_MAX,         FRAMES_DUT_IP,
                                        0x0a0000ff, proxied_prefix + 9, 0xc0a80005};
    static const uint32_t never_from[] = {0,          0x7f000001,        0xe0000001,
                                          0xf0000001, UINT32_MAX,        FRAMES_DUT_IP,
                                          0x0a0000ff, proxied_prefix + 9};
    uint32_t count = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof never_to / sizeof *never_to; i++, count++) {
        const struct five_tuple tuple = {web.from, {never_to[i], 80}};
        syn(&tuple);
        assert_silent();
    }
    for (size_t i = 0; i < sizeof never_from / sizeof *never_from; i++, count++) {
        const struct five_tuple tuple = {{never_from[i], 5001}, web.to};
        syn(&tuple);
        assert_silent();
    }
    assert_int_equal(ax_packets_stats(&proxied_packets).refused, count);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).listener.syns, 0);
}

/* ---- ICMP */

static void ping_and_icmp_speak_for_the_address(void **unused)
{
    struct seen seen;

    (void)unused;
    proxied_push(packet_of_ping(proxied_packet, &web));
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_int_equal(seen.type, 0);
    proxied_push(packet_of_other(proxied_packet, &other_web));
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &other_web));
    assert_int_equal(seen.type << 8 | seen.code, 0x302);
    assert_silent();
}

static void fragments_that_never_meet_are_told_from_the_address(void **unused)
{
    uint8_t whole[100];
    struct seen seen;

    (void)unused;
    packet_of_udp(whole, &web, "a datagram of two", 17);
    proxied_push(packet_part(proxied_packet, whole, 0, 16));
    proxied_advance(20000);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_int_equal(seen.type << 8 | seen.code, 0xb01);
}

/* ---- UDP */

static void a_datagram_has_both_endpoints_and_is_answered_from_its_destination(void **unused)
{
    struct ax_packet about;
    uint8_t bytes[8];
    struct seen seen;

    (void)unused;
    proxied_push(packet_of_udp(proxied_packet, &web, "ask", 3));
    assert_int_equal(ax_proxy_recv(&proxied_proxy, bytes, sizeof bytes, &about), 3);
    assert_int_equal(about.local.addr, web.to.addr);
    assert_int_equal(about.local.port, web.to.port);
    assert_int_equal(about.remote.addr, web.from.addr);
    assert_int_equal(about.remote.port, web.from.port);
    assert_int_equal(ax_proxy_send(&proxied_proxy, &about.local, &about.remote, "answer", 6, NULL),
                     AX_OK);
    proxied_run();
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_int_equal(seen.proto, OF_UDP);
    assert_memory_equal(seen.payload, "answer", 6);
    assert_int_equal(ax_proxy_send(&proxied_proxy, &other_web.to, &about.remote, "no", 2, NULL),
                     AX_E_STATE);
}

static void a_datagram_is_checked_as_one_of_ours(void **unused)
{
    struct ax_packet about;
    size_t len = packet_of_udp(proxied_packet, &web, "payload+behind", 14);

    (void)unused;
    proxied_packet[27] ^= 1; /* its sum */
    proxied_push(len);
    len = packet_of_udp(proxied_packet, &web, "payload+behind", 14);
    proxied_packet[25] = 7; /* LEN */
    proxied_push(len);
    len = packet_of_udp(proxied_packet, &web, "payload+behind", 14);
    proxied_packet[25] = 15; /* LEN, and no sum */
    proxied_packet[26] = proxied_packet[27] = 0;
    proxied_push(len);
    assert_int_equal(ax_proxy_recv(&proxied_proxy, proxied_packet, sizeof proxied_packet, &about),
                     7);
    assert_int_equal(ax_proxy_recv(&proxied_proxy, proxied_packet, sizeof proxied_packet, &about),
                     AX_E_WOULD_BLOCK);
}

static void a_large_datagram_comes_and_goes_in_fragments(void **unused)
{
    static uint8_t whole[4000], payload[3000];
    struct ax_packet about;
    int count = 0, len;

    (void)unused;
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)i;
    packet_of_udp(whole, &web, payload, sizeof payload);
    proxied_push(packet_part(proxied_packet, whole, 2960, 48));
    proxied_push(packet_part(proxied_packet, whole, 0, 1480));
    proxied_push(packet_part(proxied_packet, whole, 1480, 1480));
    assert_int_equal(ax_proxy_recv(&proxied_proxy, whole, sizeof whole, &about), sizeof payload);
    assert_memory_equal(whole, payload, sizeof payload);
    assert_int_equal(
        ax_proxy_send(&proxied_proxy, &web.to, &web.from, payload, sizeof payload, NULL), AX_OK);
    proxied_run();
    while ((len = ax_packets_pull(&proxied_packets, proxied_packet, sizeof proxied_packet)) > 0) {
        assert_memory_equal(proxied_packet + 20 + (count == 0 ? 8 : 0),
                            payload + 1480 * count - (count ? 8 : 0), 40);
        count++;
    }
    assert_int_equal(count, 3);
}

static void a_datagram_waits_whole_for_room_in_the_packet_device(void **unused)
{
    static uint8_t payload[3000];
    struct seen seen;
    int count = 0;

    (void)unused;
    proxied_push(packet_of_udp(proxied_packet, &web, "x", 1));
    for (int i = 0; i < PROXIED_SLOTS - 2; i++) {
        assert_int_equal(ax_proxy_send(&proxied_proxy, &web.to, &web.from, payload, 1, NULL),
                         AX_OK);
        proxied_run();
    }
    assert_int_equal(ax_proxy_send(&proxied_proxy, &web.to, &web.from, payload, 3000, NULL), AX_OK);
    proxied_run();
    assert_int_equal(ax_packets_stats(&proxied_packets).sent, PROXIED_SLOTS - 2);
    assert_true(proxied_pull(&seen));
    assert_int_equal(ax_packets_stats(&proxied_packets).sent, PROXIED_SLOTS + 1);
    while (ax_packets_pull(&proxied_packets, proxied_packet, sizeof proxied_packet) > 0)
        count++;
    assert_int_equal(count, PROXIED_SLOTS);
}

static void a_segment_waits_for_room_in_the_packet_device(void **unused)
{
    uint32_t ours = proxied_connect(&web, SEQ);
    struct seen seen;

    (void)unused;
    for (int i = 0; i < PROXIED_SLOTS; i++)
        proxied_push(packet_of_ping(proxied_packet, &other_web));
    assert_int_equal(ax_tcp_send(proxied_socket_of(&web), "you", 3), 3);
    proxied_run();
    assert_int_equal(ax_packets_stats(&proxied_packets).send_full, 1);
    for (int i = 0; i < PROXIED_SLOTS; i++)
        assert_true(proxied_pull(&seen) && seen.proto == OF_ICMP);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_int_equal(seen.len, 3);
    assert_int_equal(seen.seq, ours);
}

/* ---- who has to go */

static void a_silent_connection_ends_at_its_tick(void **unused)
{
    struct ax_tcp *tcp;
    struct seen seen;
    uint32_t ours = proxied_connect(&web, SEQ);

    (void)unused;
    tcp = proxied_socket_of(&web);
    proxied_advance(PROXIED_IDLE_MS - 1);
    proxied_send_tcp(&web, &(struct segment){SEQ + 1, ours, FRAMES_ACK, NULL, 0});
    proxied_advance(PROXIED_IDLE_MS - 1);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_ESTABLISHED);
    assert_silent();
    proxied_advance(1);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_CLOSED);
    assert_int_equal(ax_tcp_end(tcp), AX_E_IDLE);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &web));
    assert_true(seen.flags & FRAMES_RST);
    assert_int_equal(seen.seq, ours);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).tcp_expired, 1);
}

static void a_silent_tuple_ends_at_its_tick(void **unused)
{
    (void)unused;
    proxied_push(packet_of_udp(proxied_packet, &web, "x", 1));
    proxied_advance(PROXIED_IDLE_MS / 2);
    proxied_push(packet_of_udp(proxied_packet, &other_web, "x", 1));
    proxied_advance(PROXIED_IDLE_MS / 2 - 1);
    assert_int_equal(ax_proxy_find(&proxied_proxy, &web.to, &web.from), 0);
    proxied_advance(1);
    assert_int_equal(ax_proxy_find(&proxied_proxy, &web.to, &web.from), AX_E_STATE);
    assert_int_equal(ax_proxy_find(&proxied_proxy, &other_web.to, &other_web.from), 1);
    proxied_advance(PROXIED_IDLE_MS / 2);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).udp_expired, 2);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).tuples, 0);
}

static struct five_tuple numbered(unsigned number)
{
    return (struct five_tuple){{0xc0a80005, (uint16_t)(6000 + number)}, {0x01010101 + number, 443}};
}

static void not_before_its_time(struct five_tuple late)
{
    struct seen seen;

    proxied_advance(PROXIED_HANDSHAKE_MS - PROXIED_SOCKETS - 1);
    syn(&late);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &late));
    assert_int_equal(seen.flags, FRAMES_RST | FRAMES_ACK);
    proxied_advance(1);
}

static void the_half_open_one_heard_of_longest_ago_makes_room_in_silence(void **unused)
{
    struct five_tuple tuples[PROXIED_SOCKETS + 1];
    struct seen seen;

    (void)unused;
    for (unsigned i = 0; i <= PROXIED_SOCKETS; i++) {
        tuples[i] = numbered(i);
        syn(&tuples[i]);
        assert_true(proxied_pull(&seen) && is_answer_to(&seen, &tuples[i]));
        assert_silent();
        proxied_advance(1);
        if (i == PROXIED_SOCKETS - 1)
            not_before_its_time(numbered(i + 1));
    }
    assert_null(proxied_socket_of(&tuples[0]));
    for (unsigned i = 1; i <= PROXIED_SOCKETS; i++)
        assert_non_null(proxied_socket_of(&tuples[i]));
    assert_int_equal(ax_proxy_stats(&proxied_proxy).tcp_evicted_early, 1);
    proxied_send_tcp(&tuples[0], &(struct segment){.seq = SEQ + 1, .ack = 1, .flags = FRAMES_ACK});
    assert_true(proxied_pull(&seen) && (seen.flags & FRAMES_RST));
}

static void an_established_one_goes_when_it_was_silent_long_enough(void **unused)
{
    struct five_tuple late = numbered(99);
    struct ax_tcp *first;
    struct seen seen;

    (void)unused;
    for (unsigned i = 0; i < PROXIED_SOCKETS; i++) {
        struct five_tuple tuple = numbered(i);
        proxied_connect(&tuple, SEQ);
        proxied_advance(1000);
    }
    syn(&late);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &late) && (seen.flags & FRAMES_RST));
    proxied_advance(PROXIED_KEEP_MS - PROXIED_SOCKETS * 1000);
    first = &proxied_tcp[0];
    syn(&late);
    assert_int_equal(ax_tcp_end(first), AX_E_EVICTED);
    assert_true(proxied_pull(&seen) && (seen.flags & FRAMES_RST));
    assert_int_equal(seen.tuple.to.port, 6000);
    assert_silent(); /* the SYN is sent again */
    proxied_run();
    proxied_lend(0);
    syn(&late);
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &late));
    assert_int_equal(seen.flags, FRAMES_SYN | FRAMES_ACK);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).tcp_evicted, 1);
}

static void a_tuple_that_was_answered_stays_before_one_that_was_not(void **unused)
{
    struct five_tuple tuples[PROXIED_TUPLES + 3];
    struct seen seen;

    (void)unused;
    for (unsigned i = 0; i < PROXIED_TUPLES + 3; i++)
        tuples[i] = numbered(i);
    for (unsigned i = 0; i < PROXIED_TUPLES; i++) {
        proxied_push(packet_of_udp(proxied_packet, &tuples[i], "x", 1));
        proxied_advance(1);
    }
    for (unsigned i = 0; i < PROXIED_TUPLES - 1; i++)
        assert_int_equal(
            ax_proxy_send(&proxied_proxy, &tuples[i].to, &tuples[i].from, "y", 1, NULL), AX_OK);
    proxied_run();
    proxied_push(packet_of_udp(proxied_packet, &tuples[PROXIED_TUPLES], "x", 1));
    assert_int_equal(ax_proxy_find(&proxied_proxy, &tuples[PROXIED_TUPLES - 1].to,
                                   &tuples[PROXIED_TUPLES - 1].from),
                     AX_E_STATE);
    assert_int_equal(ax_proxy_send(&proxied_proxy, &tuples[PROXIED_TUPLES].to,
                                   &tuples[PROXIED_TUPLES].from, "y", 1, NULL),
                     AX_OK);
    proxied_run();
    while (proxied_pull(&seen))
        ;
    proxied_push(packet_of_udp(proxied_packet, &tuples[PROXIED_TUPLES + 1], "x", 1));
    assert_true(proxied_pull(&seen) && is_answer_to(&seen, &tuples[PROXIED_TUPLES + 1]));
    assert_int_equal(seen.type << 8 | seen.code, 0x303);
    proxied_advance(PROXIED_KEEP_MS);
    proxied_push(packet_of_udp(proxied_packet, &tuples[PROXIED_TUPLES + 2], "x", 1));
    assert_int_equal(ax_proxy_find(&proxied_proxy, &tuples[0].to, &tuples[0].from), AX_E_STATE);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).udp_evicted, 2);
    assert_int_equal(ax_proxy_stats(&proxied_proxy).udp_refused, 1);
}

/* ---- */

static int start(void **unused)
{
    (void)unused;
    proxied_start();
    return 0;
}

static int begin(void **unused)
{
    (void)unused;
    proxied_begin(AX_LISTEN_RESET, PROXIED_SOCKETS);
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    proxied_end(ax_debug_connections, ax_debug_pool);
    return 0;
}

#define PROXY_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROXY_TEST(any_address_and_port_is_taken_and_answers),
        PROXY_TEST(what_differs_in_its_destination_alone_is_another_connection),
        PROXY_TEST(a_listener_of_ours_on_the_same_port_has_its_own),
        PROXY_TEST(our_own_address_stays_ours),
        PROXY_TEST(nobody_is_at_port_0),
        PROXY_TEST(a_segment_of_no_connection_is_reset_from_where_it_went),
        PROXY_TEST(a_segment_in_fragments_finds_its_port),
        PROXY_TEST(a_connection_outlives_the_cable_and_our_address),
        PROXY_TEST(an_address_that_becomes_ours_is_lost_to_its_tuples),
        PROXY_TEST(arp_is_answered_for_the_addresses_of_a_prefix_alone),
        PROXY_TEST(what_comes_for_a_prefix_is_answered_on_the_link),
        PROXY_TEST(a_frame_to_all_is_for_no_address_of_a_prefix),
        PROXY_TEST(packets_that_no_host_sends_to_another_are_dropped),
        PROXY_TEST(ping_and_icmp_speak_for_the_address),
        PROXY_TEST(fragments_that_never_meet_are_told_from_the_address),
        PROXY_TEST(a_datagram_has_both_endpoints_and_is_answered_from_its_destination),
        PROXY_TEST(a_datagram_is_checked_as_one_of_ours),
        PROXY_TEST(a_large_datagram_comes_and_goes_in_fragments),
        PROXY_TEST(a_datagram_waits_whole_for_room_in_the_packet_device),
        PROXY_TEST(a_segment_waits_for_room_in_the_packet_device),
        PROXY_TEST(a_silent_connection_ends_at_its_tick),
        PROXY_TEST(a_silent_tuple_ends_at_its_tick),
        PROXY_TEST(the_half_open_one_heard_of_longest_ago_makes_room_in_silence),
        PROXY_TEST(an_established_one_goes_when_it_was_silent_long_enough),
        PROXY_TEST(a_tuple_that_was_answered_stays_before_one_that_was_not),
    };

    return cmocka_run_group_tests_name("proxy over lwIP", tests, start, NULL);
}
