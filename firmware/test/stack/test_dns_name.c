/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <ax/dns.h>

#include "stack/dns_name.h"

#define SIXTY "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff"
#define LABEL SIXTY "123"
#define LONGEST LABEL "." LABEL "." LABEL "." SIXTY "x"

static void a_host_name_is_as_long_as_it_is(void **unused)
{
    (void)unused;
    assert_int_equal(dns_name_len("a"), 1);
    assert_int_equal(dns_name_len("host.example"), 12);
    assert_int_equal(dns_name_len("_x-1.A9"), 7);
    assert_int_equal(dns_name_len("1.2.3.x"), 7);
    assert_int_equal(dns_name_len(LABEL), 63);
    assert_int_equal(dns_name_len(LONGEST), AX_DNS_NAME_MAX);
}

static void a_dot_at_its_end_does_not_count(void **unused)
{
    (void)unused;
    assert_int_equal(dns_name_len("host.example."), 12);
    assert_int_equal(dns_name_len(LONGEST "."), AX_DNS_NAME_MAX);
}

static void what_no_host_is_called_has_no_length(void **unused)
{
    static const char *const bad[] = {
        "",       ".",    "..",    "a..b",          "a..",         ".a",        "a b",
        "a\n",    "a/b",  "*.a",   "a:53",          "\x80",        "a\xff",     LABEL "a",
        "10",     "10.",  "a.10",  "10.0.0.7",      "10.0.0.256",  LONGEST "y", LONGEST "yz",
        "a.10.0", "a.7.", "-10..", LABEL LABEL "b", "a." LABEL "a"};

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(dns_name_len(bad[i]), 0);
}

static void four_numbers_are_an_address(void **unused)
{
    uint32_t addr;

    (void)unused;
    assert_true(dns_name_is_address("10.0.0.7", &addr));
    assert_int_equal(addr, 0x0a000007);
    assert_true(dns_name_is_address("255.255.255.255", &addr));
    assert_int_equal(addr, 0xffffffff);
    assert_true(dns_name_is_address("0.0.0.0", &addr));
    assert_int_equal(addr, 0);
}

static void nothing_else_is(void **unused)
{
    static const char *const bad[] = {"",         "1",         "1.2.3",      "1.2.3.4.5",
                                      "1.2.3.4.", "1.2.3.256", "1.2.3.0004", "01.2.3.4",
                                      "1.2..4",   "1.2.3.x",   "0x1.2.3.4",  " 1.2.3.4",
                                      "1.2.3.4 ", "1.2.3.-4",  "1.2.3.4a",   "1.2.3.4294967300"};
    uint32_t addr = 1;

    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(dns_name_is_address(bad[i], &addr));
    assert_int_equal(addr, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_host_name_is_as_long_as_it_is),
        cmocka_unit_test(a_dot_at_its_end_does_not_count),
        cmocka_unit_test(what_no_host_is_called_has_no_length),
        cmocka_unit_test(four_numbers_are_an_address),
        cmocka_unit_test(nothing_else_is),
    };

    return cmocka_run_group_tests_name("dns name", tests, NULL, NULL);
}
