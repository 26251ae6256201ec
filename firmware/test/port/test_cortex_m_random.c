/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../port/cortex-m/chip.h"
#include "../../port/cortex-m/random.h"

enum { KEY = 16, WORD = sizeof(uint32_t) };
static const uint8_t mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 2};

static unsigned asked;

uint32_t chip_entropy(void) { return ++asked; }

static unsigned asked_for(size_t len)
{
    uint8_t bytes[KEY];

    asked = 0;
    ax_port_random(bytes, len);
    return asked;
}

/* Or a key of 128 bits would be no harder to guess than one word of noise. */
static void each_word_has_noise_of_its_own(void **state)
{
    (void)state;

    random_start(&(struct ax_boot){0}, mac);
    assert_int_equal(asked_for(KEY), KEY / WORD);
    assert_int_equal(asked_for(WORD + 1), 2);
    assert_int_equal(asked_for(1), 1);
}

static void a_seeded_run_takes_no_noise(void **state)
{
    (void)state;

    random_start(&(struct ax_boot){.seeded = true, .seed = 1234567}, mac);
    assert_int_equal(asked_for(KEY), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_word_has_noise_of_its_own),
        cmocka_unit_test(a_seeded_run_takes_no_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
