/* SPDX-License-Identifier: BSD-3-Clause */
/* What the commands do to real sockets, over a fake stack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ax/exec.h>

#include "fake_debug.h"
#include "fake_port.h"
#include "fake_stack.h"
#include "shell/pattern.h"
#include "typist.h"

static const struct ax_endpoint peer = {PEER_ADDR, PEER_PORT};

static void expect_said(const char *said)
{
    if (!strstr(typist_said(), said))
        fail_msg("'%s' was not said: '%s'", said, typist_said());
}

static void expect_unsaid(const char *said)
{
    if (strstr(typist_said(), said))
        fail_msg("'%s' was said: '%s'", said, typist_said());
}

static void peer_sends_datagram(unsigned handle, const void *bytes, size_t len)
{
    struct ax_udp *udp = typist_udp(handle);
    struct ax_span room;

    assert_int_equal(net_udp_room(udp, len, &room), AX_OK);
    if (len != 0)
        memcpy(room.at, bytes, len);
    net_udp_received(udp, len, &peer, &(struct ax_endpoint){FAKE_ADDR, 7});
    typist_run();
}

static void datagram_leaves(unsigned handle)
{
    net_udp_left(typist_udp(handle));
    typist_run();
}

/* ---- TCP */

static void a_connection_says_all_of_itself(void **unused)
{
    (void)unused;
    typist_connection(100, 50);
    typist_expect("tcp 1", "ok state=ESTABLISHED may_send=1 can_send=1 may_recv=1 can_recv=0 "
                           "rx=0/100 tx=0/50 end=ok released=0 local=10.0.0.2:50000 "
                           "remote=10.0.0.1:4001");
    typist_peer_sends(1, "abc", 3);
    typist_expect("tcp send 1 text:hello", "ok n=5");
    typist_expect("tcp state 1", "ok state=ESTABLISHED may_send=1 can_send=1 may_recv=1 can_recv=1 "
                                 "rx=3/100 tx=5/50 end=ok released=0 local=10.0.0.2:50000 "
                                 "remote=10.0.0.1:4001");
}

static void sending_takes_what_fits_and_then_would_block(void **unused)
{
    (void)unused;
    typist_connection(10, 1000);
    typist_expect("tcp send 1 pattern:1:0:0", "ok n=0");
    typist_expect("tcp send 1 pattern:1:0:700", "ok n=700");
    typist_expect("tcp send 1 pattern:1:700:4294967295", "ok n=300");
    typist_expect("tcp send 1 hex:00", "err would-block");
    typist_expect("tcp room 1", "err would-block");
    typist_expect("tcp send 1 hex:0", "err bad-data hex:0");
}

static void what_is_sent_is_the_pattern(void **unused)
{
    struct ax_span sent;
    uint32_t at = UINT32_MAX;

    (void)unused;
    typist_connection(10, 2000);
    typist_expect("tcp send 1 pattern:9:3:1000", "ok n=1000");
    typist_expect("tcp commit 1 pattern:9:1003:500", "ok n=500");
    sent = ax_ring_data(&typist_tcp(1)->tx, 0);
    assert_int_equal(sent.len, 1500);
    assert_int_equal(pattern_check(sent.at, sent.len, 9, 3, &at), 0);
}

static void more_than_the_room_is_not_committed(void **unused)
{
    (void)unused;
    typist_connection(10, 100);
    typist_expect("tcp room 1", "ok len=100");
    typist_expect("tcp commit 1 pattern:1:0:101", "err arg");
    typist_expect("tcp commit 1 pattern:1:0:4294967295", "err arg");
    typist_expect("tcp room 1", "ok len=100");
    typist_expect("tcp commit 1 pattern:1:0:100", "ok n=100");
}

static void receiving_shows_at_most_200_bytes_and_leaves_the_rest(void **unused)
{
    uint8_t bytes[300];

    (void)unused;
    pattern_fill(bytes, sizeof bytes, 4, 0);
    typist_connection(400, 10);
    typist_expect("tcp recv 1 10", "err would-block");
    typist_expect("tcp recv 1 0", "ok n=0 hex=");
    typist_peer_sends(1, bytes, sizeof bytes);
    typist_expect("tcp peek 1 2", "ok n=2 hex=d15e");
    assert_memory_equal(typist_ask("tcp recv 1 4294967295"), "ok n=200 hex=", 13);
    typist_expect("tcp recv 1 1000 check=4:200", "ok n=100 bad=0");
}

static void receiving_counts_what_is_not_the_pattern(void **unused)
{
    uint8_t bytes[300];

    (void)unused;
    pattern_fill(bytes, sizeof bytes, 4, 1000);
    bytes[270]++;
    bytes[280]++;
    typist_connection(400, 10);
    typist_peer_sends(1, bytes, sizeof bytes);
    typist_expect("tcp recv 1 1000 check=4:1000", "ok n=300 bad=2 at=1270");
    typist_expect("tcp recv 1 1000 check=4", "err bad-number check=4");
    typist_expect("tcp recv 1 1000 chuck=4:1", "err usage chuck=4:1");
}

static void bytes_are_looked_at_and_dropped_in_place(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_peer_sends(1, "abcde", 5);
    typist_expect("tcp data 1", "ok len=5");
    typist_expect("tcp consume 1 6", "err arg");
    typist_expect("tcp consume 1 4", "ok n=4");
    typist_expect("tcp peek 1 10", "ok n=1 hex=65");
}

static void options_are_set_together_or_not_at_all(void **unused)
{
    static const char nothing_set[] = "ok no_delay=0 keepalive_ms=0 keepalive_every_ms=0 "
                                      "keepalive_count=0 ttl=0 tos=0 user_timeout_ms=0";

    (void)unused;
    typist_expect("tcp open 1 1", "ok sock=1");
    typist_expect("tcp option 1 no_delay=1 ttl=256", "err bad-number ttl=256");
    typist_expect("tcp option 1 no_delay=1 speed=1", "err usage speed=1");
    typist_expect("tcp option 1", nothing_set);
    typist_expect("tcp option 1 no_delay=1 keepalive_ms=2 keepalive_every_ms=3 keepalive_count=4 "
                  "ttl=5 tos=6 user_timeout_ms=7",
                  "ok no_delay=1 keepalive_ms=2 keepalive_every_ms=3 keepalive_count=4 ttl=5 tos=6 "
                  "user_timeout_ms=7");
    assert_int_equal(ax_tcp_options(typist_tcp(1)).tos, 6);
}

static void a_handle_is_used_again_once_its_socket_is_released(void **unused)
{
    (void)unused;
    typist_connection(100, 100);
    typist_expect("tcp open 100 100", "ok sock=2");
    typist_expect("tcp destroy 1", "ok");
    expect_said("!0 released sock=1\r\n");
    typist_expect("tcp 1", "err no-such 1");
    typist_expect("tcp destroy 1", "err no-such 1");
    typist_expect("tcp open 50 50", "ok sock=1");
    typist_expect("tcp open 50 50", "ok sock=3");
}

static void a_full_table_is_out_of_room(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < 4; i++)
        assert_memory_equal(typist_ask("tcp open 1 1"), "ok", 2);
    typist_expect("tcp open 1 1", "err out-of-room too few tcp_sockets left");
    typist_expect("udp open 0 1 0 1", "ok sock=1");
    typist_expect("udp open 0 1 0 1", "ok sock=2");
    typist_expect("udp open 0 1 0 1", "err out-of-room too few udp_sockets left");
}

static void a_full_arena_is_out_of_room_and_nothing_is_kept(void **unused)
{
    (void)unused;
    typist_expect("tcp open 30000 1", "ok sock=1");
    typist_expect("tcp open 10000 20000", "ok sock=2");
    typist_expect("tcp open 100 100000", "err out-of-room too few arena_bytes left");
    typist_expect("udp open 100 4 100 4000", "err out-of-room too few arena_bytes left");
    assert_non_null(strstr(typist_ask("mem"), " arena=60001 tcp=2 "));
    typist_expect("tcp destroy 1", "ok");
    typist_expect("tcp open 15000 15000", "ok sock=1");
}

static void a_socket_tells_how_it_fares(void **unused)
{
    (void)unused;
    typist_expect("tcp info 1", "err no-such 1");
    typist_expect("tcp open 10 10", "ok sock=1");
    typist_expect("tcp meter 1", "ok");
    typist_expect("tcp info 1",
                  "ok srtt_ms=0 rttvar_ms=0 rto_ms=3000 cwnd=0 ssthresh=0 peer_window=0 "
                  "in_flight=0 mss=0 retries=0 segments_in=0 segments_out=0 retransmitted=0 "
                  "timeouts=0 fast_retransmits=0 duplicate_acks=0 window_probes=0");
}

/* ---- listeners */

static void a_listener_lends_and_gives_back(void **unused)
{
    (void)unused;
    typist_expect("listen open *:80 reset", "ok listener=1");
    typist_expect("listen open *:80 drop", "err in-use");
    typist_expect("listen reopen 1", "ok");
    typist_expect("listen reopen 2", "err no-such 2");
    typist_expect("tcp open 10 10", "ok sock=1");
    typist_expect("listen lend 1 1", "ok");
    typist_expect("listen lend 1 1",
                  "err state 1 is not free: it is lent, connected, or has unread bytes");
    typist_expect("listen stats 1",
                  "ok syns=0 accepted=0 returned=0 reset=0 dropped=0 held=0 holding=0 lent=1");
    typist_expect("listen close 1", "ok");
    typist_expect("listen stats 1", "err no-such 1");
    assert_non_null(strstr(typist_ask("tcp 1"), "state=CLOSED"));
    assert_non_null(strstr(typist_ask("tcp 1"), "end=aborted"));
    typist_expect("listen open *:80 drop", "ok listener=1");
}

static void a_listener_holds_in_places_of_the_arena(void **unused)
{
    (void)unused;
    typist_expect("listen open *:80 hold=2", "ok listener=1");
    assert_null(strstr(typist_ask("mem"), "arena=0 "));
    typist_expect("listen open *:81 hold=40", "err memory too few connections left");
    typist_expect("tcp open 30000 30000", "ok sock=1");
    typist_expect("listen open *:81 hold=40", "err out-of-room too few arena_bytes left");
    typist_expect("tcp destroy 1", "ok");
    typist_expect("listen open *:81 hold=many", "err bad-number hold=many");
    typist_expect("listen open *:81 hold=1", "ok listener=2");
    typist_expect("listen close 2", "ok");
    typist_expect("listen close 1", "ok");
    assert_non_null(strstr(typist_ask("mem"), "arena=0 "));
}

/* ---- UDP */

static void datagrams_pass_whole(void **unused)
{
    (void)unused;
    typist_expect("udp open 100 4 200 4", "ok sock=1");
    typist_expect("udp send 1 10.0.0.1:9 text:a", "err state");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("udp 1", "ok bound=1 local=*:7 can_send=1 can_recv=0 rx=0/100 rx_slots=0/4 "
                           "tx=0/200 tx_slots=0/4 released=0");
    typist_expect("udp send 1 10.0.0.1:9 text:hello", "ok id=1");
    typist_expect("udp send 1 10.0.0.1:9 pattern:1:0:201", "err too-large");
    typist_expect("udp send 1 10.0.0.1:9 pattern:1:0:196", "err would-block");
    typist_expect("udp send 1 10.0.0.1:9 pattern:1:0:65536", "err bad-data pattern:1:0:65536");
    typist_expect("udp can-send 1 195", "ok can=1");
    typist_expect("udp can-send 1 196", "ok can=0");
    datagram_leaves(1);
    typist_expect("udp can-send 1 196", "ok can=1");
}

static void a_datagram_is_shown_checked_or_kept(void **unused)
{
    uint8_t bytes[60];

    (void)unused;
    pattern_fill(bytes, sizeof bytes, 5, 0);
    typist_expect("udp open 100 4 200 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("udp recv 1 10", "err would-block");
    peer_sends_datagram(1, "abc", 3);
    peer_sends_datagram(1, bytes, sizeof bytes);
    typist_expect("udp recv 1 2", "err small need=3");
    typist_expect("udp recv 1 3", "ok n=3 from=10.0.0.1:4001 to=10.0.0.2:7 hex=616263");
    typist_expect("udp recv 1 4294967295 check=5:0",
                  "ok n=60 from=10.0.0.1:4001 to=10.0.0.2:7 bad=0");
    bytes[7]++;
    peer_sends_datagram(1, bytes, sizeof bytes);
    typist_expect("udp recv 1 100 check=5:0",
                  "ok n=60 from=10.0.0.1:4001 to=10.0.0.2:7 bad=1 at=7");
    typist_expect("udp stats 1", "ok received=3 rx_dropped_payload=0 rx_dropped_slots=0 sent=0 "
                                 "unreachable=0 unreachable_id=0 wakes=0");
    typist_expect("udp option 1 ttl=3 tos=4", "ok ttl=3 tos=4");
}

static void a_closed_udp_socket_is_released(void **unused)
{
    (void)unused;
    typist_expect("udp open 100 4 200 4", "ok sock=1");
    typist_expect("udp bind 1 10.0.0.2:7", "ok local=10.0.0.2:7");
    typist_expect("udp close 1", "ok");
    expect_said("!0 released udp=1\r\n");
    typist_expect("udp 1", "err no-such 1");
}

/* ---- watches */

static void a_watch_tells_its_wake_and_ends(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 readable", "ok watch=1");
    expect_unsaid("!");
    typist_forget();
    typist_peer_sends(1, "a", 1);
    assert_string_equal(typist_said(),
                        "!0 wake watch=1 sock=1 readable=1 writable=1 released=0\r\n");
    typist_peer_sends(1, "b", 1);
    assert_string_equal(typist_said(),
                        "!0 wake watch=1 sock=1 readable=1 writable=1 released=0\r\n");
    typist_expect("watch stop 1", "err no-such 1");
}

static void a_watch_is_latched(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_peer_sends(1, "a", 1);
    typist_ask("watch tcp 1 readable");
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=0\r\n");
}

static void a_watch_that_goes_on_tells_each_time_it_becomes_ready(void **unused)
{
    (void)unused;
    typist_connection(10, 4);
    typist_expect("watch tcp 1 both again", "ok watch=1");
    expect_said("!0 wake watch=1 sock=1 readable=0 writable=1 released=0\r\n");
    typist_forget();
    typist_peer_sends(1, "a", 1);
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=0\r\n");
    typist_forget();
    typist_peer_sends(1, "b", 1);
    assert_string_equal(typist_said(), "");
    typist_expect("tcp recv 1 1", "ok n=1 hex=61");
    expect_unsaid("wake");
    typist_expect("tcp recv 1 1", "ok n=1 hex=62");
    typist_peer_sends(1, "c", 1);
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=0\r\n");
    typist_expect("tcp send 1 text:abcd", "ok n=4");
    typist_forget();
    net_tcp_acked(typist_tcp(1), 1);
    typist_run();
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=0\r\n");
}

static void a_watch_without_its_interest_says_spurious_and_waits_on(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 readable", "ok watch=1");
    typist_forget();
    ax_event_signal(&typist_tcp(1)->waiters.readable);
    typist_run();
    assert_string_equal(typist_said(), "!0 spurious watch=1\r\n");
    typist_forget();
    typist_peer_sends(1, "a", 1);
    expect_said("!0 wake watch=1 ");
}

static void a_watch_gives_up_at_its_deadline(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 readable deadline=50", "ok watch=1");
    typist_ask("clock advance 49");
    expect_unsaid("!");
    typist_ask("clock advance 1");
    expect_said("!50 deadline watch=1\r\n");
    typist_expect("watch stop 1", "err no-such 1");
}

static void a_stopped_watch_says_nothing(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 readable deadline=50", "ok watch=1");
    typist_expect("watch stop 1", "ok");
    typist_forget();
    typist_peer_sends(1, "a", 1);
    assert_string_equal(typist_said(), "");
    assert_int_equal(ax_timers_armed(), 0);
}

static void watches_have_a_table_of_their_own(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    for (unsigned i = 0; i < 3; i++)
        assert_memory_equal(typist_ask("watch tcp 1 readable"), "ok", 2);
    typist_expect("watch tcp 1 readable", "err out-of-room too few watches left");
}

static void watches_end_in_silence_with_their_socket(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 readable deadline=9", "ok watch=1");
    typist_expect("watch tcp 1 both again", "ok watch=2");
    typist_ask("tcp destroy 1");
    expect_unsaid("wake");
    assert_non_null(strstr(typist_ask("mem"), "timers=0 tasks=1 arena=0 "));
}

static void a_watch_for_released_outlives_its_tcp_handle(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 released again", "err usage again");
    typist_expect("watch tcp 1 released", "ok watch=1");
    typist_forget();
    typist_peer_sends(1, "a", 1);
    assert_string_equal(typist_said(), "");
    typist_ask("tcp destroy 1");
    expect_said("!0 released sock=1\r\n");
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=1\r\n");
    assert_non_null(strstr(typist_ask("mem"), "tcp=0 listeners=0 udp_sockets=0 watches=0 "));
}

static void a_watch_for_released_outlives_its_udp_handle(void **unused)
{
    (void)unused;
    typist_expect("udp open 100 4 200 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("watch udp 1 released", "ok watch=1");
    expect_unsaid("!");
    typist_ask("udp close 1");
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=1\r\n");
}

static void a_watch_on_what_is_released_tells_at_once(void **unused)
{
    (void)unused;
    typist_expect("tcp open 10 10", "ok sock=1");
    typist_ask("watch tcp 1 released");
    expect_said("!0 wake watch=1 sock=1 readable=1 writable=1 released=1\r\n");
}

static void a_udp_watch_waits_for_room_of_a_length(void **unused)
{
    (void)unused;
    typist_expect("udp open 100 4 100 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("udp send 1 10.0.0.1:9 pattern:1:0:60", "ok id=1");
    typist_expect("watch udp 1 writable room=41", "ok watch=1");
    expect_unsaid("!");
    typist_forget();
    datagram_leaves(1);
    expect_said("!0 wake watch=1 sock=1 readable=0 writable=1 released=0\r\n");
}

static void no_watch_spins_whatever_its_socket_is(void **unused)
{
    uint32_t polls;

    (void)unused;
    typist_connection(10, 10);
    typist_peer_sends(1, "a", 1);
    typist_expect("tcp open 1 1", "ok sock=2");
    typist_expect("udp open 0 1 0 1", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_ask("watch tcp 1 both again");
    typist_ask("watch tcp 2 both again");
    typist_ask("watch udp 1 both room=4294967295 again");
    expect_said("!0 wake watch=3 sock=1 readable=0 writable=1 released=0\r\n");
    polls = ax_exec_stats().polls;
    typist_run();
    assert_int_equal(ax_exec_stats().polls, polls);
}

/* ---- pumps */

static void a_source_sends_all_of_the_pattern(void **unused)
{
    struct ax_span data;
    uint32_t at = UINT32_MAX, sent = 0;

    (void)unused;
    typist_connection(10, 1000);
    typist_expect("pump source 1 7 2500", "ok pump=1");
    while (sent < 2500) {
        data = ax_ring_data(&typist_tcp(1)->tx, 0);
        assert_true(data.len > 0);
        assert_int_equal(pattern_check(data.at, data.len, 7, sent, &at), 0);
        sent += (uint32_t)data.len;
        net_tcp_acked(typist_tcp(1), (uint32_t)data.len);
        typist_run();
    }
    expect_said("!0 done pump=1 bytes=2500 bad=0 end=ok\r\n");
    typist_expect("pump 1", "ok bytes=2500 bad=0 running=0");
}

static void a_sink_checks_until_the_end_of_the_stream(void **unused)
{
    uint8_t bytes[100];

    (void)unused;
    typist_connection(100, 10);
    typist_expect("pump sink 1 3 0", "ok pump=1");
    pattern_fill(bytes, sizeof bytes, 3, 0);
    typist_peer_sends(1, bytes, sizeof bytes);
    pattern_fill(bytes, sizeof bytes, 3, 100);
    bytes[0]++;
    typist_peer_sends(1, bytes, sizeof bytes);
    typist_expect("pump 1", "ok bytes=200 bad=1 running=1");
    net_tcp_peer_fin(typist_tcp(1));
    typist_run();
    expect_said("!0 done pump=1 bytes=200 bad=1 end=eof\r\n");
}

static void a_sink_takes_no_more_than_its_total(void **unused)
{
    (void)unused;
    typist_connection(100, 10);
    typist_expect("pump sink 1 3 10", "ok pump=1");
    typist_forget();
    typist_peer_sends(1, "0123456789abc", 13);
    expect_said("bytes=10 ");
    expect_said("end=ok\r\n");
    typist_expect("tcp recv 1 9", "ok n=3 hex=616263");
}

static void an_echo_sends_back_and_closes(void **unused)
{
    (void)unused;
    typist_connection(20, 3);
    typist_expect("pump echo 1", "ok pump=1");
    typist_peer_sends(1, "abcde", 5);
    typist_expect("pump 1", "ok bytes=3 bad=0 running=1");
    net_tcp_peer_fin(typist_tcp(1));
    net_tcp_acked(typist_tcp(1), 3);
    typist_run();
    expect_said("!0 done pump=1 bytes=5 bad=0 end=eof\r\n");
    assert_non_null(strstr(typist_ask("tcp 1"), "state=LAST-ACK"));
}

static void a_pump_tells_how_its_connection_ended(void **unused)
{
    (void)unused;
    typist_connection(20, 3);
    typist_expect("pump source 1 1 100", "ok pump=1");
    typist_expect("pump sink 1 1 0", "ok pump=2");
    typist_expect("pump echo 1", "err out-of-room too few pumps left");
    typist_forget();
    net_tcp_ended(typist_tcp(1), AX_E_RESET);
    net_tcp_detached(typist_tcp(1));
    typist_run();
    expect_said("!0 done pump=1 bytes=3 bad=0 end=reset\r\n");
    expect_said("!0 done pump=2 bytes=0 bad=0 end=reset\r\n");
    typist_expect("pump echo 1", "ok pump=1");
}

static void a_pump_of_a_destroyed_socket_says_so(void **unused)
{
    (void)unused;
    typist_connection(20, 3);
    typist_expect("pump sink 1 1 0", "ok pump=1");
    typist_ask("tcp destroy 1");
    expect_said("!0 done pump=1 bytes=0 bad=0 end=aborted\r\n");
    expect_said("!0 released sock=1\r\n");
}

static void a_udp_source_waits_for_room_and_does_not_spin(void **unused)
{
    uint32_t polls;

    (void)unused;
    typist_expect("udp open 100 4 100 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("pump udp-source 1 10.0.0.1:9 3 60 65536", "err bad-number 65536");
    typist_expect("pump udp-source 1 10.0.0.1:9 3 60 59", "err bad-number 59");
    typist_expect("pump udp-source 1 10.0.0.1:9 3 60 62", "ok pump=1");
    typist_expect("pump 1", "ok bytes=60 bad=0 running=1");
    assert_true(ax_udp_can_send(typist_udp(1), 1));
    polls = ax_exec_stats().polls;
    typist_run();
    assert_int_equal(ax_exec_stats().polls, polls);
    datagram_leaves(1);
    datagram_leaves(1);
    expect_said("!0 done pump=1 bytes=183 bad=0 end=ok\r\n");
}

static void a_udp_sink_checks_each_datagram_by_its_length(void **unused)
{
    uint8_t bytes[40];

    (void)unused;
    typist_expect("udp open 100 4 100 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("pump udp-sink 1 3 3", "ok pump=1");
    typist_forget();
    pattern_fill(bytes, 40, 3 + 40, 0);
    peer_sends_datagram(1, bytes, 40);
    peer_sends_datagram(1, bytes, 0);
    pattern_fill(bytes, 9, 3 + 9, 0);
    bytes[8]++;
    peer_sends_datagram(1, bytes, 9);
    expect_said("!0 done pump=1 bytes=49 bad=1 end=ok\r\n");
}

static void a_udp_echo_sends_back_and_drops_what_can_never_be(void **unused)
{
    uint8_t bytes[80] = {1};

    (void)unused;
    typist_expect("udp open 100 4 50 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("pump udp-echo 1", "ok pump=1");
    peer_sends_datagram(1, bytes, 30);
    peer_sends_datagram(1, bytes, 30);
    typist_expect("pump 1", "ok bytes=30 bad=0 running=1");
    datagram_leaves(1);
    peer_sends_datagram(1, bytes, 80);
    typist_expect("pump 1", "ok bytes=60 bad=1 running=1");
    typist_expect("pump stop 1", "ok");
    typist_expect("pump 1", "err no-such 1");
}

/* ---- the device */

static void servers_are_started_looked_at_and_stopped(void **unused)
{
    (void)unused;
    typist_expect("serve echo 7 connections=1 rx=100 tx=50", "ok server=1");
    typist_expect("serve udp-echo 7", "ok server=2");
    typist_expect("serve udp-discard 9", "err out-of-room too few servers left");
    typist_expect("serve 1", "ok serving=0 served=0 refused=0 broken=0 rx_bytes=0 tx_bytes=0");
    typist_expect("serve 2", "ok serving=0 served=0 refused=0 broken=0 rx_bytes=0 tx_bytes=0");
    typist_expect("serve stop 2", "ok");
    typist_expect("serve 2", "err no-such 2");
    typist_expect("serve udp-discard 9", "ok server=2");
    typist_expect("serve stop 1", "ok");
    typist_expect("serve stop 1", "err no-such 1");
    typist_expect("serve chargen 19 connections=2", "ok server=1");
}

static void a_server_that_cannot_be_keeps_nothing(void **unused)
{
    (void)unused;
    typist_expect("serve echo 0", "err bad-number 0");
    typist_expect("serve echo 7 connections=0", "err arg connections, rx and tx are at least 1");
    typist_expect("serve echo 7 rx=0", "err arg connections, rx and tx are at least 1");
    typist_expect("serve echo 7 rings=1", "err usage rings=1");
    typist_expect("serve http 80 connections=200", "err out-of-room too few arena_bytes left");
    typist_expect("serve tftp 69", "err unknown-command tftp");
    typist_ask("listen open *:7 drop");
    typist_expect("serve echo 7 connections=1", "err in-use");
    assert_non_null(strstr(typist_ask("mem"), "tasks=1 arena=0 "));
    expect_unsaid("servers=1");
}

static void polling_by_hand_is_passed_on(void **unused)
{
    (void)unused;
    typist_expect("poll", "ok mode=auto waiting=0");
    typist_expect("poll hand", "ok mode=hand waiting=0");
    typist_expect("poll 5 6", "ok frames=3 waiting=0");
    assert_int_equal(fake_poll.frames, 5);
    assert_int_equal(fake_poll.datagrams, 6);
    typist_expect("poll auto", "ok mode=auto waiting=0");
}

static void addresses_are_shown_and_changed(void **unused)
{
    (void)unused;
    typist_expect("net", "ok addr=10.0.0.2 mask=255.255.255.0 gateway=10.0.0.1 mac=020000000002");
    typist_expect("net 0.0.0.0 0.0.0.0 0.0.0.0",
                  "ok addr=0.0.0.0 mask=0.0.0.0 gateway=0.0.0.0 mac=020000000002");
}

static void the_link_and_its_faults(void **unused)
{
    (void)unused;
    typist_expect("link fault tx-full 3", "ok");
    typist_expect("link fault rx-alloc all", "ok");
    typist_expect("link fault rx-defer on", "ok");
    typist_expect("link fault tx-full off", "ok");
    typist_expect("link fault rx-alloc off", "ok");
    typist_expect("link fault rx-defer off", "ok");
    assert_memory_equal(typist_ask("link"), "ok up=", 6);
}

static void lists_name_pools_tasks_and_identity(void **unused)
{
    (void)unused;
    typist_expect("id", "ok build=abc version=1 lwip=2.2.1 profile=test protocol=1 cause=watchdog "
                        "unique=000102030405060708090a0b");
    typist_ask("mem");
    expect_said(": name=frames used=1 most=2 size=3\r\n");
    typist_ask("tasks");
    expect_said(": slot=0 name=shell polls=");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, typist_start, typist_stop)

static void what_is_about_one_way_names_the_socket_of_another_and_the_way_out(void **unused)
{
    static const char *const commands[][2] = {
        {"future recv 2 5", "err state 2 goes through reactor: open one through=core"},
        {"future recv 2 5 late", "err usage late"},
        {"future recv 2 many", "err bad-number many"},
        {"future send-to 2 10.0.0.1:9 text:x",
         "err state 2 goes through futures: open one through=core"},
        {"reactor recv 2 5", "err state 2 goes through reactor: open one through=core"},
        {"reactor recv 1 5 within=x", "err bad-number within=x"},
        {"driver tcp 2 any", "err state 2 goes through reactor: open one through=core"},
        {"driver udp 2 any 5", "err state 2 goes through futures: open one through=core"},
        {"callback show 1", "err state 1 goes through core: open one through=callback"},
        {"callback lend 2", "err state 2 goes through reactor: open one through=callback"},
        {"callback add 2 lots", "err bad-data lots"},
    };

    (void)unused;
    typist_expect("tcp open 10 10", "ok sock=1");
    typist_expect("tcp open 10 10 through=reactor", "ok sock=2");
    typist_expect("udp open 10 1 10 1", "ok sock=1");
    typist_expect("udp open 10 1 10 1 through=futures", "ok sock=2");
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        typist_expect(commands[i][0], commands[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_says_all_of_itself),
        TEST(sending_takes_what_fits_and_then_would_block),
        TEST(what_is_sent_is_the_pattern),
        TEST(more_than_the_room_is_not_committed),
        TEST(receiving_shows_at_most_200_bytes_and_leaves_the_rest),
        TEST(receiving_counts_what_is_not_the_pattern),
        TEST(bytes_are_looked_at_and_dropped_in_place),
        TEST(options_are_set_together_or_not_at_all),
        TEST(a_handle_is_used_again_once_its_socket_is_released),
        TEST(a_full_table_is_out_of_room),
        TEST(a_full_arena_is_out_of_room_and_nothing_is_kept),
        TEST(a_socket_tells_how_it_fares),
        TEST(a_listener_lends_and_gives_back),
        TEST(a_listener_holds_in_places_of_the_arena),
        TEST(datagrams_pass_whole),
        TEST(a_datagram_is_shown_checked_or_kept),
        TEST(a_closed_udp_socket_is_released),
        TEST(a_watch_tells_its_wake_and_ends),
        TEST(a_watch_is_latched),
        TEST(a_watch_that_goes_on_tells_each_time_it_becomes_ready),
        TEST(a_watch_without_its_interest_says_spurious_and_waits_on),
        TEST(a_watch_gives_up_at_its_deadline),
        TEST(a_stopped_watch_says_nothing),
        TEST(watches_have_a_table_of_their_own),
        TEST(watches_end_in_silence_with_their_socket),
        TEST(a_watch_for_released_outlives_its_tcp_handle),
        TEST(a_watch_for_released_outlives_its_udp_handle),
        TEST(a_watch_on_what_is_released_tells_at_once),
        TEST(a_udp_watch_waits_for_room_of_a_length),
        TEST(no_watch_spins_whatever_its_socket_is),
        TEST(a_source_sends_all_of_the_pattern),
        TEST(a_sink_checks_until_the_end_of_the_stream),
        TEST(a_sink_takes_no_more_than_its_total),
        TEST(an_echo_sends_back_and_closes),
        TEST(a_pump_tells_how_its_connection_ended),
        TEST(a_pump_of_a_destroyed_socket_says_so),
        TEST(a_udp_source_waits_for_room_and_does_not_spin),
        TEST(a_udp_sink_checks_each_datagram_by_its_length),
        TEST(a_udp_echo_sends_back_and_drops_what_can_never_be),
        TEST(servers_are_started_looked_at_and_stopped),
        TEST(a_server_that_cannot_be_keeps_nothing),
        TEST(polling_by_hand_is_passed_on),
        TEST(addresses_are_shown_and_changed),
        TEST(the_link_and_its_faults),
        TEST(lists_name_pools_tasks_and_identity),
        TEST(what_is_about_one_way_names_the_socket_of_another_and_the_way_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
