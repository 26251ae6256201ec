/* SPDX-License-Identifier: BSD-3-Clause */
/* An address by DHCP as a future, over a client that does what it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ax/dhcp_future.h>

#include "fake_debug.h"
#include "fake_stack.h"

static struct watcher watcher;
static struct ax_dhcp_future future;

static int setup(void **unused)
{
    (void)unused;
    fake_debug_init();
    watcher_start(&watcher);
    ax_dhcp(&future);
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    watcher_stop(&watcher);
    return 0;
}

static int poll(void) { return ax_future_poll(&future.future, watcher.task.self); }

static void bound(void)
{
    fake_dhcp.bound = true;
    ax_event_signal(&fake_dhcp.news);
}

static void it_is_done_with_the_lease(void **unused)
{
    (void)unused;
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    assert_false(watcher_was_woken(&watcher));
    bound();
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_OK);
    assert_int_equal(future.lease.address.addr, FAKE_ADDR);
    assert_int_equal(future.lease.seconds, 600);
    assert_int_equal(fake_dhcp.starts, 1);
    ax_future_withdraw(&future.future);
    assert_true(fake_dhcp.running);
}

static void a_client_that_is_refused_is_no_wait(void **unused)
{
    (void)unused;
    fake_dhcp.refusal = AX_E_IN_USE;
    assert_int_equal(poll(), AX_E_IN_USE);
    assert_false(fake_dhcp.running);
}

static void withdrawn_it_ends_the_client_that_it_started(void **unused)
{
    (void)unused;
    poll();
    ax_future_withdraw(&future.future);
    assert_false(fake_dhcp.running);
}

static void withdrawn_it_leaves_a_client_that_ran(void **unused)
{
    (void)unused;
    fake_dhcp.running = true;
    poll();
    ax_future_withdraw(&future.future);
    assert_true(fake_dhcp.running);
}

static void withdrawn_before_the_first_poll_it_starts_none(void **unused)
{
    (void)unused;
    ax_future_withdraw(&future.future);
    assert_int_equal(fake_dhcp.starts, 0);
}

static void it_says_when_the_client_is_ended(void **unused)
{
    (void)unused;
    poll();
    ax_dhcp_release();
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_E_ABORTED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_is_done_with_the_lease),
        TEST(a_client_that_is_refused_is_no_wait),
        TEST(withdrawn_it_ends_the_client_that_it_started),
        TEST(withdrawn_it_leaves_a_client_that_ran),
        TEST(withdrawn_before_the_first_poll_it_starts_none),
        TEST(it_says_when_the_client_is_ended),
    };

    return cmocka_run_group_tests_name("dhcp future", tests, NULL, NULL);
}
