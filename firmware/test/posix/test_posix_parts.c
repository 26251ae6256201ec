/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of the posix port that need no process of their own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../port/posix/args.h"
#include "../../port/posix/random.h"
#include "../../port/posix/rx_frames.h"
#include "../../port/posix/wire.h"

enum { ARGS_MAX = 12 };

static struct posix_args args;
static const char *token;

/* Splits `line` at its spaces, as a shell would. */
static const char *parse(const char *line)
{
    static char words[256];
    static char name[] = "dut";
    char *argv[ARGS_MAX] = {name};
    int argc = 1;

    strncpy(words, line, sizeof words - 1);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    return args_parse(argc, argv, &args, &token);
}

static void without_arguments_there_is_no_wire_and_the_shell_is_here(void **state)
{
    (void)state;
    assert_null(parse(""));
    assert_null(args.wire);
    assert_string_equal(args.shell, "-");
    assert_int_equal(args.cable_switch, -1);
    assert_false(args.boot.held || args.boot.seeded || args.help);
}

static void every_option_is_understood(void **state)
{
    (void)state;
    assert_null(parse("--wire 5 --shell 6 --switch 7 --hold 4294967295 --seed 0x123456789abcdef0"));
    assert_string_equal(args.wire, "5");
    assert_string_equal(args.shell, "6");
    assert_int_equal(args.cable_switch, 7);
    assert_true(args.boot.held);
    assert_int_equal(args.boot.held_at, UINT32_MAX);
    assert_true(args.boot.seeded);
    assert_true(args.boot.seed == 0x123456789abcdef0);
}

static void hold_takes_a_time_or_none(void **state)
{
    (void)state;
    assert_null(parse("--hold --seed 1"));
    assert_true(args.boot.held && args.boot.held_at == 0 && args.boot.seeded);
    assert_null(parse("--hold 17"));
    assert_int_equal(args.boot.held_at, 17);
    assert_null(parse("--hold"));
    assert_int_equal(args.boot.held_at, 0);
}

static void wrong_arguments_are_named(void **state)
{
    static const struct {
        const char *line, *token;
    } wrong[] = {
        {"--wires 5", "--wires"},
        {"5", "5"},
        {"--wire", "--wire"},
        {"--shell", "--shell"},
        {"--shell 5x", "5x"},
        {"--shell /tmp/x", "/tmp/x"},
        {"--shell -1", "-1"},
        {"--shell 99999999999", "99999999999"},
        {"--switch x", "x"},
        {"--switch", "--switch"},
        {"--hold soon", "soon"},
        {"--hold -5", "-5"},
        {"--hold 4294967296", "4294967296"},
        {"--seed", "--seed"},
        {"--seed 0x", "0x"},
        {"--seed 0xg", "0xg"},
        {"--seed 18446744073709551616", "18446744073709551616"},
        {"--hold 5 6", "6"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_non_null(parse(wrong[i].line));
        assert_string_equal(token, wrong[i].token);
    }
}

static void a_seed_decides_every_byte_however_they_are_asked_for(void **state)
{
    uint8_t at_once[64], in_pieces[64], other[64];
    (void)state;
    random_seed(7);
    ax_port_random(at_once, sizeof at_once);
    random_seed(7);
    for (size_t done = 0, n = 1; done < sizeof in_pieces; done += n, n = done % 5)
        ax_port_random(in_pieces + done, n < sizeof in_pieces - done ? n : sizeof in_pieces - done);
    random_seed(8);
    ax_port_random(other, sizeof other);

    assert_memory_equal(at_once, in_pieces, sizeof at_once);
    assert_memory_not_equal(at_once, other, sizeof at_once);
}

static void frames_are_lent_until_there_are_no_more(void **state)
{
    uint8_t *frames[RX_FRAMES];
    (void)state;
    rx_frames_init();
    for (unsigned i = 0; i < RX_FRAMES; i++) {
        frames[i] = rx_frames_take();
        assert_non_null(frames[i]);
        memset(frames[i], (int)i, RX_FRAME_SIZE);
    }
    assert_null(rx_frames_take());

    rx_frames_give(frames[9]);
    assert_ptr_equal(rx_frames_take(), frames[9]);
}

/* Absent from builds without the address sanitizer. */
int __asan_address_is_poisoned(void const volatile *address) __attribute__((weak));

static void the_sanitizer_sees_what_is_outside_a_frame_or_given_back(void **state)
{
    (void)state;
    if (!__asan_address_is_poisoned)
        skip();
    rx_frames_init();
    uint8_t *frame = rx_frames_take();

    rx_frames_cut(frame, 61);
    assert_false(__asan_address_is_poisoned(frame));
    assert_false(__asan_address_is_poisoned(frame + 60));
    assert_true(__asan_address_is_poisoned(frame + 61));
    assert_true(__asan_address_is_poisoned(frame - 1));
    rx_frames_give(frame);
    assert_true(__asan_address_is_poisoned(frame));
}

/* What spins otherwise: poll(2) tells of a frame for as long as it is there. */
static void a_frame_is_news_once_until_the_wire_was_found_empty(void **state)
{
    struct ax_link_device *device = wire_init((struct wire_end){.fd = -1});
    (void)state;
    assert_true(wire_wants().events & POLLIN);

    wire_saw(POLLIN);
    assert_false(wire_wants().events & POLLIN);
    assert_non_null(device);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_arguments_there_is_no_wire_and_the_shell_is_here),
        cmocka_unit_test(every_option_is_understood),
        cmocka_unit_test(hold_takes_a_time_or_none),
        cmocka_unit_test(wrong_arguments_are_named),
        cmocka_unit_test(a_seed_decides_every_byte_however_they_are_asked_for),
        cmocka_unit_test(frames_are_lent_until_there_are_no_more),
        cmocka_unit_test(the_sanitizer_sees_what_is_outside_a_frame_or_given_back),
        cmocka_unit_test(a_frame_is_news_once_until_the_wire_was_found_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
