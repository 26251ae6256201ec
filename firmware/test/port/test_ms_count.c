/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/ms_count.h"

/* The two counters there are: 25 MHz of 32 bits, 12.5 MHz of 24. */
static const struct {
    uint32_t mask, ticks_per_ms;
} counters[] = {{UINT32_MAX, 25000}, {0xffffff, 12500}};

static struct ms_count clock;

static void no_tick_is_lost_in_any_number_of_wraps(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        uint32_t per = counters[i].ticks_per_ms, mask = counters[i].mask;
        uint32_t step = mask / 3 * 2 + 1;
        uint64_t ticks = 0xffff;
        ms_count_start(&clock, mask, per, 0xffff);

        for (unsigned looks = 0; looks < 100000; looks++) {
            ticks += step;
            assert_int_equal(ms_count_look(&clock, (uint32_t)ticks & mask),
                             (uint32_t)((ticks - 0xffff) / per));
        }
    }
}

static void looking_often_makes_no_time_up(void **state)
{
    (void)state;
    ms_count_start(&clock, UINT32_MAX, 25000, 0);
    for (uint32_t count = 0; count < 25000 * 40; count += 7)
        assert_int_equal(ms_count_look(&clock, count), count / 25000);
}

static void a_sleep_ends_with_the_millisecond_and_not_before(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        uint32_t per = counters[i].ticks_per_ms;
        ms_count_start(&clock, counters[i].mask, per, 0);
        (void)ms_count_look(&clock, per * 5 + 1234);

        uint32_t ticks = ms_count_ticks_until(&clock, 3);

        assert_int_equal(ms_count_look(&clock, per * 5 + 1234 + ticks - 1), 7);
        assert_int_equal(ms_count_look(&clock, per * 5 + 1234 + ticks), 8);
    }
}

static void no_sleep_is_so_long_that_a_wrap_could_be_missed(void **state)
{
    const uint32_t long_times[] = {86000, 171798, 1000000, UINT32_MAX - 1, UINT32_MAX};
    (void)state;
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++) {
        ms_count_start(&clock, counters[i].mask, counters[i].ticks_per_ms, 0);
        for (size_t n = 0; n < sizeof long_times / sizeof *long_times; n++)
            assert_int_equal(ms_count_ticks_until(&clock, long_times[n]), counters[i].mask / 2);
    }
}

static void the_alarm_is_never_set_to_no_ticks(void **state)
{
    (void)state;
    ms_count_start(&clock, 0xffffff, 12500, 0);
    (void)ms_count_look(&clock, 12499);
    assert_int_equal(ms_count_ticks_until(&clock, 1), 1);
    assert_int_equal(ms_count_ticks_until(&clock, 0), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_tick_is_lost_in_any_number_of_wraps),
        cmocka_unit_test(looking_often_makes_no_time_up),
        cmocka_unit_test(a_sleep_ends_with_the_millisecond_and_not_before),
        cmocka_unit_test(no_sleep_is_so_long_that_a_wrap_could_be_missed),
        cmocka_unit_test(the_alarm_is_never_set_to_no_ticks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
