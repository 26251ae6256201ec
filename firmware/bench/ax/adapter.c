/* SPDX-License-Identifier: BSD-3-Clause */
/* ax over its public API, with a device that lends and gathers. */
#include <string.h>

#include <ax/clock.h>
#include <ax/exec.h>
#include <ax/link.h>
#include <ax/stack.h>

#include "../console.h"
#include "../stack.h"
#include "../wire.h"
#include "services.h"

const char stack_name[] = "ax";

/* ---- the driver */

static bool is_waiting; /* a frame has arrived and is not lent yet */

static int lend(struct ax_link_device *device, struct ax_span *frame)
{
    struct wire_frame *arrived = wire_arrived();

    (void)device;
    if (!is_waiting)
        return AX_E_WOULD_BLOCK;
    is_waiting = false;
    *frame = (struct ax_span){arrived->at, arrived->len};
    return AX_OK;
}

/* The one buffer is free again when the stack rests: no service keeps a frame. */
static void take_back(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    (void)frame;
}

static int send_frame(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    (void)device;
    for (size_t i = 0; i < count; i++)
        uncounted_piece(pieces[i].at, pieces[i].len);
    uncounted_sent();
    return AX_OK;
}

static bool is_up(struct ax_link_device *device)
{
    (void)device;
    return true;
}

static const struct ax_link_ops ops = {
    .receive = lend,
    .release = take_back,
    .send = send_frame,
    .is_up = is_up,
};

static struct ax_link_device device = {.ops = &ops, .mac = {2, 0, 0, 0, 0, 1}, .rx_frames = 1};

/* ---- the stack */

static void run(void)
{
    while (ax_run_once()) {
    }
}

void stack_start(void)
{
    static const struct ax_address address = {.addr = 0xc0a8010a, .netmask = 0xffffff00};
    static struct ax_link link;

    ax_link_init(&link, &device);
    if (ax_stack_start(&link, &address) < 0) {
        machine_say("ax: no task slot\n");
        machine_fail();
    }
    run();
}

/* What a driver's interrupt does, and then the main loop. */
void stack_input(void)
{
    is_waiting = true;
    ax_event_signal(&device.activity);
    run();
}

void stack_poll(void) { run(); }

uint32_t stack_next_ms(void) { return ax_clock_until_deadline(); }

void stack_serve(enum stack_service service, uint16_t port, unsigned connections)
{
    if (service == STACK_ECHO)
        services_open_echo(port);
    else
        services_open(service, port, connections);
    run();
}

void stack_serve_udp(uint16_t port)
{
    services_open_udp(port);
    run();
}

uint32_t stack_read_bytes(void) { return services_read_bytes(); }
