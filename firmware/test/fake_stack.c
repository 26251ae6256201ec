/* SPDX-License-Identifier: BSD-3-Clause */
#include "fake_stack.h"

#include <assert.h>

unsigned fake_tcp_wants;

void fake_stack_start(void)
{
    static const struct net_path path = {.address = {FAKE_ADDR, 0xffffff00, PEER_ADDR},
                                         .datagram_max = 1472,
                                         .listeners = 2,
                                         .tcp_sockets = 32,
                                         .udp_sockets = 2,
                                         .fin_wait_2_ms = FIN_WAIT_2_MS};

    net_set_path(&path);
}

void stack_tcp_connect(struct ax_tcp *tcp)
{
    net_tcp_attached(tcp, &(struct ax_endpoint){FAKE_ADDR, 50000});
}

void stack_tcp_apply_options(struct ax_tcp *tcp) { (void)tcp; }

void stack_tcp_begin_reopening(void) {}

uint32_t fake_held_id;

bool stack_udp_holds(const struct ax_udp *udp, uint32_t id)
{
    (void)udp;
    return id == fake_held_id;
}

void stack_tcp_pass_on(struct ax_tcp *asked)
{
    struct ax_tcp *tcp, *place;

    while (asked->listener && (place = net_held_first(asked->listener, &tcp)) != NULL)
        net_held_passed_on(place, tcp);
}

static void serve(struct ax_tcp *tcp, unsigned wants)
{
    fake_tcp_wants |= wants;
    if (wants == NET_PASS_ON) {
        net_calls.pass_on(tcp);
        return;
    }
    if (wants & (NET_RESET | NET_FORGET | NET_LET_GO)) {
        net_tcp_detached(tcp);
        return;
    }
    if (wants & NET_CONNECT)
        net_calls.connect(tcp);
    if (!tcp->attached) { /* it ended meanwhile */
        net_tcp_detached(tcp);
        return;
    }
    if (ax_tcp_state(tcp) != AX_TCP_SYN_SENT)
        net_tcp_handed(tcp, ax_tcp_levels(tcp).tx - tcp->tx_handed);
    if (net_tcp_fin_due(tcp))
        net_tcp_fin_handed(tcp);
    tcp->rx_consumed = 0;
}

void fake_stack_run(void)
{
    struct ax_listener *listener;
    struct ax_tcp *tcp;
    struct ax_udp *udp;
    unsigned wants;

    fake_tcp_wants = 0;
    while ((listener = net_listener_wanting()) != NULL) {
        if (listener->open)
            net_listener_attached(listener);
        else
            net_listener_detached(listener);
    }
    while ((tcp = net_tcp_wanting(&wants)) != NULL)
        serve(tcp, wants);
    while ((udp = net_udp_wanting(&wants)) != NULL) {
        if (wants & NET_UDP_CLOSE)
            net_udp_detached(udp);
        else if (wants & NET_UDP_BIND)
            net_udp_attached(udp);
    }
}

void given_tcp(struct ax_tcp *tcp, uint32_t rx_size, uint32_t tx_size)
{
    static uint8_t storage[8][4096];
    static unsigned next;
    uint8_t *rx = storage[next++ % 8], *tx = storage[next++ % 8];
    int err = ax_tcp_init(
        tcp, &(struct ax_tcp_config){
                 .rx_storage = rx, .rx_size = rx_size, .tx_storage = tx, .tx_size = tx_size});

    assert(err == AX_OK && rx_size <= sizeof *storage && tx_size <= sizeof *storage);
}

void given_established(struct ax_tcp *tcp, uint32_t rx_size, uint32_t tx_size)
{
    int err;

    given_tcp(tcp, rx_size, tx_size);
    err = ax_tcp_connect(tcp, NULL, &(struct ax_endpoint){PEER_ADDR, PEER_PORT}, 0);
    assert(err == AX_OK);
    fake_stack_run();
    net_tcp_established(tcp);
}

unsigned lent_to(const struct ax_listener *listener)
{
    unsigned count = 0;

    for (const struct ax_tcp *tcp = listener->sockets; tcp; tcp = tcp->lent_next)
        count += ax_tcp_state(tcp) == AX_TCP_LISTEN;
    return count;
}

static enum ax_poll sleep_on(struct ax_task *task)
{
    (void)task;
    return AX_PENDING;
}

static void run_tasks(void)
{
    for (int i = 0; i < 100 && ax_run_once(); i++)
        ;
}

void watcher_start(struct watcher *watcher)
{
    int err;

    watcher->task = (struct ax_task){.poll = sleep_on, .name = "watcher"};
    err = ax_task_start(&watcher->task);
    assert(err == AX_OK);
    run_tasks();
    watcher->task.polls = 0;
}

void watcher_stop(struct watcher *watcher) { ax_task_stop(&watcher->task); }

bool watcher_was_woken(struct watcher *watcher)
{
    bool woken;

    run_tasks();
    woken = watcher->task.polls != 0;
    watcher->task.polls = 0;
    return woken;
}
