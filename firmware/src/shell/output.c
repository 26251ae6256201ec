/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/output.h"

#include <ax/port.h>

#include "base/check.h"

void output_init(struct output *output)
{
    ax_ring_init(&output->queue, output->storage, sizeof output->storage);
}

void output_bytes(struct output *output, const char *bytes, size_t len)
{
    AX_CHECK(ax_ring_put(&output->queue, bytes, len) == len);
}

void output_line(struct output *output, const struct text *line)
{
    output_bytes(output, line->at, line->len);
    output_bytes(output, "\r\n", 2);
}

void output_flush(struct output *output)
{
    for (;;) {
        struct ax_span queued = ax_ring_data(&output->queue, 0);
        size_t taken = queued.len ? ax_port_console_write(queued.at, queued.len) : 0;
        if (taken == 0)
            return;
        ax_ring_consume(&output->queue, taken);
    }
}

static bool fits(const struct output *output, size_t len)
{
    return ax_ring_free(&output->queue) >= len + OUTPUT_RESERVE_BYTES;
}

bool output_make_room(struct output *output, size_t len)
{
    if (!fits(output, len))
        output_flush(output);
    return fits(output, len);
}
