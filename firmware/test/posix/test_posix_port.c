/* SPDX-License-Identifier: BSD-3-Clause */
/* The posix port as a process of its own: this program, started again as the
 * smallest device, with a test on the other end of its sockets. */
#define _GNU_SOURCE 1
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "link/fence.h"
#include "small_device.h"

enum { FRAME = 60, DEAD_AFTER_S = 20, ARGS_MAX = 12 };

static pid_t device;
static int wire, shell, cable, errors; /* our ends */

/* Reads on `fd` fail instead of hanging when the device is dead. */
static void guard(int fd)
{
    struct timeval bound = {.tv_sec = DEAD_AFTER_S};

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof bound), 0);
}

static int pair(int type, int *ours)
{
    int ends[2];

    assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), 0);
    assert_int_equal(fcntl(ends[1], F_SETFD, 0), 0);
    guard(ends[0]);
    *ours = ends[0];
    return ends[1];
}

/* Starts this program as a device; `out` is its standard error, and `terminal`
 * its standard input and output unless -1. */
static void start_process(char **argv, int out, int terminal)
{
    device = fork();
    assert_true(device >= 0);
    if (device > 0)
        return;
    (void)dup2(out, STDERR_FILENO);
    if (terminal >= 0) {
        (void)dup2(terminal, STDIN_FILENO);
        (void)dup2(terminal, STDOUT_FILENO);
    }
    (void)execv("/proc/self/exe", argv);
    _exit(127);
}

static void start_device(int type, const char *more)
{
    char numbers[3][16], words[64], name[] = "dut", wire_option[] = "--wire",
                                    shell_option[] = "--shell", switch_option[] = "--switch";
    int ends[] = {pair(type, &wire), pair(SOCK_STREAM, &shell), pair(SOCK_STREAM, &cable)};
    int out = pair(SOCK_STREAM, &errors);
    char *argv[ARGS_MAX] = {name,       wire_option,   numbers[0], shell_option,
                            numbers[1], switch_option, numbers[2]};
    int argc = 7;

    for (int i = 0; i < 3; i++)
        (void)snprintf(numbers[i], sizeof numbers[i], "%d", ends[i]);
    (void)snprintf(words, sizeof words, "%s", more);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    start_process(argv, out, -1);
    for (int i = 0; i < 3; i++)
        close(ends[i]);
    close(out);
}

static void expect_said(const char *text)
{
    for (; *text; text++) {
        char letter = 0;
        assert_int_equal(read(shell, &letter, 1), 1);
        assert_int_equal(letter, *text);
    }
}

static void type(char letter) { assert_int_equal(write(shell, &letter, 1), 1); }

static int given_a_device(void **state)
{
    (void)state;
    start_device(SOCK_SEQPACKET, "--hold");
    expect_said(">");
    return 0;
}

static int end_device(void **state)
{
    (void)state;
    if (device > 0) {
        (void)kill(device, SIGKILL);
        (void)waitpid(device, NULL, 0);
    }
    device = 0;
    close(wire);
    close(shell);
    close(cable);
    close(errors);
    wire = shell = cable = errors = -1;
    return 0;
}

static int wait_for_end(void)
{
    int status;

    assert_int_equal(waitpid(device, &status, 0), device);
    device = 0;
    return status;
}

static void expect_exit(int code)
{
    int status = wait_for_end();

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
}

static void expect_complaint(const char *part)
{
    char text[1024] = {0};
    size_t len = 0;
    ssize_t got;

    while (len < sizeof text - 1 && (got = read(errors, text + len, sizeof text - 1 - len)) > 0)
        len += (size_t)got;
    if (!strstr(text, part))
        fail_msg("'%s' is not in '%s'", part, text);
}

/* A frame to many, so that it is let in. */
static void fill(uint8_t *frame, uint8_t tag, size_t len)
{
    enum { TO_MANY = 0xff };

    memset(frame, tag, len);
    frame[0] = TO_MANY;
}

static void send_frame(uint8_t tag, size_t len)
{
    uint8_t frame[4096];

    fill(frame, tag, len);
    assert_int_equal(send(wire, frame, len, 0), len);
}

static void expect_frame(uint8_t tag, size_t len)
{
    uint8_t frame[4096];

    assert_int_equal(recv(wire, frame, sizeof frame, 0), len);
    assert_int_equal(frame[len - 1], tag);
}

/* A round trip: everything before it has been done, and its answer is the next
 * frame on the wire. */
static void expect_fence_next(void)
{
    uint8_t frame[FRAME] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5, 'P', 'L', 1, 1};
    uint8_t answer[4096];

    assert_int_equal(send(wire, frame, sizeof frame, 0), sizeof frame);
    assert_int_equal(recv(wire, answer, sizeof answer, 0), FENCE_ANSWER_LEN);
    assert_int_equal(answer[13], 0xb5);
}

static void one_message_is_one_frame_of_any_length(void **state)
{
    (void)state;
    for (size_t len = 14; len <= 1514; len += 75) {
        send_frame((uint8_t)len, len);
        expect_frame((uint8_t)len, len);
    }
}

static void a_datagram_socket_is_a_wire_too(void **state)
{
    (void)state;
    end_device(state);
    start_device(SOCK_DGRAM, "");
    expect_said(">");
    send_frame(1, FRAME);
    expect_frame(1, FRAME);
}

static void a_frame_sent_before_a_reply_is_there_before_it(void **state)
{
    uint8_t frame[4096];
    (void)state;
    for (int i = 0; i < 200; i++) {
        type(SMALL_FRAME);
        expect_said("f");
        assert_int_equal(recv(wire, frame, sizeof frame, MSG_DONTWAIT), FRAME);
    }
}

static void with_all_frames_lent_the_wire_waits_and_nothing_is_lost(void **state)
{
    enum { MANY = 250 }; /* more than the port lends */
    (void)state;
    type(SMALL_KEEP);
    expect_said("k");
    for (int i = 0; i < MANY; i++)
        send_frame((uint8_t)i, FRAME);
    type(SMALL_UNKEEP);
    expect_said("u");

    for (int i = 0; i < MANY; i++)
        expect_frame((uint8_t)i, FRAME);
    expect_fence_next();
}

/* What the device has dropped or refused. */
struct stats {
    unsigned size, down, full;
};

static struct stats ask_stats(void)
{
    struct stats stats = {0};
    unsigned *next[] = {&stats.size, &stats.down, &stats.full};
    unsigned which = 0;

    type(SMALL_STATS);
    for (char letter = 0; letter != '\n';) {
        assert_int_equal(read(shell, &letter, 1), 1);
        if (letter == ' ')
            which++;
        else if (letter != '\n')
            *next[which] = *next[which] * 10 + (unsigned)(letter - '0');
    }
    return stats;
}

static void messages_that_are_no_frames_are_counted_and_empty_ones_ignored(void **state)
{
    (void)state;
    send_frame(1, 13);
    send_frame(2, 1515);
    send_frame(3, 4000);
    send_frame(4, 0);
    send_frame(5, FRAME);
    expect_frame(5, FRAME);

    assert_int_equal(ask_stats().size, 3);
}

static void a_full_wire_is_waited_for_and_nothing_is_lost(void **state)
{
    enum { PLENTY = 100000 };
    uint8_t frame[1514];
    unsigned sent = 0;
    (void)state;
    do {
        fill(frame, (uint8_t)(sent % 251), sizeof frame);
        while (send(wire, frame, sizeof frame, MSG_DONTWAIT) > 0)
            fill(frame, (uint8_t)(++sent % 251), sizeof frame);
    } while (ask_stats().full == 0 && sent < PLENTY);
    assert_in_range(sent, 1, PLENTY - 1);

    for (unsigned i = 0; i < sent; i++)
        expect_frame((uint8_t)(i % 251), sizeof frame);
    expect_fence_next();
}

static void a_frame_behind_a_pulled_cable_is_lost(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 50; i++) {
        assert_int_equal(write(cable, "d", 1), 1);
        send_frame(1, FRAME);
        assert_int_equal(ask_stats().down, i);
        assert_int_equal(write(cable, "xu", 2), 2);
        send_frame(2, FRAME);
        expect_frame(2, FRAME);
    }
}

static void a_frame_for_another_is_no_frame(void **state)
{
    const uint8_t another[FRAME] = {2, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 1, 8};
    (void)state;
    for (int i = 0; i < 300; i++)
        assert_int_equal(send(wire, another, sizeof another, 0), sizeof another);
    send_frame(1, FRAME);
    expect_frame(1, FRAME);
    expect_fence_next();
}

static void the_boot_word_is_the_arguments(void **state)
{
    (void)state;
    end_device(state);
    start_device(SOCK_SEQPACKET, "--hold 77 --seed 0x10");
    expect_said(">");
    type(SMALL_BOOT);
    expect_said("1 77 1 16\n");
}

static void a_reset_starts_anew_with_the_same_arguments(void **state)
{
    (void)state;
    type(SMALL_RESET);
    expect_said(">");
    type(SMALL_BOOT);
    expect_said("1 0 0 0\n");
    send_frame(1, FRAME);
    expect_frame(1, FRAME);
}

static void a_closed_shell_ends_it_with_3(void **state)
{
    (void)state;
    assert_int_equal(shutdown(shell, SHUT_WR), 0);
    expect_exit(3);
}

static void what_was_typed_before_the_shell_closed_is_still_done(void **state)
{
    (void)state;
    type('x');
    assert_int_equal(shutdown(shell, SHUT_WR), 0);
    expect_said("x");
    expect_exit(3);
}

static void a_closed_wire_ends_it_with_4_and_a_word(void **state)
{
    (void)state;
    assert_int_equal(shutdown(wire, SHUT_RDWR), 0);
    expect_exit(4);
    expect_complaint("wire: closed from outside");
}

static void a_closed_switch_leaves_the_cable_where_it_was(void **state)
{
    (void)state;
    close(cable);
    cable = -1;
    send_frame(1, FRAME);
    expect_frame(1, FRAME);
}

static void a_failed_check_says_where_and_aborts(void **state)
{
    (void)state;
    type(SMALL_CHECK);
    int status = wait_for_end();

    assert_true(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) != 0));
    expect_complaint("small_device.c:");
    close(errors);
}

static void wrong_usage_ends_with_2_and_names_the_argument(void **state)
{
    (void)state;
    end_device(state);
    start_device(SOCK_SEQPACKET, "--seed seven");
    expect_exit(2);
    expect_complaint("seven");

    end_device(state);
    start_device(SOCK_STREAM, "");
    expect_exit(2);
    expect_complaint("--wire");
}

static int given_a_device_on_a_terminal(int *terminal)
{
    char name[] = "dut";
    char *argv[] = {name, (char[]){"--hold"}, NULL};
    int person = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

    assert_true(person >= 0 && grantpt(person) == 0 && unlockpt(person) == 0);
    *terminal = open(ptsname(person), O_RDWR | O_NOCTTY | O_CLOEXEC);
    int out = pair(SOCK_STREAM, &errors);
    start_process(argv, out, *terminal);
    close(out);
    shell = person;
    expect_said(">");
    return person;
}

static bool has_echo(int terminal)
{
    struct termios now;

    assert_int_equal(tcgetattr(terminal, &now), 0);
    return (now.c_lflag & ECHO) != 0;
}

static void on_a_terminal_it_takes_key_by_key_and_leaves_it_as_it_was(void **state)
{
    int terminal;
    (void)state;
    end_device(state);
    (void)given_a_device_on_a_terminal(&terminal);
    assert_false(has_echo(terminal));

    type('x'); /* no line end, and no echo but the device's own */
    expect_said("x");
    type(4); /* Ctrl-D */
    expect_exit(0);
    assert_true(has_echo(terminal));
    close(terminal);
}

static void a_terminal_is_left_as_it_was_by_a_signal_too(void **state)
{
    int terminal;
    (void)state;
    end_device(state);
    (void)given_a_device_on_a_terminal(&terminal);

    assert_int_equal(kill(device, SIGTERM), 0);
    int status = wait_for_end();
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    assert_true(has_echo(terminal));
    close(terminal);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_a_device, end_device)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(one_message_is_one_frame_of_any_length),
        TEST(a_datagram_socket_is_a_wire_too),
        TEST(messages_that_are_no_frames_are_counted_and_empty_ones_ignored),
        TEST(a_frame_sent_before_a_reply_is_there_before_it),
        TEST(with_all_frames_lent_the_wire_waits_and_nothing_is_lost),
        TEST(a_full_wire_is_waited_for_and_nothing_is_lost),
        TEST(a_frame_behind_a_pulled_cable_is_lost),
        TEST(a_frame_for_another_is_no_frame),
        TEST(the_boot_word_is_the_arguments),
        TEST(a_reset_starts_anew_with_the_same_arguments),
        TEST(a_closed_shell_ends_it_with_3),
        TEST(what_was_typed_before_the_shell_closed_is_still_done),
        TEST(a_closed_wire_ends_it_with_4_and_a_word),
        TEST(a_closed_switch_leaves_the_cable_where_it_was),
        TEST(a_failed_check_says_where_and_aborts),
        TEST(wrong_usage_ends_with_2_and_names_the_argument),
        TEST(on_a_terminal_it_takes_key_by_key_and_leaves_it_as_it_was),
        TEST(a_terminal_is_left_as_it_was_by_a_signal_too),
    };

    if (argc > 1)
        small_device(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
