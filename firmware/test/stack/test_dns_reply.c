/* SPDX-License-Identifier: BSD-3-Clause */
/* What a name server says, octet by octet; and any octets at all, each message in a block
 * of its own so that a step beyond its end is seen. AX_FUZZ_SEED=N chooses others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stack/dns_reply.h"

enum { ID = 0x1234, MESSAGE_MAX = 512, MESSAGES = 200000 };

#define NAME "host.example"
#define QUESTION "\4host\7example\0\0\1\0\1"
#define HEADER(flags, answers) "\x12\x34" flags "\0\1\0" answers "\0\0\0\0"
#define ANSWER(answers) HEADER("\x81\x80", answers) QUESTION
#define TO_NAME "\xc0\x0c"
#define TO_EXAMPLE "\xc0\x11"
#define BEHIND "\xc0\x2a" /* what the first record's data is */
#define A_RECORD(ttl) "\0\1\0\1" ttl "\0\4\xc0\0\2\x21"
#define TTL "\0\0\1\x2c"

static struct dns_reply reply;

static bool read(const void *octets, size_t len)
{
    uint8_t *block = malloc(len + (len == 0));
    bool is_one;

    memcpy(block, octets, len);
    is_one = dns_reply_read(&reply, (struct ax_span){block, len}, ID, NAME);
    free(block);
    return is_one;
}

/* The zero behind a string is none of it. */
#define READ(message) read(message, sizeof(message) - 1)

static void an_address_is_read_with_its_time(void **unused)
{
    (void)unused;
    assert_true(READ(ANSWER("\1") TO_NAME A_RECORD(TTL)));
    assert_int_equal(reply.says, DNS_SAYS_ADDRESS);
    assert_int_equal(reply.ttl_s, 300);
}

static void a_time_with_its_first_bit_set_is_none(void **unused)
{
    (void)unused;
    assert_true(READ(ANSWER("\1") TO_NAME A_RECORD("\x80\0\0\0")));
    assert_int_equal(reply.ttl_s, 0);
    assert_true(READ(ANSWER("\1") TO_NAME A_RECORD("\x7f\xff\xff\xff")));
    assert_int_equal(reply.ttl_s, 0x7fffffff);
}

static void another_name_leads_on(void **unused)
{
    (void)unused;
    assert_true(
        READ(ANSWER("\2") TO_NAME "\0\5\0\1\0\0\0\x0a\0\7\4real" TO_EXAMPLE BEHIND A_RECORD(TTL)));
    assert_int_equal(reply.says, DNS_SAYS_ADDRESS);
    assert_int_equal(reply.ttl_s, 10);
}

static void an_address_of_nobody_who_was_named_spoils_it(void **unused)
{
    (void)unused;
    assert_false(READ(ANSWER("\1") "\4real" TO_EXAMPLE A_RECORD(TTL)));
    assert_false(READ(ANSWER("\2") "\4real" TO_EXAMPLE A_RECORD(TTL) TO_NAME A_RECORD(TTL)));
}

static void other_kinds_are_passed(void **unused)
{
    (void)unused;
    assert_true(READ(ANSWER("\2") TO_NAME "\0\x10\0\1" TTL "\0\2\1a" TO_NAME A_RECORD(TTL)));
    assert_int_equal(reply.says, DNS_SAYS_ADDRESS);
    assert_true(READ(ANSWER("\1") TO_NAME "\0\x10\0\1" TTL "\0\2\1a"));
    assert_int_equal(reply.says, DNS_SAYS_NO_NAME);
}

static void other_classes_are_passed(void **unused)
{
    (void)unused;
    assert_true(
        READ(ANSWER("\2") TO_NAME "\0\1\0\3\0\0\0\1\0\4\xcb\0\x71\x42" TO_NAME A_RECORD(TTL)));
    assert_int_equal(reply.says, DNS_SAYS_ADDRESS);
    assert_int_equal(reply.ttl_s, 300);
}

static void what_it_says_without_an_address(void **unused)
{
    (void)unused;
    assert_true(READ(ANSWER("\0")));
    assert_int_equal(reply.says, DNS_SAYS_NO_NAME);
    assert_true(READ(HEADER("\x81\x83", "\0") QUESTION));
    assert_int_equal(reply.says, DNS_SAYS_NO_NAME);
    assert_true(READ(HEADER("\x83\x80", "\0") QUESTION));
    assert_int_equal(reply.says, DNS_SAYS_CUT);
    assert_true(READ(HEADER("\x81\x82", "\0") QUESTION));
    assert_int_equal(reply.says, DNS_CANNOT_SAY);
}

static void an_error_counts_for_more_than_an_address(void **unused)
{
    (void)unused;
    assert_true(READ(HEADER("\x81\x82", "\1") QUESTION TO_NAME A_RECORD(TTL)));
    assert_int_equal(reply.says, DNS_CANNOT_SAY);
}

static void only_our_question_is_answered(void **unused)
{
    (void)unused;
    assert_false(READ(HEADER("\x01\x80", "\0") QUESTION));
    assert_false(READ(HEADER("\x89\x80", "\0") QUESTION));
    assert_false(READ("\x12\x34\x81\x80\0\0\0\1\0\0\0\0" QUESTION TO_NAME A_RECORD(TTL)));
    assert_false(READ("\x12\x34\x81\x80\0\2\0\1\0\0\0\0" QUESTION TO_NAME A_RECORD(TTL)));
    assert_false(READ(HEADER("\x81\x80", "\0") "\4host\7exampld\0\0\1\0\1"));
    assert_false(READ(HEADER("\x81\x80", "\0") "\4host\0\0\1\0\1"));
    assert_false(READ(HEADER("\x81\x80", "\0") "\4host\7example\3com\0\0\1\0\1"));
    assert_false(READ(HEADER("\x81\x80", "\0") "\x0chost.example\0\0\1\0\1"));
    assert_false(READ(HEADER("\x81\x80", "\0") "\5host\0\7example\0\0\1\0\1"));
    assert_false(READ(HEADER("\x81\x80", "\0") "\4host\7example\0\0\x1c\0\1"));
    assert_false(READ(HEADER("\x81\x80", "\0") "\4host\7example\0\0\1\0\3"));
    assert_true(READ(HEADER("\x81\x80", "\0") "\4HOST\7eXample\0\0\1\0\1"));
}

static void pointers_lead_back_or_nowhere(void **unused)
{
    (void)unused;
    assert_false(READ(ANSWER("\1") "\xc0\x1e" A_RECORD(TTL)));
    assert_false(READ(ANSWER("\1") "\xc0\x20" A_RECORD(TTL)));
    assert_false(READ(ANSWER("\1") "\xc0\x00" A_RECORD(TTL)));
    assert_false(READ(ANSWER("\1") "\1a\xc0\x1e" A_RECORD(TTL)));
    assert_false(READ(ANSWER("\1") "\xc0"));
}

/* A record whose owner is so long: labels, and the question's name. */
static bool read_with_owner_of(size_t octets)
{
    static const char head[] = ANSWER("\1"), tail[] = TO_NAME "\0\x10\0\1" TTL "\0\2\1a";
    uint8_t message[MESSAGE_MAX];
    size_t at = sizeof head - 1, left = octets - sizeof "\4host\7example";

    memcpy(message, head, at);
    while (left != 0) {
        size_t label = left < 64 ? left : 64;
        memset(message + at, 'a', label);
        message[at] = (uint8_t)(label - 1);
        at += label;
        left -= label;
    }
    memcpy(message + at, tail, sizeof tail - 1);
    return read(message, at + sizeof tail - 1);
}

static void a_name_is_255_octets_long_at_most(void **unused)
{
    (void)unused;
    assert_true(read_with_owner_of(255));
    assert_false(read_with_owner_of(256));
}

static void a_count_beyond_what_is_there_spoils_it(void **unused)
{
    (void)unused;
    assert_false(READ(ANSWER("\2") TO_NAME A_RECORD(TTL)));
    assert_false(READ("\x12\x34\x81\x80\0\1\xff\xff\0\0\0\0" QUESTION TO_NAME A_RECORD(TTL)));
}

static void no_beginning_is_an_answer(void **unused)
{
    static const char whole[] = ANSWER("\1") TO_NAME A_RECORD(TTL);

    (void)unused;
    for (size_t len = 0; len < sizeof whole - 1; len++)
        assert_false(read(whole, len));
}

static uint32_t state;

static uint32_t below(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

/* Octets that mean something, where they may hurt. */
static size_t spoil(uint8_t *message, size_t len)
{
    static const uint8_t telling[] = {0, 1, 4, 5, 12, 30, 42, 63, 64, 0x80, 0x83, 0xc0, 0xff};

    for (uint32_t count = below(8); count > 0 && len > 0; count--)
        message[below((uint32_t)len)] = telling[below(sizeof telling)];
    for (; below(3) == 0 && len < MESSAGE_MAX; len++)
        message[len] = telling[below(sizeof telling)];
    return below(4) == 0 ? below((uint32_t)len + 1) : len;
}

/* A step beyond the end is for the sanitizers to see; here it is to end, and to say
 * nothing but what it can. */
static void any_octets_will_do(void **unused)
{
    static const char two[] =
        ANSWER("\2") TO_NAME "\0\5\0\1\0\0\0\x0a\0\7\4real" TO_EXAMPLE BEHIND A_RECORD(TTL);
    const char *seed = getenv("AX_FUZZ_SEED");
    unsigned said[DNS_CANNOT_SAY + 1] = {0}, refused = 0;

    (void)unused;
    state = seed ? (uint32_t)strtoul(seed, NULL, 0) | 1 : 1;
    for (unsigned i = 0; i < MESSAGES; i++) {
        uint8_t message[MESSAGE_MAX];
        memcpy(message, two, sizeof two - 1);
        if (read(message, spoil(message, sizeof two - 1))) {
            assert_in_range(reply.says, DNS_SAYS_ADDRESS, DNS_CANNOT_SAY);
            said[reply.says]++;
        } else {
            refused++;
        }
    }
    assert_true(refused > MESSAGES / 10);
    for (unsigned says = 0; says <= DNS_CANNOT_SAY; says++)
        assert_true(said[says] > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_read_with_its_time),
        cmocka_unit_test(a_time_with_its_first_bit_set_is_none),
        cmocka_unit_test(another_name_leads_on),
        cmocka_unit_test(an_address_of_nobody_who_was_named_spoils_it),
        cmocka_unit_test(other_kinds_are_passed),
        cmocka_unit_test(other_classes_are_passed),
        cmocka_unit_test(what_it_says_without_an_address),
        cmocka_unit_test(an_error_counts_for_more_than_an_address),
        cmocka_unit_test(only_our_question_is_answered),
        cmocka_unit_test(pointers_lead_back_or_nowhere),
        cmocka_unit_test(a_name_is_255_octets_long_at_most),
        cmocka_unit_test(a_count_beyond_what_is_there_spoils_it),
        cmocka_unit_test(no_beginning_is_an_answer),
        cmocka_unit_test(any_octets_will_do),
    };

    return cmocka_run_group_tests_name("dns reply", tests, NULL, NULL);
}
