/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/boot_word.h"

/* As the bench writes it: words, low byte first. */
static struct boot_word written(const char *magic, uint32_t flags)
{
    struct boot_word word = {
        .flags = flags, .held_at_ms = 4000000000, .seed_low = 0x9abcdef0, .seed_high = 0x12345678};

    memcpy(&word.magic, magic, sizeof word.magic);
    return word;
}

static void what_was_never_written_says_nothing(void **state)
{
    struct boot_word noise;
    struct ax_boot boot;
    (void)state;
    memset(&noise, 0xa5, sizeof noise);

    boot = boot_word_read(&noise);

    assert_false(boot.held);
    assert_false(boot.seeded);
}

static void each_flag_brings_its_number_and_no_other(void **state)
{
    struct boot_word held = written("AXBW", BOOT_WORD_HELD);
    struct boot_word seeded = written("AXBW", BOOT_WORD_SEEDED);
    (void)state;

    assert_true(boot_word_read(&held).held);
    assert_int_equal(boot_word_read(&held).held_at, 4000000000);
    assert_false(boot_word_read(&held).seeded);
    assert_int_equal(boot_word_read(&held).seed, 0);
    assert_true(boot_word_read(&seeded).seeded);
    assert_true(boot_word_read(&seeded).seed == 0x123456789abcdef0);
    assert_false(boot_word_read(&seeded).held);
    assert_int_equal(boot_word_read(&seeded).held_at, 0);
}

static void a_damaged_magic_or_an_unknown_flag_says_nothing(void **state)
{
    struct boot_word damaged = written("BXBW", BOOT_WORD_HELD | BOOT_WORD_SEEDED);
    struct boot_word newer = written("AXBW", BOOT_WORD_HELD | BOOT_WORD_SEEDED | 4);
    (void)state;

    assert_false(boot_word_read(&damaged).held);
    assert_false(boot_word_read(&damaged).seeded);
    assert_false(boot_word_read(&newer).held);
    assert_false(boot_word_read(&newer).seeded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_never_written_says_nothing),
        cmocka_unit_test(each_flag_brings_its_number_and_no_other),
        cmocka_unit_test(a_damaged_magic_or_an_unknown_flag_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
