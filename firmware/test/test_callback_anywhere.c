/* SPDX-License-Identifier: BSD-3-Clause */
/* Every action that an application can take, inside every callback: the table is all of
 * one against all of the other, for a client that connects and for one of a pool. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "callback_watch.h"

static struct probe *const self = &probes[0], *const other = &probes[1];

/* ---- what is done, once */

static void act_close(void) { (void)ax_client_close(&self->client); }
static void act_abort(void) { ax_client_abort(&self->client); }
static void act_close_other(void) { (void)ax_client_close(&other->client); }
static void act_abort_other(void) { ax_client_abort(&other->client); }
static void act_write(void) { watch_written(self, ax_client_write(&self->client, "reply", 5)); }
static void act_ack(void) { (void)ax_client_ack(&self->client, self->client.held); }

static void act_free(void)
{
    ax_client_free(&self->client);
    watch_freed(self);
}

static void act_free_other(void)
{
    ax_client_free(&other->client);
    watch_freed(other);
}

/* As soon as it may be, the storage is something else: here, or when all has run. */
static void act_give_up(void)
{
    act_free();
    if (ax_client_is_released(&self->client))
        give_up(self);
}

static void act_give_up_if_released(void)
{
    if (!ax_client_is_released(&self->client))
        return;
    watch_freed(self);
    give_up(self);
}

static void act_connect(void)
{
    if (ax_client_connect(&self->client, NULL, &peer, 0) == AX_OK)
        watch_begun(self);
}

static void act_lend(void)
{
    if (ax_server_lend(&server, &self->client) == AX_OK)
        watch_lent(self);
}

/* Begins otherwise: the same storage is another client at once. */
static void act_begin_anew(void)
{
    act_free();
    if (!ax_client_is_released(&self->client))
        return;
    (void)prepared(0, &with_data);
    watch_prepared(self);
    act_connect();
}

static void act_end_server(void)
{
    ax_server_end(&server);
    watch_server_ended();
}

static void act_stop(void)
{
    ax_callback_task_stop(&service);
    watch_freed(self);
    watch_freed(other);
}

static void act_set_times(void)
{
    (void)ax_client_set_times(&self->client, &(struct ax_client_times){5, 5, 5});
}

static const struct {
    const char *name;
    void (*act)(void);
} actions[] = {
    {"close", act_close},
    {"abort", act_abort},
    {"free", act_free},
    {"free and use the storage", act_give_up},
    {"free and begin another", act_begin_anew},
    {"use the storage if released", act_give_up_if_released},
    {"connect", act_connect},
    {"lend", act_lend},
    {"write", act_write},
    {"ack", act_ack},
    {"set times", act_set_times},
    {"close another", act_close_other},
    {"abort another", act_abort_other},
    {"free another", act_free_other},
    {"end the server", act_end_server},
    {"stop the task", act_stop},
};

static const char *const event_names[TOLD_EVENTS] = {
    "on_connect", "on_client",  "on_data", "on_packet", "on_end",
    "on_ack",     "on_timeout", "on_poll", "on_error",  "on_disconnect",
};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static struct cell {
    enum told_event event;
    unsigned action;
    bool in_pool, packets;
    bool late; /* the connection is over before anything is told of it */
    char name[96];
} cells[TOLD_EVENTS * ACTIONS * 8], *now;
static bool done; /* the action was taken */

static void act_once(struct probe *probe, enum told_event event)
{
    watch_told(probe, event);
    if (done || probe != self || event != now->event)
        return;
    done = true;
    actions[now->action].act();
}

enum { LIFE_STEPS = 12 };

/* ---- a life in which everything is told; what the action has made impossible is left out */

static bool may_speak(const struct ax_tcp *tcp)
{
    switch (ax_tcp_state(tcp)) {
    case AX_TCP_ESTABLISHED:
    case AX_TCP_FIN_WAIT_1:
    case AX_TCP_FIN_WAIT_2: return true;
    default: return false;
    }
}

static bool is_there(void) { return !is_given_up(self) && self->client.service == &service; }

static void peer_answers(void)
{
    struct ax_tcp *tcp = &self->tcp;

    if (ax_tcp_state(tcp) == AX_TCP_SYN_SENT)
        net_tcp_established(tcp);
    if (ax_tcp_state(tcp) == AX_TCP_LISTEN && net_listener_front(&server.listener) == tcp) {
        net_listener_take(&server.listener, tcp, &here, &peer);
        net_tcp_established(tcp);
    }
    run();
}

static void peer_speaks(void)
{
    if (may_speak(&self->tcp))
        watch_peer_says(self, 5);
    run();
}

static void peer_acknowledges(void)
{
    if (self->tcp.tx_handed != 0)
        net_tcp_acked(&self->tcp, self->tcp.tx_handed);
    run();
}

static void peer_finishes(void)
{
    if (may_speak(&self->tcp))
        net_tcp_peer_fin(&self->tcp);
    run();
}

static void peer_resets(void)
{
    if (self->tcp.attached && ax_tcp_state(&self->tcp) > AX_TCP_SYN_SENT) {
        net_tcp_ended(&self->tcp, AX_E_RESET);
        net_tcp_detached(&self->tcp);
    }
    run();
}

static void we_write(void)
{
    act_write();
    run();
}

static void time_passes(void) { advance(20); }

/* What comes before a reset is told when the socket is released already. */
static void peer_does_all_at_once(void)
{
    struct ax_tcp *tcp = &self->tcp;

    if (ax_tcp_state(tcp) == AX_TCP_LISTEN)
        net_listener_take(&server.listener, tcp, &here, &peer);
    net_tcp_established(tcp);
    watch_peer_says(self, 5);
    net_tcp_peer_fin(tcp);
    peer_resets();
}

static void (*const late_life[LIFE_STEPS])(void) = {peer_does_all_at_once, peer_answers,
                                                    peer_speaks, time_passes, peer_resets};
static void (*const whole_life[LIFE_STEPS])(void) = {
    peer_answers,  peer_speaks, we_write,    peer_acknowledges, we_write,    time_passes,
    peer_finishes, time_passes, peer_resets, peer_answers,      peer_resets,
};

static void begin_life(void)
{
    const struct ax_client_callbacks *calls = now->packets ? &with_packets : &with_data;

    assert_int_equal(ax_server_begin(&server, &service, &here, AX_LISTEN_DROP, on_client), AX_OK);
    (void)prepared(0, calls);
    watch_prepared(self);
    (void)ax_client_set_times(&self->client, &(struct ax_client_times){10, 10, 10});
    if (now->in_pool)
        act_lend();
    else
        act_connect();
    (void)connected(1, calls);
    watch_prepared(other);
    watch_begun(other);
    watch_told(other, TOLD_CONNECT);
}

static void anything_may_be_done_in_any_callback(void **cell)
{
    now = *cell;
    done = false;
    watch_start();
    begin_life();
    on_told = act_once;
    on_bytes = watch_bytes;
    on_acked = watch_acked;

    for (unsigned step = 0; step < LIFE_STEPS && is_there(); step++) {
        void (*happens)(void) = (now->late ? late_life : whole_life)[step];
        if (happens)
            happens();
        watch_at_rest();
    }

    assert_true(done);
    if (!is_given_up(self) && actions[now->action].act == act_give_up) {
        assert_true(ax_client_is_released(&self->client));
        give_up(self);
    }
    on_told = watch_told;
    run();
}

/* ---- the table */

static bool is_told_of(enum told_event event, bool in_pool, bool packets, bool late)
{
    if (late && (event == TOLD_ACK || event == TOLD_TIMEOUT || event == TOLD_POLL))
        return false;
    if (event == TOLD_CONNECT || event == TOLD_CLIENT)
        return (event == TOLD_CLIENT) == in_pool;
    if (event == TOLD_DATA || event == TOLD_PACKET)
        return (event == TOLD_PACKET) == packets;
    return true;
}

static unsigned fill_cells(struct CMUnitTest *tests)
{
    unsigned count = 0;

    for (unsigned i = 0; i < TOLD_EVENTS * ACTIONS * 8; i++) {
        struct cell *cell = &cells[count];
        cell->event = (enum told_event)(i / 8 / ACTIONS);
        cell->action = i / 8 % ACTIONS;
        cell->in_pool = i & 1;
        cell->packets = i & 2;
        cell->late = i & 4;
        if (!is_told_of(cell->event, cell->in_pool, cell->packets, cell->late))
            continue;
        snprintf(cell->name, sizeof cell->name, "%s in %s of a %s with %s%s",
                 actions[cell->action].name, event_names[cell->event],
                 cell->in_pool ? "pool" : "connect", cell->packets ? "packets" : "data",
                 cell->late ? ", late" : "");
        tests[count] = (struct CMUnitTest){.name = cell->name,
                                           .test_func = anything_may_be_done_in_any_callback,
                                           .setup_func = callback_setup,
                                           .teardown_func = callback_teardown,
                                           .initial_state = cell};
        count++;
    }
    return count;
}

int main(void)
{
    static struct CMUnitTest tests[TOLD_EVENTS * ACTIONS * 8];

    return _cmocka_run_group_tests("callback_anywhere", tests, fill_cells(tests), NULL, NULL);
}
