/* SPDX-License-Identifier: BSD-3-Clause */
#include "typist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/shell.h>

#include "exec/exec_reset.h"
#include "fake_debug.h"
#include "fake_port.h"
#include "fake_stack.h"
#include "shell/shell.h"

enum { QUEUE_SLOTS = 4, ARENA_BYTES = 65536 };

static uint8_t arena[ARENA_BYTES];
static struct ax_queue_device device;
static struct ax_queue_slot rx[QUEUE_SLOTS], tx[QUEUE_SLOTS];
static struct ax_link wire;
static unsigned number;
static char reply[1024];

int typist_start(void **state)
{
    static const uint8_t mac[AX_MAC_LEN] = {2, 0, 0, 0, 0, 2};

    (void)state;
    fake_port_init();
    fake_debug_init();
    exec_reset();
    fake_stack_start();
    ax_clock_start_held(0);
    ax_queue_device_init(&device, mac, rx, tx, QUEUE_SLOTS);
    ax_link_init(&wire, &device.device);
    assert_int_equal(ax_shell_start(&(struct ax_shell_config){
                         .arena = arena,
                         .arena_bytes = sizeof arena,
                         .tcp_sockets = 4,
                         .listeners = 2,
                         .udp_sockets = 2,
                         .watches = 3,
                         .pumps = 2,
                         .servers = 2,
                         .futures = 4,
                         .profile = "test",
                         .version = "1",
                         .build = "abc",
                         .link = &wire,
                         .mac = mac,
                     }),
                     AX_OK);
    typist_run();
    return 0;
}

void typist_run(void)
{
    for (unsigned i = 0; i < 4; i++) {
        for (unsigned rounds = 0; ax_run_once(); rounds++)
            assert_true(rounds < 100000); /* else it spins */
        fake_stack_run();
    }
}

void typist_type(const char *bytes)
{
    fake_console_type(bytes, strlen(bytes));
    typist_run();
}

void typist_plug(bool in)
{
    ax_queue_set_up(&device, in);
    typist_run();
}

const char *typist_said(void)
{
    assert_true(fake_console_out_len < FAKE_CONSOLE_SIZE);
    fake_console_out[fake_console_out_len] = '\0';
    return fake_console_out;
}

void typist_forget(void) { fake_console_out_len = 0; }

const char *typist_ask(const char *command)
{
    char line[600], mark[24];
    const char *end;
    size_t len;

    (void)snprintf(line, sizeof line, "@%u %s\n", ++number, command);
    (void)snprintf(mark, sizeof mark, "@%u= ", number);
    typist_forget();
    typist_type(line);
    end = strstr(typist_said(), mark);
    if (!end)
        fail_msg("no reply to '%s': '%s'", command, typist_said());
    end += strlen(mark);
    len = strcspn(end, "\r");
    assert_true(len < sizeof reply);
    memcpy(reply, end, len);
    reply[len] = '\0';
    return reply;
}

void typist_expect(const char *command, const char *expected)
{
    assert_string_equal(typist_ask(command), expected);
}

/* The shell's task is the start of its state. */
static struct shell *the_shell(void) { return (struct shell *)(uintptr_t)ax_task_at(0); }

struct ax_tcp *typist_tcp(unsigned handle) { return &the_shell()->tcp[handle - 1].tcp; }
struct ax_udp *typist_udp(unsigned handle) { return &the_shell()->udp[handle - 1].udp; }

unsigned typist_connection(unsigned rx_size, unsigned tx_size)
{
    char command[64];
    unsigned handle;

    (void)snprintf(command, sizeof command, "tcp open %u %u", rx_size, tx_size);
    assert_int_equal(sscanf(typist_ask(command), "ok sock=%u", &handle), 1);
    (void)snprintf(command, sizeof command, "tcp connect %u 10.0.0.1:4001", handle);
    typist_expect(command, "ok");
    net_tcp_established(typist_tcp(handle));
    typist_run();
    return handle;
}

void typist_peer_sends(unsigned handle, const void *bytes, unsigned len)
{
    net_tcp_received(typist_tcp(handle), bytes, len);
    typist_run();
}

int typist_stop(void **state)
{
    static const char *const give_back[] = {"tcp destroy", "udp close", "listen close",
                                            "watch stop",  "pump stop", "serve stop"};

    (void)state;
    fake_console_room = FAKE_CONSOLE_SIZE;
    for (unsigned kind = 0; kind < sizeof give_back / sizeof give_back[0]; kind++)
        for (unsigned handle = 1; handle <= 4; handle++) {
            char command[32];
            (void)snprintf(command, sizeof command, "%s %u", give_back[kind], handle);
            (void)typist_ask(command);
        }
    assert_non_null(strstr(typist_ask("mem"), "tasks=1 arena=0 tcp=0 listeners=0 udp_sockets=0 "
                                              "watches=0 pumps=0 servers=0"));
    return 0;
}
