/* SPDX-License-Identifier: BSD-3-Clause */
/* A reactor over futures over sockets over a fake stack. All is static and one test program
 * has it, so that its names stay short. */
#ifndef REACTOR_BENCH_H
#define REACTOR_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/reactor.h>

#include "fake_stack.h"

enum { PLACES = 4, POISON = 0xa5 };

static struct ax_operation table[PLACES];
static struct ax_reactor reactor;
static struct ax_completion done;
static struct ax_tcp tcp, other;
static struct ax_listener listener;
static struct ax_udp udp;
static struct watcher watcher, waiter;
static uint8_t got[64];

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT}, here = {0, 80};

static inline int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    ax_reactor_init(&reactor, table, PLACES);
    watcher_start(&watcher);
    watcher_start(&waiter);
    ax_clock_hold();
    memset(got, 0, sizeof got);
    return 0;
}

static inline int teardown(void **unused)
{
    (void)unused;
    ax_tcp_destroy(&tcp);
    ax_tcp_destroy(&other);
    ax_udp_close(&udp);
    ax_listener_close(&listener);
    fake_stack_run();
    assert_int_equal(ax_timers_armed(), 0);
    watcher_stop(&waiter);
    watcher_stop(&watcher);
    return 0;
}

static inline void advance(uint32_t ms)
{
    assert_int_equal(ax_clock_advance(&(struct ax_advance){.ms = ms}, 0), AX_OK);
    while (ax_clock_is_advancing())
        ax_run_once();
}

static inline void process(void) { ax_reactor_process(&reactor, watcher.task.self); }

/* Nothing completes, and whoever processes sleeps. */
static inline void assert_waits(void)
{
    (void)watcher_was_woken(&watcher); /* forgets what came before */
    process();
    assert_int_equal(ax_reactor_next(&reactor, &done), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));
}

static inline void assert_next(int id, int result)
{
    assert_true(id > 0);
    assert_int_equal(ax_reactor_next(&reactor, &done), AX_OK);
    assert_int_equal(done.id, id);
    assert_int_equal(done.result, result);
}

static inline void assert_none(void)
{
    assert_int_equal(ax_reactor_next(&reactor, &done), AX_E_WOULD_BLOCK);
}

/* Woken, it completes that, and nothing else. */
static inline void assert_completes(int id, int result)
{
    assert_true(watcher_was_woken(&watcher));
    process();
    assert_next(id, result);
    assert_none();
}

static inline void peer_sends(struct ax_tcp *to, const char *bytes)
{
    net_tcp_received(to, bytes, strlen(bytes));
}

static inline void peer_acknowledges(struct ax_tcp *from, uint32_t len)
{
    fake_stack_run();
    net_tcp_acked(from, len);
}

#endif
