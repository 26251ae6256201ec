/* SPDX-License-Identifier: BSD-3-Clause */
#include "callback_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <sanitizer/asan_interface.h>

#include "callback/turns.h"
#include "exec/exec_reset.h"
#include "fake_port.h"

struct ax_callback_task service;
struct ax_server server;
struct probe probes[PROBES];
void (*on_told)(struct probe *probe, enum told_event event);
void (*on_bytes)(struct ax_client *client, struct ax_span data);
void (*on_acked)(struct ax_client *client, size_t bytes);

const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};
const struct ax_endpoint here = {FAKE_ADDR, HERE_PORT};

static char words[8192];
static size_t words_len;

/* ---- what is told */

static void tell(struct ax_client *client, enum told_event event, const char *format, ...)
{
    struct probe *probe = (struct probe *)client;
    va_list args;

    if (words_len + 64 < sizeof words) {
        words_len += (size_t)snprintf(words + words_len, sizeof words - words_len, "%s%u ",
                                      words_len ? ", " : "", (unsigned)(probe - probes));
        va_start(args, format);
        words_len += (size_t)vsnprintf(words + words_len, sizeof words - words_len, format, args);
        va_end(args);
    }
    probe->count[event]++;
    if (on_told)
        on_told(probe, event);
}

const char *told(void)
{
    static char last[sizeof words];

    memcpy(last, words, words_len);
    last[words_len] = '\0';
    words_len = 0;
    return last;
}

static void tell_bytes(struct ax_client *client, enum told_event event, const char *what,
                       struct ax_span data)
{
    if (on_bytes)
        on_bytes(client, data);
    if (data.len <= 16)
        tell(client, event, "%s %.*s", what, (int)data.len, (const char *)data.at);
    else
        tell(client, event, "%s of %zu", what, data.len);
}

static void connect_told(struct ax_client *client) { tell(client, TOLD_CONNECT, "connect"); }
static void end_told(struct ax_client *client) { tell(client, TOLD_END, "end"); }
static void poll_told(struct ax_client *client) { tell(client, TOLD_POLL, "poll"); }

static void data_told(struct ax_client *client, struct ax_span data)
{
    tell_bytes(client, TOLD_DATA, "data", data);
}

static void packet_told(struct ax_client *client, struct ax_span data)
{
    tell_bytes(client, TOLD_PACKET, "packet", data);
}

static void ack_told(struct ax_client *client, size_t bytes, uint32_t ms)
{
    if (on_acked)
        on_acked(client, bytes);
    tell(client, TOLD_ACK, "ack %zu of %u ms", bytes, (unsigned)ms);
}

static void timeout_told(struct ax_client *client, enum ax_client_timeout which)
{
    tell(client, TOLD_TIMEOUT, which == AX_CLIENT_RX_TIMEOUT ? "rx timeout" : "ack timeout");
}

static void error_told(struct ax_client *client, int err)
{
    tell(client, TOLD_ERROR, "error %s", ax_err_name(err));
}

static void disconnect_told(struct ax_client *client)
{
    tell(client, TOLD_DISCONNECT, "disconnect");
}

void on_client(struct ax_server *of, struct ax_client *client)
{
    assert_ptr_equal(of, &server);
    tell(client, TOLD_CLIENT, "client");
}

#define BESIDE_BYTES \
    .on_connect = connect_told, .on_end = end_told, .on_ack = ack_told, \
    .on_timeout = timeout_told, .on_poll = poll_told, .on_error = error_told, \
    .on_disconnect = disconnect_told

const struct ax_client_callbacks with_data = {BESIDE_BYTES, .on_data = data_told};
const struct ax_client_callbacks with_packets = {BESIDE_BYTES, .on_packet = packet_told};
const struct ax_client_callbacks with_none = {0};

/* ---- into a state */

int callback_setup(void **unused)
{
    (void)unused;
    fake_port_init();
    exec_reset();
    fake_stack_start();
    ax_clock_start_held(0);
    memset(&service, 0, sizeof service);
    memset(&server, 0, sizeof server);
    memset(probes, 0, sizeof probes);
    on_told = NULL;
    on_bytes = NULL;
    on_acked = NULL;
    words_len = 0;
    assert_int_equal(ax_callback_task_start(&service), AX_OK);
    return 0;
}

int callback_teardown(void **unused)
{
    (void)unused;
    on_told = NULL;
    for (unsigned n = 0; n < PROBES; n++)
        take_back(&probes[n]);
    ax_server_end(&server);
    ax_callback_task_stop(&service);
    for (unsigned n = 0; n < PROBES; n++)
        if (probes[n].client.service == &service)
            ax_client_free(&probes[n].client);
    run();
    for (unsigned n = 0; n < PROBES; n++)
        assert_true(ax_client_is_released(&probes[n].client));
    assert_true(ax_server_is_released(&server));
    assert_int_equal(ax_timers_armed(), 0);
    assert_int_equal(ax_exec_stats().tasks, 0);
    return 0;
}

void run(void)
{
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned rounds = 0; ax_run_once(); rounds++)
            assert_true(rounds < 1000);
        fake_stack_run();
    }
}

void advance(uint32_t ms)
{
    assert_int_equal(ax_clock_advance(&(struct ax_advance){.ms = ms}, 0), AX_OK);
    while (ax_clock_is_advancing())
        ax_run_once();
    run();
}

static bool given_up[PROBES];
enum { USED_OTHERWISE = CLIENT_CONNECTED }; /* who reads on takes it for one that goes on */

void give_up(struct probe *probe)
{
    given_up[probe - probes] = true;
    memset(probe, USED_OTHERWISE, sizeof *probe);
    ASAN_POISON_MEMORY_REGION(probe, sizeof *probe);
}

bool is_given_up(const struct probe *probe) { return given_up[probe - probes]; }

void take_back(struct probe *probe)
{
    const uint8_t *bytes = (const uint8_t *)probe;

    if (!is_given_up(probe))
        return;
    given_up[probe - probes] = false;
    ASAN_UNPOISON_MEMORY_REGION(probe, sizeof *probe);
    for (size_t i = 0; i < sizeof *probe; i++)
        if (bytes[i] != USED_OTHERWISE)
            fail_msg("byte %zu of a client that was given up has changed", i);
    memset(probe, 0, sizeof *probe);
}

struct probe *prepared(unsigned n, const struct ax_client_callbacks *calls)
{
    struct probe *probe = &probes[n];
    struct ax_tcp_config rings = {probe->rx, sizeof probe->rx, probe->tx, sizeof probe->tx};

    memset(probe, 0, sizeof *probe);
    assert_int_equal(ax_tcp_init(&probe->tcp, &rings), AX_OK);
    ax_client_init(&probe->client, &service, calls, &probe->tcp);
    return probe;
}

struct probe *connected(unsigned n, const struct ax_client_callbacks *calls)
{
    struct probe *probe = prepared(n, calls);

    assert_int_equal(ax_client_connect(&probe->client, NULL, &peer, 0), AX_OK);
    run();
    net_tcp_established(&probe->tcp);
    run();
    (void)told();
    return probe;
}

void serve_with(unsigned clients, const struct ax_client_callbacks *calls)
{
    assert_int_equal(ax_server_begin(&server, &service, &here, AX_LISTEN_DROP, on_client), AX_OK);
    for (unsigned n = 0; n < clients; n++)
        assert_int_equal(ax_server_lend(&server, &prepared(n, calls)->client), AX_OK);
    run();
}

/* ---- the peer */

static struct probe *probe_of(struct ax_tcp *tcp)
{
    return (struct probe *)((char *)tcp - offsetof(struct probe, tcp));
}

struct probe *comes(void)
{
    struct ax_tcp *tcp = net_listener_front(&server.listener);

    assert_non_null(tcp);
    net_listener_take(&server.listener, tcp, &here, &peer);
    net_tcp_established(tcp);
    run();
    return probe_of(tcp);
}

void says(struct probe *probe, const char *text)
{
    net_tcp_received(&probe->tcp, text, strlen(text));
    run();
}

void says_bytes(struct probe *probe, size_t len)
{
    static const uint8_t bytes[PROBE_RX];

    net_tcp_received(&probe->tcp, bytes, len);
    run();
}

void acks(struct probe *probe, uint32_t len)
{
    net_tcp_acked(&probe->tcp, len);
    run();
}

void ends(struct probe *probe)
{
    net_tcp_peer_fin(&probe->tcp);
    run();
}

void resets(struct probe *probe)
{
    net_tcp_ended(&probe->tcp, AX_E_RESET);
    net_tcp_detached(&probe->tcp);
    run();
}

void acks_our_end(struct probe *probe)
{
    net_tcp_fin_acked(&probe->tcp);
    if (ax_tcp_state(&probe->tcp) == AX_TCP_CLOSED)
        net_tcp_detached(&probe->tcp);
    run();
}
