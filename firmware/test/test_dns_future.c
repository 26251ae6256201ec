/* SPDX-License-Identifier: BSD-3-Clause */
/* The address of a name as a future, over a resolver that says what it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ax/dns_future.h>

#include "fake_debug.h"
#include "fake_stack.h"

enum { ADDR = 0x0a000021 };

static struct watcher watcher;
static struct ax_dns_future future;

static int setup(void **unused)
{
    (void)unused;
    fake_debug_init();
    watcher_start(&watcher);
    ax_dns_resolve(&future, "host.example");
    return 0;
}

static int teardown(void **unused)
{
    (void)unused;
    watcher_stop(&watcher);
    return 0;
}

static int poll(void) { return ax_future_poll(&future.future, watcher.task.self); }

static void beginning_asks_nobody(void **unused)
{
    (void)unused;
    assert_null(fake_dns.name);
}

static void it_is_done_with_the_address(void **unused)
{
    (void)unused;
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    assert_string_equal(fake_dns.name, "host.example");
    assert_false(watcher_was_woken(&watcher));
    fake_dns_say(AX_OK, ADDR);
    assert_true(watcher_was_woken(&watcher));
    assert_int_equal(poll(), AX_OK);
    assert_int_equal(future.addr, ADDR);
}

static void it_asks_once(void **unused)
{
    (void)unused;
    poll();
    fake_dns.name = NULL;
    assert_int_equal(poll(), AX_E_WOULD_BLOCK);
    assert_null(fake_dns.name);
}

static void a_refusal_is_no_wait(void **unused)
{
    (void)unused;
    fake_dns.refusal = AX_E_ARG;
    assert_int_equal(poll(), AX_E_ARG);
}

static void how_a_question_ends_is_its_result(void **unused)
{
    (void)unused;
    poll();
    fake_dns_say(AX_E_NO_NAME, 0);
    assert_int_equal(poll(), AX_E_NO_NAME);
}

static void withdrawn_it_withdraws_the_question(void **unused)
{
    (void)unused;
    poll();
    ax_future_withdraw(&future.future);
    assert_int_equal(fake_dns.withdrawn, 1);
    assert_int_equal(poll(), AX_E_ABORTED);
}

static void withdrawn_before_the_first_poll_there_was_none(void **unused)
{
    (void)unused;
    ax_future_withdraw(&future.future);
    assert_int_equal(fake_dns.withdrawn, 0);
    assert_null(fake_dns.name);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(beginning_asks_nobody),
        TEST(it_is_done_with_the_address),
        TEST(it_asks_once),
        TEST(a_refusal_is_no_wait),
        TEST(how_a_question_ends_is_its_result),
        TEST(withdrawn_it_withdraws_the_question),
        TEST(withdrawn_before_the_first_poll_there_was_none),
    };

    return cmocka_run_group_tests_name("dns future", tests, NULL, NULL);
}
