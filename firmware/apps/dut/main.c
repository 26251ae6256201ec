/* SPDX-License-Identifier: BSD-3-Clause */
/* The device under test: the stack, fences, and every call behind the shell. */
#include <ax/clock.h>
#include <ax/config.h>
#include <ax/debug.h>
#include <ax/port.h>
#include <ax/shell.h>
#include <ax/stack.h>

/* What the build says of this image. */
#ifndef AX_BOARD
#define AX_BOARD "native"
#endif
#ifndef AX_BUILD_ID
#define AX_BUILD_ID "unknown"
#endif

enum { OUT_OF_STORAGE = 70 };

static struct ax_link wire;

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
    .gateway = 0x0a000001,
};

static int start_shell(const struct ax_link_device *device)
{
    static uint8_t arena[AX_SHELL_ARENA_BYTES];

    return ax_shell_start(&(struct ax_shell_config){
        .arena = arena,
        .arena_bytes = sizeof arena,
        .tcp_sockets = AX_TCP_SOCKETS,
        .listeners = AX_TCP_LISTENERS,
        .udp_sockets = AX_UDP_SOCKETS,
        .watches = AX_SHELL_WATCHES,
        .pumps = AX_SHELL_PUMPS,
        .servers = AX_SHELL_SERVERS,
        .futures = AX_SHELL_FUTURES,
        .profile = AX_BOARD,
        .version = "0.1.0",
        .build = AX_BUILD_ID,
        .link = &wire,
        .mac = device->mac,
    });
}

int main(int argc, char **argv)
{
    struct ax_link_device *device;
    struct ax_boot boot;

    ax_port_init(argc, argv);
    boot = ax_port_boot();
    if (boot.held)
        ax_clock_start_held(boot.held_at);

    device = ax_port_ethernet();
    ax_link_init(&wire, device);
    if (ax_stack_start(&wire, &address) < 0 || ax_link_answer_fences(&wire, ax_shell_said()) < 0 ||
        start_shell(device) < 0)
        return OUT_OF_STORAGE;
    ax_run();
}
