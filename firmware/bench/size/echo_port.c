/* SPDX-License-Identifier: BSD-3-Clause */
/* A port that does nothing, so that an echo application can be linked for a core
 * alone: its size is the stack's and its own. The image is not run. */
#include <ax/link.h>
#include <ax/port.h>

static int receive(struct ax_link_device *device, struct ax_span *frame)
{
    (void)device;
    (void)frame;
    return AX_E_WOULD_BLOCK;
}

static void release(struct ax_link_device *device, struct ax_span frame)
{
    (void)device;
    (void)frame;
}

static int send_frame(struct ax_link_device *device, const struct ax_span *pieces, size_t count)
{
    (void)device;
    (void)pieces;
    (void)count;
    return AX_OK;
}

static bool is_up(struct ax_link_device *device)
{
    (void)device;
    return false;
}

struct ax_link_device *ax_port_ethernet(void)
{
    static const struct ax_link_ops ops = {receive, release, send_frame, is_up};
    static struct ax_link_device device = {.ops = &ops, .rx_frames = 1};

    return &device;
}

void ax_port_init(int argc, char **argv)
{
    (void)argc;
    (void)argv;
}

uint32_t ax_port_now_ms(void) { return 0; }
uint32_t ax_port_lock(void) { return 0; }
void ax_port_unlock(uint32_t was) { (void)was; }
void ax_port_sleep(uint32_t at_most_ms) { (void)at_most_ms; }

void ax_port_random(void *dst, size_t len)
{
    for (uint8_t *at = dst; len > 0; len--)
        *at++ = 0;
}

_Noreturn void ax_check_failed(const char *file, int line)
{
    (void)file;
    (void)line;
    for (;;) {
    }
}
