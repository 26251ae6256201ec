/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/seeded_random.h"

/* The reference values of SplitMix64 for the seed 1234567: a run of that seed is
 * the same on every port, and for ever. */
static void the_sequence_is_splitmix64(void **state)
{
    static const uint64_t expected[] = {6457827717110365317, 3203168211198807973,
                                        9817491932198370423U};
    struct seeded_random random = {.state = 1234567};
    uint8_t bytes[sizeof expected];
    (void)state;

    for (size_t done = 0, n = 1; done < sizeof bytes; done += n, n = done % 5)
        seeded_random_fill(&random, bytes + done,
                           n < sizeof bytes - done ? n : sizeof bytes - done);

    for (size_t i = 0; i < sizeof bytes; i++)
        assert_int_equal(bytes[i], (uint8_t)(expected[i / 8] >> (8 * (i % 8))));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sequence_is_splitmix64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
