/* SPDX-License-Identifier: BSD-3-Clause */
/* Servers over a fake stack: their sockets lent, served and lent again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/serve.h>

#include "exec/exec_reset.h"
#include "fake_debug.h"
#include "fake_port.h"
#include "fake_stack.h"

enum { PEERS = 2, RX = 3000, TX = 300, PORT = 7 };

static struct ax_serve server;
static struct ax_udp_serve datagrams;
static struct ax_serve_peer peers[PEERS];
static uint8_t rings[PEERS * (RX + TX)];
static uint8_t payload[2][64], sent[8192];
static struct ax_packet slots[2][4];

static const struct ax_endpoint here = {FAKE_ADDR, PORT};
static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};

/* Tasks and stack in turn until neither has anything to do; who never rests spins. */
static void run(void)
{
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned rounds = 0; ax_run_once(); rounds++)
            assert_true(rounds < 1000);
        fake_stack_run();
    }
}

static struct ax_serve_config config_of(enum ax_service service)
{
    return (struct ax_serve_config){service, PORT, peers, PEERS, rings, RX, TX};
}

static void serve(enum ax_service service)
{
    struct ax_serve_config config = config_of(service);

    assert_int_equal(ax_serve_start(&server, &config), AX_OK);
    run();
}

static int setup(void **unused)
{
    (void)unused;
    fake_port_init();
    fake_debug_init();
    exec_reset();
    fake_stack_start();
    ax_clock_start_held(0);
    memset(&server, 0, sizeof server);
    memset(&datagrams, 0, sizeof datagrams);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    if (server.task.self != 0)
        ax_serve_stop(&server);
    if (datagrams.task.self != 0)
        ax_udp_serve_stop(&datagrams);
    run();
    assert_true(ax_serve_is_released(&server) && ax_udp_serve_is_released(&datagrams));
    assert_int_equal(ax_timers_armed(), 0);
    assert_int_equal(ax_exec_stats().tasks, 0);
    return 0;
}

/* ---- what a peer does */

static struct ax_tcp *comes(void)
{
    struct ax_tcp *tcp = net_listener_front(&server.listener);

    assert_non_null(tcp);
    net_listener_take(&server.listener, tcp, &here, &peer);
    net_tcp_established(tcp);
    run();
    return tcp;
}

static void says(struct ax_tcp *tcp, const char *bytes)
{
    net_tcp_received(tcp, bytes, strlen(bytes));
    run();
}

static void ends(struct ax_tcp *tcp)
{
    net_tcp_peer_fin(tcp);
    run();
}

static void resets(struct ax_tcp *tcp)
{
    net_tcp_ended(tcp, AX_E_RESET);
    net_tcp_detached(tcp);
    run();
}

/* Acknowledges our FIN; the control block goes unless TIME-WAIT keeps it. */
static void acknowledges_our_end(struct ax_tcp *tcp)
{
    net_tcp_fin_acked(tcp);
    if (ax_tcp_state(tcp) == AX_TCP_CLOSED)
        net_tcp_detached(tcp);
    run();
}

/* Takes and acknowledges `len` bytes of what the server sends. */
static void takes(struct ax_tcp *tcp, size_t len)
{
    for (size_t got = 0; got < len;) {
        struct ax_span data = ax_ring_data(&tcp->tx, 0);
        assert_true(data.len != 0);
        if (data.len > len - got)
            data.len = len - got;
        memcpy(sent + got, data.at, data.len);
        got += data.len;
        net_tcp_acked(tcp, (uint32_t)data.len);
        run();
    }
    sent[len] = '\0';
}

static void expect_stats(uint32_t serving, uint32_t served, uint32_t broken)
{
    struct ax_serve_stats stats = ax_serve_stats(&server);

    assert_int_equal(stats.serving, serving);
    assert_int_equal(stats.served, served);
    assert_int_equal(stats.broken, broken);
}

/* ---- a server's life */

static void what_cannot_be_served_is_refused(void **unused)
{
    struct ax_serve_config config = config_of(AX_SERVE_ECHO);
    static struct ax_serve other;

    (void)unused;
    config.port = 0;
    assert_int_equal(ax_serve_start(&server, &config), AX_E_ARG);
    config = config_of(AX_SERVE_ECHO);
    config.peer_count = 0;
    assert_int_equal(ax_serve_start(&server, &config), AX_E_ARG);
    config = config_of(AX_SERVE_ECHO);
    config.tx_size = 0;
    assert_int_equal(ax_serve_start(&server, &config), AX_E_ARG);
    serve(AX_SERVE_ECHO);
    config = config_of(AX_SERVE_ECHO);
    assert_int_equal(ax_serve_start(&server, &config), AX_E_STATE);
    config.peers = (struct ax_serve_peer[1]){{.phase = 0}};
    config.peer_count = 1;
    assert_int_equal(ax_serve_start(&other, &config), AX_E_IN_USE);
    assert_true(ax_serve_is_released(&other));
    assert_int_equal(ax_exec_stats().tasks, 1);
}

static void it_lends_every_socket_and_rests(void **unused)
{
    (void)unused;
    serve(AX_SERVE_ECHO);
    assert_int_equal(lent_to(&server.listener), PEERS);
    expect_stats(0, 0, 0);
}

static void a_socket_comes_back_when_both_sides_have_closed(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_ECHO);
    tcp = comes();
    expect_stats(1, 1, 0);
    ends(tcp);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_LAST_ACK);
    acknowledges_our_end(tcp);
    expect_stats(0, 1, 0);
    assert_int_equal(lent_to(&server.listener), PEERS);
}

static void a_socket_comes_back_after_a_reset_with_bytes_unread(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_ECHO);
    for (unsigned i = 1; i <= 3 * PEERS; i++) {
        tcp = comes();
        net_tcp_received(tcp, rings, 1000); /* more than is echoed at once */
        resets(tcp);
        expect_stats(0, i, i);
        assert_int_equal(lent_to(&server.listener), PEERS);
    }
}

static void a_socket_comes_back_from_time_wait_at_once(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_HTTP);
    tcp = comes();
    says(tcp, "HEAD / HTTP/1.1\r\n\r\n");
    takes(tcp, ax_tcp_levels(tcp).tx);
    acknowledges_our_end(tcp);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_FIN_WAIT_2);
    ends(tcp);
    expect_stats(0, 1, 0);
    assert_int_equal(lent_to(&server.listener), PEERS);
}

static void a_socket_comes_back_when_both_closed_at_once(void **unused)
{
    struct ax_advance advance = {.ms = AX_SERVE_RETRY_MS};
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_HTTP);
    tcp = comes();
    says(tcp, "HEAD / HTTP/1.1\r\n\r\n");
    ends(tcp);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_CLOSING);
    net_tcp_acked(tcp, ax_tcp_levels(tcp).tx);
    acknowledges_our_end(tcp);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_TIME_WAIT);
    assert_int_equal(ax_clock_advance(&advance, 0), AX_OK);
    run();
    assert_int_equal(lent_to(&server.listener), PEERS);
    expect_stats(0, 1, 0);
}

static void bytes_count_while_a_connection_lives_and_after_it(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_ECHO);
    tcp = comes();
    says(tcp, "hello");
    takes(tcp, 5);
    assert_int_equal(ax_serve_stats(&server).rx_bytes, 5);
    assert_int_equal(ax_serve_stats(&server).tx_bytes, 5);
    resets(tcp);
    assert_int_equal(ax_serve_stats(&server).rx_bytes, 5);
    assert_int_equal(ax_serve_stats(&server).tx_bytes, 5);
}

static void a_socket_that_the_stack_has_no_room_for_is_lent_later(void **unused)
{
    static struct ax_tcp others[32];
    static uint8_t byte[2];
    struct ax_advance advance = {.ms = AX_SERVE_RETRY_MS};

    (void)unused;
    for (unsigned i = 0; i < 31; i++) {
        ax_tcp_init(&others[i], &(struct ax_tcp_config){byte, 1, byte + 1, 1});
        assert_int_equal(ax_tcp_connect(&others[i], NULL, &peer, 0), AX_OK);
    }
    serve(AX_SERVE_ECHO);
    assert_int_equal(lent_to(&server.listener), 1);
    for (unsigned i = 0; i < 31; i++)
        ax_tcp_destroy(&others[i]);
    run();
    assert_int_equal(ax_clock_advance(&advance, 0), AX_OK);
    run();
    assert_int_equal(lent_to(&server.listener), PEERS);
}

static void stopping_resets_whom_it_serves(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_CHARGEN);
    tcp = comes();
    ax_serve_stop(&server);
    assert_false(ax_serve_is_released(&server));
    fake_stack_run();
    assert_true(fake_tcp_wants & NET_RESET);
    assert_int_equal(ax_tcp_end(tcp), AX_E_ABORTED);
    assert_true(ax_serve_is_released(&server));
    server.task.self = 0; /* nothing is left for the teardown to stop */
}

/* ---- services */

static void echo_goes_on_when_there_is_room_again(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_ECHO);
    tcp = comes();
    memset(sent, 'x', 2 * TX);
    sent[2 * TX - 1] = 'y';
    net_tcp_received(tcp, sent, 2 * TX);
    run();
    ends(tcp);
    assert_int_equal(ax_tcp_levels(tcp).tx, TX);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_CLOSE_WAIT);
    takes(tcp, TX);
    takes(tcp, TX);
    assert_int_equal(sent[TX - 1], 'y');
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_LAST_ACK);
}

static void discard_says_nothing(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_DISCARD);
    tcp = comes();
    says(tcp, "anything");
    assert_int_equal(ax_tcp_levels(tcp).rx, 0);
    assert_int_equal(ax_tcp_levels(tcp).tx, 0);
    ends(tcp);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_LAST_ACK);
}

static void chargen_sends_rows_of_72_each_one_later(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_CHARGEN);
    tcp = comes();
    takes(tcp, 96 * 74);
    assert_memory_equal(sent, " !\"#$%&'", 8);
    assert_memory_equal(sent + 70, "fg\r\n!\"#$", 8);
    assert_memory_equal(sent + 94 * 74, "~ !\"#", 5);
    assert_memory_equal(sent + 95 * 74, sent, 74); /* and again from the first */
}

static void chargen_goes_on_for_a_peer_that_only_listens(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_CHARGEN);
    tcp = comes();
    says(tcp, "dropped");
    ends(tcp);
    takes(tcp, 1000);
    assert_int_equal(ax_tcp_levels(tcp).rx, 0);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_CLOSE_WAIT);
}

/* ---- the page */

static void expect_answer(const char *request, const char *status, bool has_body)
{
    struct ax_tcp *tcp = comes();
    const char *length, *body;
    unsigned long told;

    for (const char *at = request; *at != '\0'; at++) /* a byte a segment */
        says(tcp, (char[]){*at, '\0'});
    for (size_t len = 0; ax_tcp_levels(tcp).tx != 0; sent[len] = '\0') {
        struct ax_span data = ax_ring_data(&tcp->tx, 0);
        memcpy(sent + len, data.at, data.len);
        len += data.len;
        net_tcp_acked(tcp, (uint32_t)data.len);
        run();
    }
    assert_memory_equal(sent, "HTTP/1.1 ", 9);
    assert_memory_equal(sent + 9, status, strlen(status));
    length = strstr((char *)sent, "Content-Length: ");
    body = strstr((char *)sent, "\r\n\r\n");
    assert_true(length && body);
    told = strtoul(length + 16, NULL, 10);
    assert_int_equal(strlen(body + 4), has_body ? told : 0);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_FIN_WAIT_1);
    resets(tcp);
}

static void the_page_is_sent_and_the_connection_closed(void **unused)
{
    (void)unused;
    serve(AX_SERVE_HTTP);
    expect_answer("GET / HTTP/1.1\r\nHost: here\r\n\r\n", "200 ", true);
    expect_answer("\r\nGET / HTTP/1.0\n\n", "200 ", true);
    expect_answer("GET /index.html?a=b HTTP/1.1\r\n\r\n", "200 ", true);
    expect_answer("HEAD / HTTP/1.1\r\n\r\n", "200 ", false);
}

static void what_there_is_not_is_said(void **unused)
{
    static char long_line[200], long_head[AX_SERVE_HEAD_BYTES + 100];

    (void)unused;
    serve(AX_SERVE_HTTP);
    memset(long_line, 'a', sizeof long_line - 1);
    memcpy(long_line, "GET /", 5);
    memcpy(long_line + sizeof long_line - 14, " HTTP/1.1\r\n\r\n", 14);
    memset(long_head, 'a', sizeof long_head - 1);
    memcpy(long_head, "GET / HTTP/1.1\r\nX: ", 19);
    expect_answer("GET /other HTTP/1.1\r\n\r\n", "404 ", true);
    expect_answer("GET /indexxhtml HTTP/1.1\r\n\r\n", "404 ", true);
    expect_answer("GET /\r\n\r\n", "404 ", true);
    expect_answer("POST / HTTP/1.1\r\n\r\n", "405 ", true);
    expect_answer("get / HTTP/1.1\r\n\r\n", "405 ", true);
    expect_answer(long_line, "404 ", true);
    expect_answer(long_head, "431 ", true);
}

static void half_a_request_gets_no_answer(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_HTTP);
    tcp = comes();
    says(tcp, "GET / HTTP/1.1\r\nHost: here\r\n");
    assert_int_equal(ax_tcp_levels(tcp).tx, 0);
    ends(tcp);
    assert_int_equal(ax_tcp_levels(tcp).tx, 0);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_LAST_ACK);
}

static void what_comes_behind_the_request_is_dropped(void **unused)
{
    struct ax_tcp *tcp;

    (void)unused;
    serve(AX_SERVE_HTTP);
    tcp = comes();
    says(tcp, "GET / HTTP/1.1\r\n\r\nand a body that nobody asked for");
    takes(tcp, TX);
    takes(tcp, ax_tcp_levels(tcp).tx);
    says(tcp, "and more of it");
    assert_int_equal(ax_tcp_levels(tcp).rx, 0);
    assert_int_equal(ax_tcp_state(tcp), AX_TCP_FIN_WAIT_1);
}

/* ---- datagrams */

static void serve_datagrams(enum ax_service service)
{
    struct ax_udp_serve_config config = {
        service, PORT, {payload[0], 64, slots[0], 4, payload[1], 64, slots[1], 4}};

    assert_int_equal(ax_udp_serve_start(&datagrams, &config), AX_OK);
    run();
}

static void datagram_comes(const struct ax_endpoint *from, const struct ax_endpoint *to, size_t len)
{
    struct ax_span room;

    assert_int_equal(net_udp_room(&datagrams.udp, len, &room), AX_OK);
    memset(room.at, 'd', len);
    net_udp_received(&datagrams.udp, len, from, to);
    run();
}

static void expect_datagrams(uint32_t served, uint32_t refused, uint32_t rx, uint32_t tx)
{
    struct ax_udp_serve_stats stats = ax_udp_serve_stats(&datagrams);

    assert_int_equal(stats.served, served);
    assert_int_equal(stats.refused, refused);
    assert_int_equal(stats.rx_bytes, rx);
    assert_int_equal(stats.tx_bytes, tx);
}

static void a_datagram_goes_back_to_where_it_came_from(void **unused)
{
    struct ax_span sent_back;
    const struct ax_packet *about;

    (void)unused;
    serve_datagrams(AX_SERVE_ECHO);
    datagram_comes(&peer, &here, 10);
    about = net_udp_oldest(&datagrams.udp, &sent_back);
    assert_non_null(about);
    assert_int_equal(about->remote.port, PEER_PORT);
    assert_int_equal(sent_back.len, 10);
    expect_datagrams(1, 0, 10, 10);
}

static void a_datagram_waits_for_room_to_go_back(void **unused)
{
    (void)unused;
    serve_datagrams(AX_SERVE_ECHO);
    datagram_comes(&peer, &here, 50);
    datagram_comes(&peer, &here, 40);
    expect_datagrams(1, 0, 50, 50);
    net_udp_left(&datagrams.udp);
    run();
    expect_datagrams(2, 0, 90, 90);
}

static void services_do_not_talk_to_each_other(void **unused)
{
    static const struct ax_endpoint echo = {PEER_ADDR, PORT}, chargen = {PEER_ADDR, 19};
    static const struct ax_endpoint broadcast = {FAKE_ADDR | 0xff, PORT};
    struct ax_span nothing;

    (void)unused;
    serve_datagrams(AX_SERVE_ECHO);
    datagram_comes(&echo, &here, 5);
    datagram_comes(&chargen, &here, 5);
    datagram_comes(&peer, &broadcast, 5);
    assert_null(net_udp_oldest(&datagrams.udp, &nothing));
    expect_datagrams(3, 3, 15, 0);
}

static void a_datagram_can_be_discarded(void **unused)
{
    struct ax_span nothing;

    (void)unused;
    serve_datagrams(AX_SERVE_DISCARD);
    datagram_comes(&peer, &here, 64);
    assert_null(net_udp_oldest(&datagrams.udp, &nothing));
    expect_datagrams(1, 0, 64, 0);
}

static void datagrams_have_echo_and_discard_alone(void **unused)
{
    struct ax_udp_serve_config config = {
        AX_SERVE_CHARGEN, PORT, {payload[0], 64, slots[0], 4, payload[1], 64, slots[1], 4}};

    (void)unused;
    assert_int_equal(ax_udp_serve_start(&datagrams, &config), AX_E_ARG);
    config.service = AX_SERVE_ECHO;
    config.port = 0;
    assert_int_equal(ax_udp_serve_start(&datagrams, &config), AX_E_ARG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_cannot_be_served_is_refused),
        TEST(it_lends_every_socket_and_rests),
        TEST(a_socket_comes_back_when_both_sides_have_closed),
        TEST(a_socket_comes_back_after_a_reset_with_bytes_unread),
        TEST(a_socket_comes_back_from_time_wait_at_once),
        TEST(a_socket_comes_back_when_both_closed_at_once),
        TEST(bytes_count_while_a_connection_lives_and_after_it),
        TEST(a_socket_that_the_stack_has_no_room_for_is_lent_later),
        TEST(stopping_resets_whom_it_serves),
        TEST(echo_goes_on_when_there_is_room_again),
        TEST(discard_says_nothing),
        TEST(chargen_sends_rows_of_72_each_one_later),
        TEST(chargen_goes_on_for_a_peer_that_only_listens),
        TEST(the_page_is_sent_and_the_connection_closed),
        TEST(what_there_is_not_is_said),
        TEST(half_a_request_gets_no_answer),
        TEST(what_comes_behind_the_request_is_dropped),
        TEST(a_datagram_goes_back_to_where_it_came_from),
        TEST(a_datagram_waits_for_room_to_go_back),
        TEST(services_do_not_talk_to_each_other),
        TEST(a_datagram_can_be_discarded),
        TEST(datagrams_have_echo_and_discard_alone),
    };

    return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
