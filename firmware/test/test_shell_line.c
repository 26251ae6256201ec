/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static struct line line;
static char screen[65536]; /* all that was echoed */
static size_t screen_len;

static void echo(void *context, const char *bytes, size_t len)
{
    (void)context;
    assert_true(len < sizeof screen - screen_len);
    memcpy(screen + screen_len, bytes, len);
    screen_len += len;
    screen[screen_len] = '\0';
}

static int begin(void **unused)
{
    (void)unused;
    memset(&line, 0, sizeof line);
    line.echo = echo;
    screen_len = 0;
    screen[0] = '\0';
    return 0;
}

static enum line_result type(const char *bytes)
{
    enum line_result result = LINE_OPEN;

    for (; *bytes != '\0'; bytes++)
        result = line_take(&line, (uint8_t)*bytes);
    return result;
}

static void expect_command(const char *typed, const char *command)
{
    assert_int_equal(type(typed), LINE_COMMAND);
    assert_string_equal(line.text, command);
    assert_int_equal(line.fault, LINE_GOOD);
}

static void a_person_sees_a_prompt_and_what_is_typed(void **unused)
{
    (void)unused;
    expect_command("help\r", "help");
    assert_string_equal(screen, "> help\r\n");
}

static void a_program_sees_nothing(void **unused)
{
    (void)unused;
    assert_int_equal(type("@12 tcp send 1 text:a\x01\n"), LINE_REQUEST);
    assert_string_equal(screen, "");
}

static void a_request_is_kept_as_it_is(void **unused)
{
    (void)unused;
    assert_int_equal(type("@1 a  b\r"), LINE_REQUEST);
    assert_string_equal(line.text, "@1 a  b");
    assert_int_equal(type("@2 c\n"), LINE_REQUEST);
    assert_string_equal(line.text, "@2 c");
}

static void cr_lf_ends_one_line_and_not_two(void **unused)
{
    (void)unused;
    assert_int_equal(type("@1 a\r"), LINE_REQUEST);
    assert_int_equal(type("\n"), LINE_OPEN);
    assert_string_equal(screen, "");
    assert_int_equal(type("@2 b\r\n@3 c\r"), LINE_REQUEST);
    assert_string_equal(line.text, "@3 c");
}

static void an_empty_line_brings_the_prompt(void **unused)
{
    (void)unused;
    assert_int_equal(type("\r"), LINE_OPEN);
    assert_string_equal(screen, "> \r\n> ");
}

static void a_request_behind_a_prompt_begins_a_new_line(void **unused)
{
    (void)unused;
    type("\r@1");
    assert_string_equal(screen, "> \r\n> \r\n");
    assert_false(line_is_shown(&line));
}

static void keys_edit_the_line(void **unused)
{
    static const struct {
        const char *typed, *command;
    } cases[] = {
        {"abx\bc\r", "abc"},
        {"abx\x7f"
         "c\r",
         "abc"},
        {"\b\bab\r", "ab"},
        {"bc\x01"
         "a\r",
         "abc"},
        {"ac\x1b[Db\r", "abc"},
        {"ac\x1b[D\x1b[D\x1b[D\x1b[C"
         "b\r",
         "abc"},
        {"ab\x01\x05"
         "c\r",
         "abc"},
        {"bc\x1b[Ha\x1b[Fd\r", "abcd"},
        {"abXY\x1b[D\x1b[D\x0b"
         "c\r",
         "abc"},
        {"XYab\x1b[D\x1b[D\x15\x05"
         "c\r",
         "abc"},
        {"ab  word \x17"
         "c\r",
         "ab  c"},
        {"aXb\x1b[D\x1b[D\x1b[3~\r", "ab"},
        {"a\x1b[1;5Cb\x1bxc\x1bOZd\r", "abcd"},
        {"\x02\x03 a\tb\r", " ab"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_command(cases[i].typed, cases[i].command);
}

static void up_and_down_walk_through_the_history(void **unused)
{
    (void)unused;
    type("one\rtwo\r");
    expect_command("\x1b[A\r", "two");
    expect_command("\x1b[A\x1b[A\x1b[A\r", "one");
    expect_command("\x1b[A\x1b[A\x1b[B!\r", "one!");
    assert_int_equal(type("\x1b[A\x1b[B\r"), LINE_OPEN);
}

static void the_history_forgets_the_oldest(void **unused)
{
    (void)unused;
    type("0\r1\r2\r3\r4\r5\r6\r7\r8\r");
    expect_command("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\r", "1");
}

static void type_many(size_t count)
{
    for (size_t i = 0; i < count; i++)
        type("x");
}

static void five_hundred_bytes_fit(void **unused)
{
    (void)unused;
    type("@");
    type_many(LINE_MAX_BYTES - 1);
    assert_int_equal(type("\n"), LINE_REQUEST);
    assert_int_equal(line.fault, LINE_GOOD);
    assert_int_equal(strlen(line.text), LINE_MAX_BYTES);
}

static void a_longer_request_is_at_fault(void **unused)
{
    (void)unused;
    type("@");
    type_many(LINE_MAX_BYTES);
    assert_int_equal(type("\n"), LINE_REQUEST);
    assert_int_equal(line.fault, LINE_TOO_LONG);
    assert_int_equal(type("@1 a\n"), LINE_REQUEST);
    assert_int_equal(line.fault, LINE_GOOD);
}

static void a_longer_command_is_at_fault_until_it_is_shortened(void **unused)
{
    (void)unused;
    type_many(LINE_MAX_BYTES + 1);
    assert_int_equal(line.fault, LINE_TOO_LONG);
    type("\b");
    assert_int_equal(line.fault, LINE_GOOD);
    type_many(2);
    assert_int_equal(type("\n"), LINE_COMMAND);
    assert_int_equal(line.fault, LINE_TOO_LONG);
}

static void bytes_outside_ascii_put_a_request_at_fault(void **unused)
{
    static const char *const requests[] = {"@1 a\tb\n", "@1 a\x7f\n", "@1 \x80\n", "@1 \xff\n"};

    (void)unused;
    for (size_t i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        assert_int_equal(type(requests[i]), LINE_REQUEST);
        assert_int_equal(line.fault, LINE_NOT_ASCII);
    }
}

static void expect_fault_word(const char *typed, const char *expected)
{
    char word[16];

    type(typed);
    assert_int_equal(type("\n"), LINE_REQUEST);
    line_fault_word(&line, word, sizeof word);
    assert_string_equal(word, expected);
}

static void the_word_at_fault_is_shown_and_cut_between_bytes(void **unused)
{
    (void)unused;
    expect_fault_word("@1 a\tb c\x01", "a\\x09b");
    expect_fault_word("@1 \xff", "\\xff");
    expect_fault_word("@1 \x01\x02\x03\x04 b", "\\x01\\x02\\x03");
    type("@1 ");
    type_many(LINE_MAX_BYTES - 6);
    expect_fault_word(" yz\x01", "yz");
    type("@1 ");
    type_many(LINE_MAX_BYTES - 6);
    expect_fault_word(" y z", "y");
}

static void a_line_hidden_is_shown_again_as_it_was(void **unused)
{
    (void)unused;
    type("abc\x1b[D");
    line_hide(&line);
    screen_len = 0;
    line_show(&line);
    assert_string_equal(screen, "> abc\x1b[001D");
    expect_command("X\r", "abXc");
}

static void a_key_shows_a_hidden_line(void **unused)
{
    (void)unused;
    type("ab");
    line_hide(&line);
    screen_len = 0;
    type("c");
    assert_string_equal(screen, "> abc");
}

static void no_key_echoes_more_than_promised(void **unused)
{
    (void)unused;
    type_many(LINE_MAX_BYTES - 1);
    type("\x01");
    screen_len = 0;
    type("y");
    assert_true(screen_len <= LINE_ECHO_MAX_BYTES);
    line_hide(&line);
    screen_len = 0;
    line_show(&line);
    assert_true(screen_len <= LINE_ECHO_MAX_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_person_sees_a_prompt_and_what_is_typed, begin),
        cmocka_unit_test_setup(a_program_sees_nothing, begin),
        cmocka_unit_test_setup(a_request_is_kept_as_it_is, begin),
        cmocka_unit_test_setup(cr_lf_ends_one_line_and_not_two, begin),
        cmocka_unit_test_setup(an_empty_line_brings_the_prompt, begin),
        cmocka_unit_test_setup(a_request_behind_a_prompt_begins_a_new_line, begin),
        cmocka_unit_test_setup(keys_edit_the_line, begin),
        cmocka_unit_test_setup(up_and_down_walk_through_the_history, begin),
        cmocka_unit_test_setup(the_history_forgets_the_oldest, begin),
        cmocka_unit_test_setup(five_hundred_bytes_fit, begin),
        cmocka_unit_test_setup(a_longer_request_is_at_fault, begin),
        cmocka_unit_test_setup(a_longer_command_is_at_fault_until_it_is_shortened, begin),
        cmocka_unit_test_setup(bytes_outside_ascii_put_a_request_at_fault, begin),
        cmocka_unit_test_setup(the_word_at_fault_is_shown_and_cut_between_bytes, begin),
        cmocka_unit_test_setup(a_line_hidden_is_shown_again_as_it_was, begin),
        cmocka_unit_test_setup(a_key_shows_a_hidden_line, begin),
        cmocka_unit_test_setup(no_key_echoes_more_than_promised, begin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
