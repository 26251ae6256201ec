/* SPDX-License-Identifier: BSD-3-Clause */
/* Replies, events and their order on the line (docs/bench-protocol.md). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/shell.h>
#include <ax/timer.h>

#include "fake_debug.h"
#include "fake_port.h"
#include "typist.h"

static void expect_said(const char *said)
{
    assert_string_equal(typist_said(), said);
    typist_forget();
}

static void expect_heard(const char *typed, const char *said)
{
    typist_forget();
    typist_type(typed);
    expect_said(said);
}

static void it_begins_with_a_banner_and_the_ready_event(void **unused)
{
    (void)unused;
    expect_said("# plumbline dut 1, profile test, build abc; help shows the commands\r\n"
                "# chip 000102030405060708090a0b, started by watchdog\r\n"
                "!0 ready protocol=1\r\n");
}

static void a_request_is_answered_with_its_number(void **unused)
{
    (void)unused;
    expect_heard("@7 clock\r\n", "@7= ok now=0 held=1 next=none\r\n");
    expect_heard("@0x7f clock\n", "@127= ok now=0 held=1 next=none\r\n");
}

static void requests_at_once_are_answered_in_turn(void **unused)
{
    (void)unused;
    expect_heard("@1 clock hold\n@2 foo\n@3 tcp open 10 10\n",
                 "@1= ok now=0 held=1 next=none\r\n@2= err unknown-command foo\r\n"
                 "@3= ok sock=1\r\n");
}

static void a_line_at_fault_is_answered_as_request_0(void **unused)
{
    (void)unused;
    expect_heard("@ id\n", "@0= err bad-number @\r\n");
    expect_heard("@7\tid\n", "@0= err bad-data @7\\x09id\r\n");
    expect_heard("@7 \xc3\xa9 \x01\n", "@0= err bad-data \\xc3\\xa9\r\n");
    fake_console_type("@7 a\0b c\n", 9);
    expect_heard("", "@0= err bad-data a\\x00b\r\n");
    typist_type("@7 ");
    for (unsigned i = 0; i < 100; i++)
        typist_type("xxxxx");
    expect_heard("\n", "@0= err too-long xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                       "xxxxxxxxxxxxxxxx\r\n");
    expect_heard("@7\n@\n", "@7= err usage @7\r\n@0= err bad-number @\r\n");
}

static void every_refusal_names_the_word_at_fault(void **unused)
{
    static const char *const cases[][2] = {
        {"tcp", "err usage tcp S"},
        {"clocks", "err unknown-command clocks"},
        {"clock fly", "err unknown-command fly"},
        {"clock advance 1 2 3", "err usage clock advance MS [sent]"},
        {"clock advance 2147483648", "err bad-number 2147483648"},
        {"clock advance 1 often", "err usage often"},
        {"tcp fly", "err bad-number fly"},
        {"tcp 0", "err no-such 0"},
        {"tcp 5", "err no-such 5"},
        {"tcp 4294967296", "err bad-number 4294967296"},
        {"tcp open 0 1", "err bad-number 0"},
        {"tcp open 1 x", "err bad-number x"},
        {"tcp open 4294967295 4294967295", "err out-of-room too few arena_bytes left"},
        {"listen open 1.2.3:4 reset", "err bad-address 1.2.3:4"},
        {"listen open *:7 maybe", "err usage maybe"},
        {"udp open 1 0 1 1", "err bad-number 0"},
        {"udp open 1 65536 1 1", "err bad-number 65536"},
        {"udp open 1 65535 1 1", "err out-of-room too few arena_bytes left"},
        {"watch stop 1", "err no-such 1"},
        {"watch", "err usage watch"},
        {"pump 3", "err no-such 3"},
        {"pump udp-source 1 10.0.0.1:7 1 1 1", "err no-such 1"},
        {"link tell up", "err usage up"},
        {"link fault fire 1", "err unknown-command fire"},
        {"link fault tx-full 0", "err bad-number 0"},
        {"link fault rx-defer 1", "err usage 1"},
        {"poll 1", "err usage poll"},
        {"reactor cancel 1", "err state there is none: reactor open PLACES"},
        {"driver poll 1", "err state there is none: driver open PLACES"},
        {"udp open 9 1 9 1 through=fibres",
         "err usage through=fibres is none of core|futures|readiness|reactor|callback"},
        {"udp open 9 1 9 1 through=callback", "err usage through=callback has no datagrams"},
        {"poll 1 1", "err state it polls itself: poll hand"},
        {"net 1.2.3.4 5 6", "err bad-address 5"},
        {"net 255.255.255.255 0.0.0.0 0.0.0.0", "err arg"},
        {"help nothing", "err unknown-command nothing"},
    };

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        typist_expect(cases[i][0], cases[i][1]);
}

static void a_word_at_fault_is_cut_so_that_the_line_stays_short(void **unused)
{
    char command[480];

    (void)unused;
    memset(command, 'x', sizeof command - 1);
    command[sizeof command - 1] = '\0';
    assert_int_equal(strlen(typist_ask(command)), strlen("err unknown-command ") + 64);
}

static void a_person_gets_the_same_without_numbers(void **unused)
{
    (void)unused;
    expect_heard("clock\r", "> clock\r\nok now=0 held=1 next=none\r\n> ");
    expect_heard("foo\r", "foo\r\nerr unknown-command foo\r\n> ");
    expect_heard("@1 clock hold\r", "\r\n@1= ok now=0 held=1 next=none\r\n");
    expect_heard("help clock\r", "> help clock\r\n"
                                 "clock: the stack clock\r\n"
                                 "clock run: time goes on by itself\r\n"
                                 "clock hold: time stands still\r\n"
                                 "clock step: to the next deadline\r\n"
                                 "clock advance MS [sent]: moves it; with sent, no further than a "
                                 "deadline that sent a frame\r\nok\r\n> ");
}

static void help_for_a_program_holds_no_space_in_a_value(void **unused)
{
    (void)unused;
    expect_heard("@1 help id\n", "@1: text=id:_build,_versions,_profile\r\n@1= ok\r\n");
}

static void an_event_comes_behind_the_reply_that_caused_it(void **unused)
{
    (void)unused;
    typist_expect("tcp open 10 10", "ok sock=1");
    expect_heard("@2 tcp destroy 1\n", "@2= ok\r\n!0 released sock=1\r\n");
}

static void an_event_does_not_mix_with_what_a_person_types(void **unused)
{
    (void)unused;
    typist_connection(10, 10);
    typist_expect("watch tcp 1 readable deadline=5", "ok watch=1");
    typist_expect("clock run", "ok now=0 held=0 next=5");
    typist_forget();
    typist_type("clo");
    fake_now_ms = 5;
    typist_run();
    expect_said("> clo\r\n!5 deadline watch=1\r\n> clo");
    expect_heard("ck\x15\r", "ck\r\x1b[K> \r\n> ");
}

static struct ax_timer timer;

static void arm(uint32_t ms) { ax_timer_arm_in(&timer, ms, 0); }

static void an_advance_is_answered_at_its_end_and_one_line_waits(void **unused)
{
    (void)unused;
    arm(30);
    expect_heard("@1 clock advance 100\n@2 clock\n@3 clock hold\n",
                 "@1= ok now=100 held=1 next=none moved=100 deadlines=1 sent=0\r\n"
                 "@2= ok now=100 held=1 next=none\r\n@3= ok now=100 held=1 next=none\r\n");
}

static void a_step_goes_to_the_next_deadline(void **unused)
{
    (void)unused;
    arm(30);
    typist_expect("clock", "ok now=0 held=1 next=30");
    typist_expect("clock step", "ok now=30 held=1 next=none moved=30 deadlines=1 sent=0");
    typist_expect("clock step", "ok now=30 held=1 next=none moved=0 deadlines=0 sent=0");
}

static void a_running_clock_is_not_moved(void **unused)
{
    (void)unused;
    typist_expect("clock run", "ok now=0 held=0 next=none");
    typist_expect("clock step", "err state it runs: clock hold");
    typist_expect("clock advance 5", "err state it runs: clock hold");
    arm(30);
    typist_expect("clock step", "err state it runs: clock hold");
    ax_timer_cancel(&timer);
}

static void count_lines(const char *start, const char *end, unsigned *data, unsigned *others)
{
    *data = *others = 0;
    while (start < end) {
        if (strncmp(start, "@1: ", 4) == 0)
            ++*data;
        else
            ++*others;
        start = strstr(start, "\r\n") + 2;
    }
}

static void a_long_list_comes_at_the_consoles_pace(void **unused)
{
    unsigned data, others;

    (void)unused;
    typist_forget();
    fake_console_room = 10;
    typist_type("@1 profile\n");
    assert_int_equal(fake_console_out_len, 10);
    while (fake_console_room == 0) {
        fake_console_room = 333;
        ax_event_signal(&ax_port_console);
        typist_run();
    }
    count_lines(typist_said(), typist_said() + fake_console_out_len, &data, &others);
    assert_int_equal(data, 8 + FAKE_LIMITS);
    assert_int_equal(others, 1);
    assert_non_null(strstr(typist_said(), "\r\n@1= ok\r\n"));
}

static void lines_are_counted_from_the_ready_event_on(void **unused)
{
    (void)unused;
    assert_int_equal(*ax_shell_said(), 0);
    typist_type("@1 clock\n");
    assert_int_equal(*ax_shell_said(), 1);
    typist_type("@2 profile\n");
    assert_int_equal(*ax_shell_said(), 1 + FAKE_LIMITS + 8 + 1);
}

static void a_line_that_waits_for_the_console_is_counted(void **unused)
{
    (void)unused;
    fake_console_room = 0;
    typist_forget();
    typist_type("@1 clock\n");
    expect_said("");
    assert_int_equal(*ax_shell_said(), 1);
}

/* 300 events to a console that takes less than is said; it is left with no room. */
static void lose_events(void)
{
    typist_expect("udp open 100 4 100 4", "ok sock=1");
    typist_expect("udp bind 1 *:7", "ok local=*:7");
    typist_expect("pump udp-sink 1 0 0", "ok pump=1");
    typist_forget();
    fake_console_room = 0;
    for (unsigned i = 0; i < 300; i++) { /* each is a request and its event */
        typist_type("@9 watch udp 1 writable\n");
        fake_console_room = 30; /* less than they say */
        ax_event_signal(&ax_port_console);
        typist_run();
    }
}

static void give_room(void)
{
    fake_console_room = FAKE_CONSOLE_SIZE;
    ax_event_signal(&ax_port_console);
    typist_run();
}

static void events_that_find_no_room_are_counted_and_told_later(void **unused)
{
    unsigned told = 0, lost = 0;
    const char *at;

    (void)unused;
    lose_events();
    give_room();
    for (at = typist_said(); (at = strstr(at, " wake watch=")) != NULL; at++)
        told++;
    for (at = typist_said(); (at = strstr(at, " lost events=")) != NULL; at++) {
        unsigned events;
        assert_int_equal(sscanf(at, " lost events=%u", &events), 1);
        lost += events;
    }
    assert_true(lost > 0);
    assert_int_equal(told + lost, 300);
}

/* Whoever has heard so many lines has heard of all events, if only that they were lost. */
static void the_line_that_tells_of_lost_events_is_counted_when_they_are(void **unused)
{
    uint32_t before = 3, counted; /* the replies ahead of them */
    unsigned data, lines;

    (void)unused;
    lose_events();
    counted = *ax_shell_said() - before;
    give_room();

    count_lines(typist_said(), typist_said() + fake_console_out_len, &data, &lines);
    assert_int_equal(lines, counted);
    assert_int_equal(*ax_shell_said() - before, counted);
}

static void a_console_that_takes_nothing_stops_requests_and_loses_none(void **unused)
{
    unsigned answered = 0;
    const char *at;

    (void)unused;
    typist_forget();
    fake_console_room = 0;
    for (unsigned i = 0; i < 500; i++)
        typist_type("@5 clock\n");
    fake_console_room = FAKE_CONSOLE_SIZE;
    ax_event_signal(&ax_port_console);
    typist_run();
    for (at = typist_said(); (at = strstr(at, "@5= ok")) != NULL; at++)
        answered++;
    assert_int_equal(answered, 500);
}

static void the_cable_is_told_of_once_it_is_as_asked(void **unused)
{
    (void)unused;
    expect_heard("@1 link tell in\n", "@1= ok\r\n!0 cable in=1\r\n");
    expect_heard("@2 link tell out\n", "@2= ok\r\n");
    typist_plug(false);
    expect_said("!0 cable in=0\r\n");
    typist_plug(true);
    typist_plug(false);
    expect_said("");
}

static void the_cable_is_told_of_as_it_was_asked_last(void **unused)
{
    (void)unused;
    expect_heard("@1 link tell out\n@2 link tell in\n", "@1= ok\r\n@2= ok\r\n!0 cable in=1\r\n");
    typist_plug(false);
    expect_said("");
}

static jmp_buf before_reset;

static void back_to_the_test(void) { longjmp(before_reset, 1); }

static void reset_starts_anew_without_a_reply(void **unused)
{
    (void)unused;
    fake_on_reset = back_to_the_test;
    typist_forget();
    if (setjmp(before_reset) == 0) {
        typist_type("@1 reset\n");
        fail_msg("reset returned");
    }
    expect_said("");
    typist_start(NULL);
    expect_said("# plumbline dut 1, profile test, build abc; help shows the commands\r\n"
                "# chip 000102030405060708090a0b, started by watchdog\r\n"
                "!0 ready protocol=1\r\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, typist_start, typist_stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_begins_with_a_banner_and_the_ready_event),
        TEST(a_request_is_answered_with_its_number),
        TEST(requests_at_once_are_answered_in_turn),
        TEST(a_line_at_fault_is_answered_as_request_0),
        TEST(every_refusal_names_the_word_at_fault),
        TEST(a_word_at_fault_is_cut_so_that_the_line_stays_short),
        TEST(a_person_gets_the_same_without_numbers),
        TEST(help_for_a_program_holds_no_space_in_a_value),
        TEST(an_event_comes_behind_the_reply_that_caused_it),
        TEST(an_event_does_not_mix_with_what_a_person_types),
        TEST(an_advance_is_answered_at_its_end_and_one_line_waits),
        TEST(a_step_goes_to_the_next_deadline),
        TEST(a_running_clock_is_not_moved),
        TEST(a_long_list_comes_at_the_consoles_pace),
        TEST(lines_are_counted_from_the_ready_event_on),
        TEST(a_line_that_waits_for_the_console_is_counted),
        TEST(events_that_find_no_room_are_counted_and_told_later),
        TEST(the_line_that_tells_of_lost_events_is_counted_when_they_are),
        TEST(the_cable_is_told_of_once_it_is_as_asked),
        TEST(the_cable_is_told_of_as_it_was_asked_last),
        TEST(a_console_that_takes_nothing_stops_requests_and_loses_none),
        TEST(reset_starts_anew_without_a_reply),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
