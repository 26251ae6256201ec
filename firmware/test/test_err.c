/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <ax/err.h>

static void success_is_ok(void **state)
{
    (void)state;
    assert_string_equal(ax_err_name(AX_OK), "ok");
    assert_string_equal(ax_err_name(1460), "ok");
}

static void names_are_in_lower_case_with_dashes(void **state)
{
    (void)state;
    assert_string_equal(ax_err_name(AX_E_WOULD_BLOCK), "would-block");
    assert_string_equal(ax_err_name(AX_E_CONNECT_TIMEOUT), "connect-timeout");
    assert_string_equal(ax_err_name(AX_E_REAPED), "reaped");
}

static void every_error_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = AX_E_IDLE; a < 0; a++) {
        if (a > AX_E_CLOSED && a < AX_E_NO_ANSWER)
            continue;
        assert_string_not_equal(ax_err_name(a), "unknown");
        for (int b = a + 1; b <= 0; b++)
            if (strcmp(ax_err_name(b), "unknown") != 0)
                assert_string_not_equal(ax_err_name(a), ax_err_name(b));
    }
}

static void what_is_no_error_of_ours_is_unknown(void **state)
{
    (void)state;
    assert_string_equal(ax_err_name(AX_E_NO_ANSWER - 1), "unknown");
    assert_string_equal(ax_err_name(AX_E_IDLE - 1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(success_is_ok),
        cmocka_unit_test(names_are_in_lower_case_with_dashes),
        cmocka_unit_test(every_error_has_a_name_of_its_own),
        cmocka_unit_test(what_is_no_error_of_ours_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
