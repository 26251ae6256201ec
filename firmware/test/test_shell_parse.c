/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/err.h>

#include "shell/pattern.h"
#include "shell/request.h"

static struct request request;

static int read_words(const char *words) { return request_read(&request, words, false); }

static void words_are_what_spaces_part(void **unused)
{
    (void)unused;
    assert_int_equal(read_words("  tcp  open 1 "), AX_OK);
    assert_int_equal(request.count, 3);
    assert_true(request_word_is(&request, 0, "tcp"));
    assert_true(request_word_is(&request, 2, "1"));
    assert_false(request_word_is(&request, 3, ""));
}

static void a_program_numbers_its_request(void **unused)
{
    (void)unused;
    assert_int_equal(request_read(&request, "@4294967295 id", true), AX_OK);
    assert_int_equal(request.number, UINT32_MAX);
    assert_true(request_word_is(&request, 0, "id"));
    assert_int_equal(request_read(&request, "@0x10 id", true), AX_OK);
    assert_int_equal(request.number, 16);
}

static void a_request_without_a_number_has_number_0(void **unused)
{
    static const char *const lines[] = {"@",      "@ 1 id",         "@0 id",           "@1x id",
                                        "@-1 id", "@4294967296 id", "@0x100000000 id", "@0x id"};

    (void)unused;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(request_read(&request, lines[i], true), SHELL_E_BAD_NUMBER);
        assert_int_equal(request.number, 0);
        assert_memory_equal(request.fault, "@", 1);
    }
}

static void too_many_words_name_the_first_too_many(void **unused)
{
    (void)unused;
    assert_int_equal(read_words("a b c d e f g h i j k l M n"), SHELL_E_USAGE);
    assert_string_equal(request.fault, "M");
}

static void numbers_are_decimal_or_hexadecimal(void **unused)
{
    uint32_t value;

    (void)unused;
    read_words("0 4294967295 0xFfFfFfFf 007");
    assert_int_equal(request_number(&request, 0, 0, 9, &value), AX_OK);
    assert_int_equal(value, 0);
    assert_int_equal(request_number(&request, 1, 0, UINT32_MAX, &value), AX_OK);
    assert_int_equal(value, UINT32_MAX);
    assert_int_equal(request_number(&request, 2, 0, UINT32_MAX, &value), AX_OK);
    assert_int_equal(value, UINT32_MAX);
    assert_int_equal(request_number(&request, 3, 7, 7, &value), AX_OK);
}

static void what_is_no_number_in_range_is_named(void **unused)
{
    static const char *const words[] = {
        "4294967296", "99999999999999999999999", "-1", "+1", "1a", "0x", "0xg", "1.", "x",
        "0x1ffffffff"};
    uint32_t value;

    (void)unused;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        read_words(words[i]);
        assert_int_equal(request_number(&request, 0, 0, UINT32_MAX, &value), SHELL_E_BAD_NUMBER);
        assert_string_equal(request.fault, words[i]);
    }
    read_words("4 11");
    assert_int_equal(request_number(&request, 0, 5, 10, &value), SHELL_E_BAD_NUMBER);
    assert_int_equal(request_number(&request, 1, 5, 10, &value), SHELL_E_BAD_NUMBER);
}

static void endpoints_may_be_any(void **unused)
{
    struct ax_endpoint endpoint;

    (void)unused;
    read_words("10.0.0.255:65535 *:7 *");
    assert_int_equal(request_endpoint(&request, 0, &endpoint), AX_OK);
    assert_int_equal(endpoint.addr, 0x0a0000ff);
    assert_int_equal(endpoint.port, 65535);
    assert_int_equal(request_endpoint(&request, 1, &endpoint), AX_OK);
    assert_int_equal(endpoint.addr, 0);
    assert_int_equal(endpoint.port, 7);
    assert_int_equal(request_endpoint(&request, 2, &endpoint), AX_OK);
    assert_int_equal(endpoint.port, 0);
}

static void what_is_no_endpoint_is_named(void **unused)
{
    static const char *const words[] = {
        "10.0.0.1",        "10.0.0:7",   "10.0.0.256:7", "1.2.3.4:65536",
        "1.2.3.4:",        "1.2.3.4:7x", "*7",           "**",
        "1.2.3.4.5:7",     ":7",         "0x1.2.3.4:7",  "1..3.4:7",
        "1.2.3.4:0x10000", "a"};
    struct ax_endpoint endpoint;
    uint32_t addr;

    (void)unused;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        read_words(words[i]);
        assert_int_equal(request_endpoint(&request, 0, &endpoint), SHELL_E_BAD_ADDRESS);
        assert_string_equal(request.fault, words[i]);
    }
    read_words("1.2.3.4:5");
    assert_int_equal(request_address(&request, 0, &addr), SHELL_E_BAD_ADDRESS);
}

static void a_key_and_its_value(void **unused)
{
    uint32_t value = 0;
    int err;

    (void)unused;
    read_words("ttl=64 ttl=256 ttlx=1 ttl=");
    assert_true(request_key(&request, 0, "ttl", 255, &err, &value));
    assert_int_equal(err, AX_OK);
    assert_int_equal(value, 64);
    assert_true(request_key(&request, 1, "ttl", 255, &err, &value));
    assert_int_equal(err, SHELL_E_BAD_NUMBER);
    assert_string_equal(request.fault, "ttl=256");
    assert_false(request_key(&request, 2, "ttl", 255, &err, &value));
    assert_true(request_key(&request, 3, "ttl", 255, &err, &value));
    assert_int_equal(err, SHELL_E_BAD_NUMBER);
}

static void data_is_hex_text_or_pattern(void **unused)
{
    struct data data;
    uint8_t bytes[8];

    (void)unused;
    read_words("hex:48656C6c6f text:a=b:c pattern:1:0xffffffff:4294967295 hex: text:");
    assert_int_equal(request_data(&request, 0, 5, &data), AX_OK);
    data_copy(&data, 0, bytes, data.len);
    assert_memory_equal(bytes, "Hello", 5);
    assert_int_equal(request_data(&request, 1, 99, &data), AX_OK);
    data_copy(&data, 2, bytes, 3);
    assert_memory_equal(bytes, "b:c", 3);
    assert_int_equal(request_data(&request, 2, UINT32_MAX, &data), AX_OK);
    assert_int_equal(data.len, UINT32_MAX);
    data_copy(&data, 1, bytes, 1);
    assert_int_equal(bytes[0], pattern_byte(1, 0));
    assert_int_equal(request_data(&request, 3, 0, &data), AX_OK);
    assert_int_equal(request_data(&request, 4, 0, &data), AX_OK);
}

static void what_is_no_data_is_named(void **unused)
{
    static const char *const words[] = {
        "hex:1",         "hex:1g",          "hello",         "hex",
        "pattern:1:2",   "pattern:1:2:",    "pattern::2:3",  "pattern:1:2:3:4",
        "pattern:a:2:3", "pattern:1:2:300", "text:too-long", ""};
    struct data data;

    (void)unused;
    for (size_t i = 0; i + 1 < sizeof words / sizeof words[0]; i++) {
        read_words(words[i]);
        assert_int_equal(request_data(&request, 0, 5, &data), SHELL_E_BAD_DATA);
        assert_string_equal(request.fault, words[i]);
    }
}

static void the_pattern_is_the_one_of_the_protocol(void **unused)
{
    static const uint8_t from_5_of_seed_7[] = {0x5f, 0x53, 0xea, 0xab, 0xd5, 0x9f, 0x42, 0x7d};
    uint8_t bytes[16];
    uint32_t at = UINT32_MAX;

    (void)unused;
    pattern_fill(bytes, sizeof bytes, 7, 5);
    assert_memory_equal(bytes, from_5_of_seed_7, sizeof from_5_of_seed_7);
    assert_int_equal(pattern_byte(UINT32_MAX, 4), 0); /* the seed wraps, and mix(0) is 0 */
    assert_int_equal(pattern_check(bytes, sizeof bytes, 7, 5, &at), 0);
    assert_int_equal(at, UINT32_MAX);
    bytes[3] ^= 1;
    bytes[9] ^= 1;
    assert_int_equal(pattern_check(bytes, sizeof bytes, 7, 5, &at), 2);
    assert_int_equal(at, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_what_spaces_part),
        cmocka_unit_test(a_program_numbers_its_request),
        cmocka_unit_test(a_request_without_a_number_has_number_0),
        cmocka_unit_test(too_many_words_name_the_first_too_many),
        cmocka_unit_test(numbers_are_decimal_or_hexadecimal),
        cmocka_unit_test(what_is_no_number_in_range_is_named),
        cmocka_unit_test(endpoints_may_be_any),
        cmocka_unit_test(what_is_no_endpoint_is_named),
        cmocka_unit_test(a_key_and_its_value),
        cmocka_unit_test(data_is_hex_text_or_pattern),
        cmocka_unit_test(what_is_no_data_is_named),
        cmocka_unit_test(the_pattern_is_the_one_of_the_protocol),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
