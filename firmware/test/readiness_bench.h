/* SPDX-License-Identifier: BSD-3-Clause */
/* A readiness driver over sockets over a fake stack. All is static and one test program has
 * it, so that its names stay short. */
#ifndef READINESS_BENCH_H
#define READINESS_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/readiness.h>

#include "fake_stack.h"

enum { PLACES = 4, EVENTS = 8, EITHER = AX_READABLE | AX_WRITABLE };

static struct ax_source places[PLACES];
static struct ax_readiness driver;
static struct ax_ready events[EVENTS];
static struct ax_tcp tcp, tcps[PLACES];
static struct watcher watcher, waiter;
static int a_token;

static inline int setup(void **unused)
{
    (void)unused;
    fake_stack_start();
    ax_readiness_init(&driver, places, PLACES);
    watcher_start(&watcher);
    watcher_start(&waiter);
    return 0;
}

static inline int teardown(void **unused)
{
    (void)unused;
    ax_tcp_destroy(&tcp);
    for (unsigned i = 0; i < PLACES; i++)
        ax_tcp_destroy(&tcps[i]);
    fake_stack_run();
    watcher_stop(&waiter);
    watcher_stop(&watcher);
    return 0;
}

static inline int poll(void)
{
    return ax_readiness_poll(&driver, events, EVENTS, watcher.task.self);
}

/* Nothing to tell, and whoever polls sleeps. */
static inline void assert_waits(void)
{
    (void)watcher_was_woken(&watcher); /* forgets what came before */
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));
}

/* One event, of `source`. */
static inline void assert_told(int source, unsigned ready)
{
    assert_int_equal(poll(), 1);
    assert_int_equal(events[0].source, source);
    assert_int_equal(events[0].ready, ready);
}

static inline void assert_woken_and_told(int source, unsigned ready)
{
    assert_true(watcher_was_woken(&watcher));
    assert_told(source, ready);
}

static inline int clear(unsigned interest)
{
    events[0].ready = interest;
    return ax_readiness_clear(&driver, &events[0]);
}

/* An established connection, registered for both ways; what was ready is told. */
static inline int given_source(struct ax_tcp *of)
{
    int source;

    given_established(of, 16, 4);
    source = ax_readiness_register_tcp(&driver, of, EITHER, &a_token);
    assert_true(source > 0);
    assert_told(source, AX_WRITABLE);
    return source;
}

#endif
