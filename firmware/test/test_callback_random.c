/* SPDX-License-Identifier: BSD-3-Clause */
/* Clients, a server, peers and time at random, for many steps of a seed. Whatever comes,
 * each client is told in order, of every byte once, of its end once, and no wake is lost
 * (callback_watch.h). One seed alone: the program's argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "callback_watch.h"
#include "fake_port.h"

enum { SEEDS = 50, STEPS = 20000 };

static uint32_t state;

static uint32_t below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

static bool one_in(uint32_t many) { return below(many) == 0; }

static struct probe *any(void) { return &probes[below(PROBES)]; }

static bool is_there(const struct probe *probe)
{
    return !is_given_up(probe) && probe->client.service == &service;
}

/* ---- the application: in callbacks and beside them */

static void prepare(struct probe *probe)
{
    take_back(probe);
    (void)prepared((unsigned)(probe - probes), one_in(2) ? &with_data : &with_packets);
    watch_prepared(probe);
}

static void begin(struct probe *probe)
{
    if (one_in(2)) {
        if (ax_client_connect(&probe->client, NULL, &peer, one_in(2) ? 0 : 1 + below(50)) == AX_OK)
            watch_begun(probe);
    } else if (ax_server_lend(&server, &probe->client) == AX_OK) {
        watch_lent(probe);
    }
}

static void write_some(struct probe *probe)
{
    static const char bytes[PROBE_TX + 4];
    size_t len = below(sizeof bytes), space = ax_client_space(&probe->client);
    bool add = one_in(2);
    int taken = add ? ax_client_add(&probe->client, bytes, len)
                    : ax_client_write(&probe->client, bytes, len);

    if (len != 0 && space != 0) /* it says exactly what it took */
        assert_int_equal(taken, len < space ? len : space);
    watch_written(probe, taken);
    if (add && one_in(2))
        (void)ax_client_send(&probe->client);
}

static void free_it(struct probe *probe)
{
    ax_client_free(&probe->client);
    watch_freed(probe);
}

static void set_times(struct probe *probe)
{
    struct ax_client_times times = {below(30), below(30), below(30)};

    assert_int_equal(ax_client_set_times(&probe->client, &times), AX_OK);
}

static void act(struct probe *probe)
{
    if (!is_there(probe))
        return;
    if (ax_client_is_idle(&probe->client) && one_in(2)) {
        begin(probe);
        return;
    }
    switch (below(16)) {
    case 0: (void)ax_client_close(&probe->client); break;
    case 1: ax_client_abort(&probe->client); break;
    case 2: free_it(probe); break;
    case 3: set_times(probe); break;
    case 4: begin(probe); break;
    case 5:
    case 6:
    case 7:
    case 8:
    case 9: (void)ax_client_ack(&probe->client, below(probe->client.held + 1)); break;
    default: write_some(probe); break;
    }
}

static void in_a_callback(struct probe *probe, enum told_event event)
{
    watch_told(probe, event);
    fake_now_ms += below(4); /* it takes time, where time runs */
    if (one_in(4))
        act(one_in(3) ? any() : probe);
}

static void renew(struct probe *probe)
{
    if (is_given_up(probe) || !probe->client.service) {
        prepare(probe);
        return;
    }
    if (one_in(8) && ax_client_is_released(&probe->client)) {
        watch_freed(probe);
        give_up(probe);
    }
}

static void server_ends_or_begins(void)
{
    if (ax_server_status(&server).listening) {
        ax_server_end(&server);
        watch_server_ended();
    } else if (ax_server_is_released(&server)) {
        assert_int_equal(ax_server_begin(&server, &service, &here, AX_LISTEN_DROP, on_client),
                         AX_OK);
    }
}

/* ---- the peer, as far as the connection allows it */

static bool is_one_of(const struct ax_tcp *tcp, unsigned states)
{
    return tcp->attached && (states >> ax_tcp_state(tcp) & 1);
}

enum {
    SPEAKS = 1u << AX_TCP_ESTABLISHED | 1u << AX_TCP_FIN_WAIT_1 | 1u << AX_TCP_FIN_WAIT_2,
    OUR_FIN = 1u << AX_TCP_FIN_WAIT_1 | 1u << AX_TCP_CLOSING | 1u << AX_TCP_LAST_ACK,
    OPENING = 1u << AX_TCP_SYN_SENT | 1u << AX_TCP_SYN_RECEIVED,
};

static void peer_opens(struct ax_tcp *tcp)
{
    if (ax_tcp_state(tcp) == AX_TCP_LISTEN && net_listener_front(&server.listener) == tcp)
        net_listener_take(&server.listener, tcp, &here, &peer);
    else if (is_one_of(tcp, OPENING) && one_in(4))
        net_tcp_ended(tcp, AX_E_REFUSED);
    else if (is_one_of(tcp, OPENING))
        net_tcp_established(tcp);
    if (ax_tcp_state(tcp) == AX_TCP_CLOSED || ax_tcp_state(tcp) == AX_TCP_LISTEN)
        net_tcp_detached(tcp);
}

static void peer_speaks(struct probe *probe)
{
    uint32_t room = PROBE_RX - ax_tcp_levels(&probe->tcp).rx;

    if (is_one_of(&probe->tcp, SPEAKS) && room != 0)
        watch_peer_says(probe, 1 + below(one_in(8) ? room : room < 40 ? room : 40));
}

static void peer_acknowledges(struct ax_tcp *tcp)
{
    if (tcp->attached && tcp->tx_handed != 0 && ax_tcp_state(tcp) != AX_TCP_CLOSED)
        net_tcp_acked(tcp, 1 + below(tcp->tx_handed));
    if (is_one_of(tcp, OUR_FIN) && tcp->fin_sent && tcp->tx_handed == 0 && one_in(2))
        net_tcp_fin_acked(tcp);
    if (ax_tcp_state(tcp) == AX_TCP_CLOSED)
        net_tcp_detached(tcp);
}

static void peer_resets(struct ax_tcp *tcp)
{
    if (!tcp->attached || ax_tcp_state(tcp) <= AX_TCP_SYN_SENT)
        return;
    net_tcp_ended(tcp, AX_E_RESET);
    net_tcp_detached(tcp);
}

static void peer_acts(struct probe *probe)
{
    if (!is_there(probe))
        return;
    switch (below(16)) {
    case 0:
        if (is_one_of(&probe->tcp, SPEAKS))
            net_tcp_peer_fin(&probe->tcp);
        break;
    case 1: peer_resets(&probe->tcp); break;
    case 2:
    case 3:
    case 4:
    case 5:
    case 6: peer_acknowledges(&probe->tcp); break;
    case 7:
    case 8:
    case 9:
    case 10: peer_opens(&probe->tcp); break;
    default: peer_speaks(probe); break;
    }
}

/* ---- a seed's steps */

static void time_passes(void)
{
    if (ax_clock_is_held())
        advance(below(20));
    else
        fake_now_ms += below(20);
    if (!one_in(20))
        return;
    if (ax_clock_is_held())
        assert_int_equal(ax_clock_run(), AX_OK);
    else
        ax_clock_hold();
}

static void step(void)
{
    switch (below(12)) {
    case 0: time_passes(); break;
    case 1: renew(any()); break;
    case 2: act(any()); break;
    case 3:
        if (one_in(50))
            server_ends_or_begins();
        break;
    case 4: fake_stack_run(); break;
    case 5:
    case 6: (void)ax_run_once(); break;
    case 7:
        run();
        watch_at_rest();
        break;
    default: peer_acts(any()); break;
    }
}

static uint32_t told_of[TOLD_EVENTS];

static void count(struct probe *probe, enum told_event event)
{
    told_of[event]++;
    in_a_callback(probe, event);
}

static void whatever_comes_each_client_is_told_in_order_and_once(void **seed)
{
    state = (uint32_t)(uintptr_t)*seed;
    print_message("seed %u\n", (unsigned)state);
    watch_start();
    on_told = count;
    on_bytes = watch_bytes;
    on_acked = watch_acked;
    server_ends_or_begins();
    for (unsigned steps = 0; steps < STEPS; steps++)
        step();
    run();
    watch_at_rest();
}

static void everything_was_told_of_many_times(void **unused)
{
    (void)unused;
    for (unsigned event = 0; event < TOLD_EVENTS; event++)
        print_message("event %u was told %u times\n", event, (unsigned)told_of[event]);
    for (unsigned event = 0; event < TOLD_EVENTS; event++)
        if (told_of[event] < 1000)
            fail_msg("event %u was told %u times", event, (unsigned)told_of[event]);
}

int main(int argc, char **argv)
{
    static struct CMUnitTest tests[SEEDS + 1];
    unsigned count_of = argc > 1 ? 1 : SEEDS;

    for (unsigned n = 0; n < count_of; n++) {
        uintptr_t seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1 + n * 7919;
        tests[n] = (struct CMUnitTest){
            .name = "whatever_comes_each_client_is_told_in_order_and_once",
            .test_func = whatever_comes_each_client_is_told_in_order_and_once,
            .setup_func = callback_setup,
            .teardown_func = callback_teardown,
            .initial_state = (void *)seed,
        };
    }
    if (argc == 1)
        tests[count_of++] = (struct CMUnitTest)cmocka_unit_test(everything_was_told_of_many_times);
    return _cmocka_run_group_tests("callback_random", tests, count_of, NULL, NULL);
}
