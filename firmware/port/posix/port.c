/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE 1
#include <ax/port.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "../boot_word.h"
#include "args.h"
#include "cable.h"
#include "console.h"
#include "end.h"
#include "random.h"
#include "terminal.h"
#include "wire.h"
#include "wire_open.h"

static struct posix_args args;
static char **own_argv;
static struct ax_boot next_boot;
static bool has_next_boot;
static struct timespec started;
static struct ax_link_device *wire_device;

static void parse(int argc, char **argv)
{
    const char *token;
    const char *wrong = args_parse(argc, argv, &args, &token);

    if (args.help) {
        (void)fputs(args_usage, stdout);
        exit(EXIT_SUCCESS);
    }
    if (wrong)
        posix_end(POSIX_USAGE, "usage", token, wrong);
}

static void check_open(const char *option, int fd)
{
    char number[16];

    (void)snprintf(number, sizeof number, "%d", fd);
    if (fcntl(fd, F_GETFD) < 0)
        posix_end(POSIX_USAGE, option, number, strerror(errno));
}

static bool is_shell_inherited(void) { return strcmp(args.shell, "-") != 0; }

static void open_shell(void)
{
    int in = STDIN_FILENO;
    int out = STDOUT_FILENO;

    if (is_shell_inherited()) {
        (void)args_descriptor(args.shell, &in);
        out = in;
    }
    check_open("--shell", in);
    check_open("--shell", out);
    console_init(in, out);
}

static void check_socket(const char *option, int fd)
{
    int type;
    socklen_t len = sizeof type;
    char number[16];

    (void)snprintf(number, sizeof number, "%d", fd);
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0)
        posix_end(POSIX_USAGE, option, number, strerror(errno));
}

static void open_wire(struct wire_end end)
{
    bool has_switch = args.cable_switch >= 0;

    if (has_switch)
        check_socket("--switch", args.cable_switch);
    wire_device = wire_init(end);
    cable_init(has_switch && end.fd >= 0 ? args.cable_switch : -1, end.fd >= 0,
               &wire_device->activity);
}

/* A device whose bench is gone has nobody to end it. */
static void end_with_parent(void)
{
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

void ax_port_init(int argc, char **argv)
{
    own_argv = argv;
    (void)clock_gettime(CLOCK_MONOTONIC, &started);
    (void)signal(SIGPIPE, SIG_IGN);
    parse(argc, argv);

    struct wire_end end = wire_open(args.wire);
    if (end.is_inherited || is_shell_inherited())
        end_with_parent();
    open_wire(end);
    open_shell();
    if (args.boot.seeded)
        random_seed(args.boot.seed);
}

struct ax_link_device *ax_port_ethernet(void) { return wire_device; }

struct ax_port_origin ax_port_origin(void) { return (struct ax_port_origin){.cause = "start"}; }

struct ax_boot ax_port_boot(void) { return args.boot; }

uint32_t ax_port_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t ms = (int64_t)(now.tv_sec - started.tv_sec) * 1000;
    return (uint32_t)(ms + (now.tv_nsec - started.tv_nsec + 1000000000) / 1000000 - 1000);
}

/* A process has no interrupts: events are signalled in ax_port_sleep() alone. */
uint32_t ax_port_lock(void) { return 0; }
void ax_port_unlock(uint32_t was) { (void)was; }

static int poll_timeout(uint32_t at_most_ms)
{
    if (at_most_ms == UINT32_MAX)
        return -1;
    return at_most_ms < INT_MAX ? (int)at_most_ms : INT_MAX;
}

void ax_port_sleep(uint32_t at_most_ms)
{
    enum { SHELL_IN, SHELL_OUT, SWITCH, WIRE, ALL };
    struct pollfd fds[ALL] = {
        [SHELL_IN] = console_wants_in(),
        [SHELL_OUT] = console_wants_out(),
        [SWITCH] = cable_wants(),
        [WIRE] = wire_wants(),
    };

    console_before_sleep();
    if (poll(fds, ALL, poll_timeout(at_most_ms)) < 0)
        return; /* a signal; the executor looks and sleeps again */
    console_saw(fds[SHELL_IN].revents, fds[SHELL_OUT].revents);
    cable_saw(fds[SWITCH].revents);
    wire_saw(fds[WIRE].revents);
}

struct ax_port_stack ax_port_stack(void) { return (struct ax_port_stack){0}; }

struct ax_port_cycles ax_port_cycles(void) { return (struct ax_port_cycles){0}; }

static _Noreturn void stop(void)
{
    terminal_leave();
    abort();
}

void ax_port_set_boot(const uint8_t block[AX_BOOT_BYTES])
{
    struct boot_word word;

    memcpy(&word, block, sizeof word);
    next_boot = boot_word_read(&word);
    has_next_boot = true;
}

_Noreturn void ax_port_reset(void)
{
    struct args_of_boot again;

    terminal_leave();
    (void)execv("/proc/self/exe",
                has_next_boot ? args_with_boot(&again, own_argv, &next_boot) : own_argv);
    perror("dut: reset");
    stop();
}

_Noreturn void ax_check_failed(const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: check failed\n", file, line);
    stop();
}
