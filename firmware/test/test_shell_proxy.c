/* SPDX-License-Identifier: BSD-3-Clause */
/* The proxy's commands, over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fake_proxy_side.h"
#include "fake_stack.h"
#include "link/packets.h"
#include "net/stack_side.h"
#include "proxy/stack_side.h"
#include "typist.h"

static const struct ax_endpoint peer = {0xc0000209, 4000}, server = {0xc6336407, 53};

#define NO_PROXY "err state there is none: proxy start PREFIX MASK reset|drop|hold=PLACES"

static int stop(void **state)
{
    typist_ask("proxy stop");
    typist_ask("id");
    return typist_stop(state);
}

static void given_a_datagram(void)
{
    struct ax_span room;

    assert_int_equal(proxy_udp_room(fake_proxy, &server, &peer, 3, &room), AX_OK);
    memcpy(room.at, "ask", 3);
    net_udp_received(&fake_proxy->udp, 3, &peer, &server);
}

static void a_proxy_starts_once_and_tells_its_listener(void **unused)
{
    (void)unused;
    typist_expect("listen open *:80 reset", "ok listener=1");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 drop", "ok listener=2");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 drop",
                  "err state there is one: proxy stop");
    typist_expect("tcp open 10 10", "ok sock=1");
    typist_expect("listen lend 2 1", "ok");
    typist_expect("listen stats 2",
                  "ok syns=0 accepted=0 returned=0 reset=0 dropped=0 held=0 holding=0 lent=1");
    typist_expect("listen close 2", "err state 2 ends with its proxy: proxy stop");
    typist_expect("proxy stop", "ok");
    typist_expect("proxy stop", NO_PROXY);
    typist_expect("listen lend 2 1", "err no-such 2");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 reset tuples=9", "ok listener=2");
}

static void what_it_cannot_be_is_refused_and_takes_nothing(void **unused)
{
    (void)unused;
    typist_expect("proxy start 198.51.100.1 255.255.255.0 drop",
                  "err arg 198.51.100.1 and its MASK are no network of hosts");
    typist_expect("proxy start 0.0.0.0 0.0.0.0 drop", "err arg 0.0.0.0 needs packets=N");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 hold", "err usage hold");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 hold=33",
                  "err memory too few connections left");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 drop rings=1", "err usage rings=1");
    typist_expect("proxy start 198.51.100.0 255.255.255.0 drop packets=65",
                  "err bad-number packets=65");
    typist_expect("proxy", NO_PROXY);
    typist_expect("proxy tuples", NO_PROXY);
    typist_expect("proxy recv 1", NO_PROXY);
    typist_expect("proxy send 1.2.3.4:5 6.7.8.9:1 text:x", NO_PROXY);
    typist_expect("proxy push text:x", NO_PROXY);
    typist_expect("proxy pull", NO_PROXY);
}

static void datagrams_come_and_go_with_both_ends(void **unused)
{
    (void)unused;
    typist_expect("proxy start 198.51.100.0 255.255.255.0 drop", "ok listener=1");
    typist_expect("proxy recv 10", "err would-block");
    given_a_datagram();
    typist_expect("proxy recv 2", "err small need=3");
    typist_expect("proxy recv 3",
                  "ok n=3 from=192.0.2.9:4000 to=198.51.100.7:53 place=0 hex=61736b");
    typist_expect("proxy send 198.51.100.7:53 192.0.2.9:4000 text:answer", "ok id=1");
    typist_expect("proxy send 198.51.100.8:53 192.0.2.9:4000 text:answer",
                  "err state 198.51.100.8:53 has no tuple with that peer: proxy tuples");
    typist_expect("proxy tuples", "ok");
    assert_non_null(strstr(typist_said(), "place=0 id=1 local=198.51.100.7:53 "
                                          "remote=192.0.2.9:4000 answered=1 age_ms=0"));
}

static void packets_are_pushed_and_pulled(void **unused)
{
    struct ax_span packet = {(uint8_t *)"a packet of thirty bytes or so", 30};

    (void)unused;
    typist_expect("proxy start 0.0.0.0 0.0.0.0 drop packets=2", "ok listener=1");
    typist_expect("proxy pull", "err would-block");
    typist_expect("proxy push text:short", "err arg text:short is too short");
    typist_expect("proxy push pattern:1:0:40", "ok");
    typist_expect("proxy push pattern:1:0:1500", "ok");
    typist_expect("proxy push pattern:1:0:1501", "err bad-data pattern:1:0:1501");
    typist_expect("proxy push pattern:1:0:40", "err would-block");
    assert_int_equal(packets_send(fake_proxy->config.packets, &packet, 1), AX_OK);
    assert_true(strncmp(typist_ask("proxy pull"), "ok n=30 hex=61207061636b", 24) == 0);
}

#define PROXY_TEST(test) cmocka_unit_test_setup_teardown(test, typist_start, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROXY_TEST(a_proxy_starts_once_and_tells_its_listener),
        PROXY_TEST(what_it_cannot_be_is_refused_and_takes_nothing),
        PROXY_TEST(datagrams_come_and_go_with_both_ends),
        PROXY_TEST(packets_are_pushed_and_pulled),
    };

    return cmocka_run_group_tests_name("the shell's proxy", tests, NULL, NULL);
}
