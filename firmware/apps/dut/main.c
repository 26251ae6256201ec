/* SPDX-License-Identifier: BSD-3-Clause */
/* The device under test: the stack, fences, and every call behind the shell. */
#include <ax/clock.h>
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

enum { OUT_OF_STORAGE = 70, ARENA_BYTES = 1 << 20 };

static struct ax_link wire;

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
    .gateway = 0x0a000001,
};

static int start_shell(const struct ax_link_device *device)
{
    static uint8_t arena[ARENA_BYTES];

    return ax_shell_start(&(struct ax_shell_config){
        .arena = arena,
        .arena_bytes = sizeof arena,
        .tcp_sockets = 16,
        .listeners = 8,
        .udp_sockets = 8,
        .watches = 12,
        .pumps = 8,
        .servers = 8,
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
    if (ax_stack_start(&wire, &address) < 0 || ax_link_answer_fences(&wire) < 0 ||
        start_shell(device) < 0)
        return OUT_OF_STORAGE;
    ax_run();
}
