/* SPDX-License-Identifier: BSD-3-Clause */
/* No refusal is without a word: the text names the token at fault and what is wrong with
 * it, the full table, or the way out (docs/bench-protocol.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_debug.h"
#include "fake_proxy_side.h"
#include "fake_stack.h"
#include "typist.h"

#define NO_PROXY "err state there is none: proxy start PREFIX MASK reset|drop|hold=PLACES"
#define NO_SERVER "err state there is none: callback serve PORT reset|drop"
#define A_PROXY "proxy start 198.51.100.0 255.255.255.0 drop"
#define HOSTS "198.51.100.7:53 192.0.2.9:4000"

/* A command, and the whole of its reply. */
struct asked {
    const char *command, *reply;
};

static void expect_each(const struct asked *asked, size_t count)
{
    for (size_t i = 0; i < count; i++)
        typist_expect(asked[i].command, asked[i].reply);
}

#define EXPECT(...) \
    do { \
        static const struct asked asked[] = {__VA_ARGS__}; \
        expect_each(asked, sizeof asked / sizeof asked[0]); \
    } while (0)

static int stop(void **state)
{
    static const char *const ends[] = {"proxy stop",
                                       "driver stop",
                                       "reactor stop",
                                       "callback unserve",
                                       "future withdraw 4",
                                       "future withdraw 3",
                                       "future withdraw 2",
                                       "future withdraw 1",
                                       "tcp destroy 1",
                                       "tcp destroy 2",
                                       "id"};

    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        typist_ask(ends[i]);
    return typist_stop(state);
}

static void what_is_not_there_is_said_to_be_missing_and_how_it_is_had(void **unused)
{
    (void)unused;
    EXPECT({"proxy", NO_PROXY}, {"proxy stop", NO_PROXY}, {"proxy tuples", NO_PROXY},
           {"proxy recv 9", NO_PROXY}, {"proxy send " HOSTS " text:x", NO_PROXY},
           {"proxy push pattern:1:0:40", NO_PROXY}, {"proxy pull", NO_PROXY},
           {"proxy wait end", NO_PROXY}, {"proxy unwait", NO_PROXY},
           {"driver unpark", "err state there is none: driver open PLACES"},
           {"driver look 1", "err state there is none: driver open PLACES"},
           {"reactor", "err state there is none: reactor open PLACES"},
           {"tcp open 9 9 through=callback", "ok sock=1"}, {"callback lend 1", NO_SERVER},
           {"callback no-delay 1", NO_SERVER},
           {"callback unserve", "err no-such there is none: callback serve PORT reset|drop"},
           {A_PROXY, "ok listener=1"},
           {"proxy pull", "err state it has no packet device: proxy start ... packets=N"},
           {"proxy push pattern:1:0:40",
            "err state it has no packet device: proxy start ... packets=N"},
           {"proxy unwait", "err state there is none that waits: proxy wait KIND"},
           {"poll 1 1", "err state it polls itself: poll hand"});
}

static void a_second_one_is_told_of_the_first_and_its_stop(void **unused)
{
    (void)unused;
    EXPECT({"driver open 1", "ok"}, {"driver open 1", "err state there is one: driver stop"},
           {"reactor open 1", "ok"}, {"reactor open 1", "err state there is one: reactor stop"},
           {"callback serve 7 drop", "ok"},
           {"callback serve 8 drop", "err state there is one: callback unserve"},
           {A_PROXY, "ok listener=1"}, {A_PROXY, "err state there is one: proxy stop"},
           {"proxy wait end", "ok"},
           {"proxy wait end", "err state there is one that waits: proxy unwait"});
}

static void a_full_table_is_named(void **unused)
{
    (void)unused;
    EXPECT({"driver open 1", "ok"}, {"reactor open 1", "ok"}, {"tcp open 9 9", "ok sock=1"},
           {"tcp open 9 9", "ok sock=2"}, {"tcp open 9 9", "ok sock=3"},
           {"tcp open 9 9", "ok sock=4"},
           {"tcp open 9 9", "err out-of-room too few tcp_sockets left"},
           {"udp open 9 1 9 1", "ok sock=1"}, {"udp open 9 1 9 1", "ok sock=2"},
           {"udp open 9 1 9 1", "err out-of-room too few udp_sockets left"},
           {"udp bind 1 *:7", "ok local=*:7"}, {"driver tcp 1 readable", "ok source=65536"},
           {"driver tcp 1 any", "err in-use 1 is a source"},
           {"driver tcp 2 any", "err memory too few places left: driver open PLACES"},
           {"driver udp 1 readable 100000", "err memory too few places left: driver open PLACES"},
           {"reactor recv-from 1 9", "ok op=65536"},
           {"reactor recv-from 1 9", "err memory too few places left: reactor open PLACES"},
           {"reactor recv-from 1 65535", "err out-of-room too few arena_bytes left"},
           {"watch udp 1 readable", "ok watch=1"}, {"watch udp 1 readable", "ok watch=2"},
           {"watch udp 1 readable", "ok watch=3"},
           {"watch udp 1 readable", "err out-of-room too few watches left"},
           {"pump udp-echo 1", "ok pump=1"}, {"pump udp-echo 1", "ok pump=2"},
           {"pump udp-echo 1", "err out-of-room too few pumps left"},
           {"future sleep 9", "ok future=1"}, {"future sleep 9", "ok future=2"},
           {"future sleep 9", "ok future=3"}, {"future sleep 9", "ok future=4"},
           {"future sleep 9", "err out-of-room too few futures left"},
           {"listen open *:7 hold=65", "err memory too few connections left"},
           {"listen open *:7 drop", "ok listener=1"}, {"listen open *:8 drop", "ok listener=2"},
           {"listen open *:9 drop", "err out-of-room too few listeners left"},
           {"callback serve 9 drop", "err memory too few tcp_listen left"});
}

static void an_id_that_is_none_is_named(void **unused)
{
    (void)unused;
    EXPECT({"driver open 2", "ok"}, {"reactor open 1", "ok"},
           {"driver look 1", "err arg 1 is no source"},
           {"driver clear 1 any", "err arg 1 is no source"},
           {"driver reregister 1 any", "err arg 1 is no source"},
           {"driver deregister 1", "err arg 1 is no source"},
           {"driver released 1", "err arg 1 is no source"},
           {"driver released 65536", "err arg 65536 is no source"}, {"tcp open 9 9", "ok sock=1"},
           {"driver tcp 1 any", "ok source=65536"}, {"driver released 65536", "ok released=0"},
           {"driver deregister 65536", "ok"}, {"driver poll 1", "err would-block"},
           {"driver released 65536", "ok released=1"},
           {"driver released 65537", "err arg 65537 is no source"},
           {"driver released 131072", "err arg 131072 is no source"},
           {"reactor within 7 9", "err arg 7 is no operation"},
           {"reactor within 7 4294967295", "err arg 4294967295"},
           {"reactor cancel 7", "err arg 7 is no operation"});
}

static void a_part_of_others_names_who_has_it(void **unused)
{
    (void)unused;
    EXPECT({"future sleep 9 hold", "ok future=1"}, {"future sleep 9", "ok future=2"},
           {"future select 1 1", "err in-use 1 is said twice"},
           {"future select 1 2", "err state 2 is not held"}, {"future join 1", "ok future=3"},
           {"future withdraw 1", "err state 1 is a part of 3: future withdraw 3"},
           {"future select 1", "err state 1 is a part of 3: future withdraw 3"},
           {"future select 2", "err state 2 is not held"},
           {"future select 1 2 3 4 5", "err usage future select F [F] [F] [F]"},
           {"future join 1 2 3 4 5", "err usage future join F [F] [F] [F]"});
    typist_ask("clock advance 9");
    EXPECT({"future select 2", "err state 2 is done"});
}

static void what_a_word_cannot_be_is_said_of_that_word(void **unused)
{
    (void)unused;
    fake_dns.refuses_servers = true;
    EXPECT(
        {"dns servers 224.0.0.1 10.0.0.1", "err arg each is the address of a host, or 0.0.0.0"},
        {"proxy start 198.51.100.1 255.255.255.0 drop",
         "err arg 198.51.100.1 and its MASK are no network of hosts"},
        {"proxy start 198.51.100.0 255.0.255.0 drop",
         "err arg 198.51.100.0 and its MASK are no network of hosts"},
        {"proxy start 198.51.100.0 0.0.0.0 drop", "err arg 0.0.0.0 needs packets=N"},
        {"proxy start 198.51.100.0 255.255.255.0 drop packets=1", "ok listener=1"},
        {"proxy send " HOSTS " text:x",
         "err state 198.51.100.7:53 has no tuple with that peer: proxy tuples"},
        {"proxy push hex:00", "err arg hex:00 is too short"},
        {"listen close 1", "err state 1 ends with its proxy: proxy stop"},
        {"tcp open 9 9 through=callback", "ok sock=1"}, {"callback serve 7 drop", "ok"},
        {"callback lend 1", "ok"}, {"callback lend 1", "err state 1 is not idle"},
        {"listen lend 1 1", "err state 1 is not free: it is lent, connected, or has unread bytes"},
        {"tcp open 9 9", "ok sock=2"}, {"listen lend 1 2", "ok"},
        {"listen lend 1 2", "err state 2 is not free: it is lent, connected, or has unread bytes"},
        {"udp open 9 1 9 1", "ok sock=1"},
        {"udp follow 1", "err state 1 is not bound: udp bind U EP"},
        {"tcp open 9 9 through=proxy", "err usage through=proxy is none of "
                                       "core|futures|readiness|reactor|callback"},
        {"udp open 9 1 9 1 through=x", "err usage through=x is none of "
                                       "core|futures|readiness|reactor|callback"},
        {"future dns hex:6100626364", "err bad-data hex:6100626364 has a 00 in it"},
        {"future dns text:a", "ok future=1"},
        {"serve echo 7 rx=0", "err arg connections, rx and tx are at least 1"},
        {"clock run", "ok now=0 held=0 next=none"});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, typist_start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_not_there_is_said_to_be_missing_and_how_it_is_had),
        TEST(a_second_one_is_told_of_the_first_and_its_stop),
        TEST(a_full_table_is_named),
        TEST(an_id_that_is_none_is_named),
        TEST(a_part_of_others_names_who_has_it),
        TEST(what_a_word_cannot_be_is_said_of_that_word),
    };

    return cmocka_run_group_tests_name("the shell's refusals", tests, NULL, NULL);
}
