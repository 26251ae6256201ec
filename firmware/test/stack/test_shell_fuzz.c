/* SPDX-License-Identifier: BSD-3-Clause */
/* Types whatever comes to mind at the shell, over the real stack: commands, nearly
 * commands, and noise. Every line the shell says must obey the grammar of
 * docs/bench-protocol.md, and every request must end once, in its turn.
 *
 *   AX_FUZZ_SEED=N AX_FUZZ_LINES=N AX_FUZZ_TRACE=1 test_shell_fuzz
 *
 * The trace on standard error is all that is typed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/debug.h>
#include <ax/shell.h>
#include <ax/stack.h>

#include "fake_port.h"
#include "frames.h"
#include "fuzz_lines.h"
#include "mirror.h"
#include "shell_grammar.h"

enum { SLOTS = 64, ARENA_BYTES = 1 << 18, LINES = 100000, MIRRORED = 8 };

static struct ax_queue_device queue;
static struct ax_queue_slot rx_slots[SLOTS], tx_slots[SLOTS];
static struct ax_link wire;
static uint8_t arena[ARENA_BYTES];

static uint32_t number_from(const char *name, uint32_t otherwise)
{
    const char *value = getenv(name);

    return value ? (uint32_t)strtoul(value, NULL, 0) : otherwise;
}

static void start_device(void)
{
    fake_port_init();
    ax_clock_start_held(0);
    ax_queue_device_init(&queue, frames_dut_mac, rx_slots, tx_slots, SLOTS);
    ax_link_init(&wire, &queue.device);
    assert_int_equal(
        ax_stack_start(&wire, &(struct ax_address){FRAMES_DUT_IP, 0xffffff00, FRAMES_PEER_IP}),
        AX_OK);
    assert_int_equal(ax_shell_start(&(struct ax_shell_config){
                         .arena = arena,
                         .arena_bytes = sizeof arena,
                         .tcp_sockets = 6,
                         .listeners = 3,
                         .udp_sockets = 3,
                         .watches = 12,
                         .pumps = 8,
                         .servers = 4,
                         .futures = 4,
                         .profile = "fuzz",
                         .version = "1",
                         .build = "0",
                         .link = &wire,
                         .mac = frames_dut_mac,
                     }),
                     AX_OK);
}

/* Runs to idle; a device that never is idle spins. */
static void run(void)
{
    for (unsigned rounds = 0; ax_run_once(); rounds++)
        assert_true(rounds < 30000);
}

/* Sends some of what the device sent back to it, as if the peer had; the rest is
 * lost. */
static void let_the_wire_answer(void)
{
    uint8_t frame[AX_FRAME_MAX + MIRROR_MORE];
    int len;

    for (unsigned i = 0; (len = ax_queue_pull(&queue, frame, AX_FRAME_MAX)) >= 0; i++) {
        size_t answer = i < MIRRORED ? mirror(frame, (size_t)len) : 0;
        if (answer != 0)
            (void)ax_queue_push(&queue, frame, answer);
        run();
    }
}

static void let_a_stranger_call(void)
{
    static const uint16_t ports[] = {7, 80};
    static const unsigned flags[] = {FRAMES_SYN, FRAMES_ACK, FRAMES_RST, FRAMES_FIN | FRAMES_ACK};
    uint8_t frame[AX_FRAME_MAX];
    size_t len = frames_tcp(frame, ports[fuzz_below(2)], fuzz_below(1000), fuzz_below(1000),
                            flags[fuzz_below(4)], NULL, 0);

    (void)ax_queue_push(&queue, frame, len);
    run();
}

static void judge_what_was_said(void)
{
    grammar_judge(fake_console_out, fake_console_out_len);
    fake_console_out_len = 0;
}

static void type(const char *bytes, size_t len)
{
    if (getenv("AX_FUZZ_TRACE"))
        (void)fwrite(bytes, 1, len, stderr);
    grammar_typed(bytes, len);
    fake_console_type(bytes, len);
    run();
}

/* Sometimes the terminal is slow. */
static void type_and_judge(const char *bytes, size_t len)
{
    fake_console_room = fuzz_below(20) == 0 ? fuzz_below(300) : FAKE_CONSOLE_SIZE;
    type(bytes, len);
    let_the_wire_answer();
    fake_now_ms += fuzz_below(300);
    run();
    fake_console_room = FAKE_CONSOLE_SIZE;
    ax_event_signal(&ax_port_console);
    run();
    judge_what_was_said();
}

/* Whoever waits for what is there already was not woken: so to wake them all brings
 * nothing to light. A watch that is woken for nothing says so, and only that; a driver
 * says of every wake that it was one. */
static bool is_of_a_wake_alone(const char *line)
{
    return strstr(line, " spurious ") || strstr(line, " driver ") || strcmp(line, "> ") == 0;
}

static void expect_no_wake_up_was_lost(void)
{
    uint32_t sent;
    char *said = fake_console_out;

    fake_console_room = FAKE_CONSOLE_SIZE;
    ax_event_signal(&ax_port_console);
    run();
    judge_what_was_said();
    sent = ax_link_stats(&wire).tx_frames;
    for (unsigned slot = 0; slot < AX_TASKS_MAX; slot++)
        if (ax_task_at(slot))
            ax_wake(ax_task_at(slot)->self);
    run();
    fake_console_out[fake_console_out_len] = '\0';
    for (char *line = strtok(said, "\r\n"); line; line = strtok(NULL, "\r\n"))
        if (!is_of_a_wake_alone(line))
            fail_msg("nobody was woken for: %s", line);
    assert_int_equal(ax_link_stats(&wire).tx_frames, sent);
    fake_console_out_len = 0;
}

static void ask(const char *line)
{
    type_and_judge(line, strlen(line));
    type_and_judge("\n", 1);
}

static void give_all_back(void)
{
    static const char *const kinds[] = {"future withdraw", "future withdraw", "pump stop",
                                        "watch stop",      "tcp destroy",     "udp close",
                                        "listen close",    "serve stop"};
    char line[64];

    ask("");
    ask("@1 poll auto");
    ask("@1 link fault tx-full off");
    ask("@1 link fault rx-defer off");
    ask("@1 proxy stop");
    ask("@1 callback unserve");
    ask("@1 driver stop");
    ask("@1 reactor stop");
    for (unsigned kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
        for (unsigned handle = 1; handle <= 12; handle++) {
            (void)snprintf(line, sizeof line, "@1 %s %u", kinds[kind], handle);
            ask(line);
        }
    ask("@1 proxy stop");
    ask("@1 dhcp release");
    ask("@1 dns forget");
}

static void whatever_is_typed_is_answered_by_the_grammar(void **unused)
{
    uint32_t seed = number_from("AX_FUZZ_SEED", 1);
    uint32_t lines = number_from("AX_FUZZ_LINES", LINES);

    (void)unused;
    print_message("AX_FUZZ_SEED=%u AX_FUZZ_LINES=%u\n", (unsigned)seed, (unsigned)lines);
    fuzz_seed(seed);
    start_device();
    for (uint32_t i = 0; i < lines; i++) {
        char line[FUZZ_LINE_MAX];
        type_and_judge(line, fuzz_line(line));
        if (fuzz_below(50) == 0)
            let_a_stranger_call();
        if (fuzz_below(5) == 0)
            expect_no_wake_up_was_lost();
    }
    give_all_back();
    ask("@2 mem");
    assert_non_null(strstr(grammar_last_reply(), "tasks=2 arena=0 tcp=0 listeners=0 udp_sockets=0 "
                                                 "watches=0 pumps=0 servers=0 futures=0"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_typed_is_answered_by_the_grammar),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
