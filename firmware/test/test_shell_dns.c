/* SPDX-License-Identifier: BSD-3-Clause */
/* Names at the shell, over a resolver that says what it is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_debug.h"
#include "typist.h"

enum { ADDR = 0x0a000021 };

static void expect_said(const char *said)
{
    if (!strstr(typist_said(), said))
        fail_msg("'%s' was not said: '%s'", said, typist_said());
}

static void a_name_is_told_with_its_address(void **unused)
{
    (void)unused;
    typist_expect("future dns text:host.example", "ok future=1");
    assert_string_equal(fake_dns.name, "host.example");
    typist_expect("future 1", "ok result=would-block done=0");
    typist_forget();
    fake_dns_say(AX_OK, ADDR);
    typist_run();
    expect_said("!0 future future=1 result=0 addr=10.0.0.33 done=0");
    typist_expect("future 1", "ok result=0 addr=10.0.0.33 done=0");
    typist_expect("future withdraw 1", "ok result=0 addr=10.0.0.33 done=0");
}

static void a_name_that_is_not_has_none(void **unused)
{
    (void)unused;
    typist_expect("future dns text:host.example", "ok future=1");
    typist_forget();
    fake_dns_say(AX_E_NO_NAME, 0);
    typist_run();
    expect_said("!0 future future=1 result=no-name done=0");
    typist_expect("future withdraw 1", "ok result=no-name done=0");
}

static void any_bytes_are_a_name_to_ask_for(void **unused)
{
    (void)unused;
    typist_expect("future dns hex:61ff20", "ok future=1");
    assert_string_equal(fake_dns.name, "a\xff ");
    typist_expect("future withdraw 1", "ok result=aborted done=0");
    assert_int_equal(fake_dns.withdrawn, 1);
    typist_expect("future dns name", "err bad-data name");
}

static void servers_are_set_and_shown(void **unused)
{
    (void)unused;
    typist_expect("dns servers 10.0.0.1 10.0.0.53", "ok");
    typist_expect("dns", "ok server=10.0.0.1 other_server=10.0.0.53 asked=1 known=2");
    typist_expect("dns servers 10.0.0.9 10.0.0", "err bad-address 10.0.0");
    typist_expect("dns", "ok server=10.0.0.1 other_server=10.0.0.53 asked=1 known=2");
}

static void what_is_known_is_forgotten_when_told(void **unused)
{
    (void)unused;
    typist_expect("dns forget", "ok");
    assert_int_equal(fake_dns.forgotten, 1);
}

static void names_are_among_the_levels(void **unused)
{
    (void)unused;
    assert_non_null(strstr(typist_ask("mem"), " names=3 "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, typist_start, typist_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_name_is_told_with_its_address),      TEST(a_name_that_is_not_has_none),
        TEST(any_bytes_are_a_name_to_ask_for),      TEST(servers_are_set_and_shown),
        TEST(what_is_known_is_forgotten_when_told), TEST(names_are_among_the_levels),
    };

    return cmocka_run_group_tests_name("shell dns", tests, NULL, NULL);
}
