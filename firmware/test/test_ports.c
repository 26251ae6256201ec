/* SPDX-License-Identifier: BSD-3-Clause */
/* Dynamic ports, chosen for TCP and UDP alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "fake_port.h"
#include "net/stack_side.h"

enum { FIRST = 49152, LAST = 65535 };

static uint16_t only_free;

static bool none_is_taken(const struct ax_endpoint *local)
{
    (void)local;
    return false;
}

static bool all_are_taken(const struct ax_endpoint *local)
{
    (void)local;
    return true;
}

static bool all_but_one_are_taken(const struct ax_endpoint *local)
{
    return local->port != only_free;
}

static uint16_t choose(void)
{
    struct ax_endpoint local = {0x0a000002, 0};

    assert_int_equal(net_choose_port(&local, none_is_taken), AX_OK);
    assert_int_equal(local.addr, 0x0a000002);
    return local.port;
}

static void it_is_one_of_the_dynamic_ports(void **unused)
{
    (void)unused;
    for (int i = 0; i < 1000; i++)
        assert_in_range(choose(), FIRST, LAST);
}

static void the_next_one_cannot_be_told_from_the_last(void **unused)
{
    int neighbours = 0;

    (void)unused;
    for (int i = 0; i < 100; i++)
        neighbours += choose() + 1 == choose();
    assert_in_range(neighbours, 0, 2);
}

static void the_only_free_one_is_found(void **unused)
{
    const uint16_t ports[] = {FIRST, FIRST + 1, 60000, LAST};

    (void)unused;
    for (unsigned i = 0; i < sizeof ports / sizeof *ports; i++) {
        struct ax_endpoint local = {0};
        only_free = ports[i];
        assert_int_equal(net_choose_port(&local, all_but_one_are_taken), AX_OK);
        assert_int_equal(local.port, ports[i]);
    }
}

static void with_all_taken_there_is_none(void **unused)
{
    struct ax_endpoint local = {0};

    (void)unused;
    assert_int_equal(net_choose_port(&local, all_are_taken), AX_E_IN_USE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_one_of_the_dynamic_ports),
        cmocka_unit_test(the_next_one_cannot_be_told_from_the_last),
        cmocka_unit_test(the_only_free_one_is_found),
        cmocka_unit_test(with_all_taken_there_is_none),
    };

    return cmocka_run_group_tests_name("ports", tests, NULL, NULL);
}
