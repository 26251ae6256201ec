/* SPDX-License-Identifier: BSD-3-Clause */
#include "readiness/sources.h"

static unsigned ready(const struct ax_source *source)
{
    return ax_udp_ready(source->socket, source->room);
}

static void wait(const struct ax_source *source, unsigned interest, ax_tasks self)
{
    ax_udp_wait(source->socket, interest, source->room, self);
}

int ax_readiness_register_udp(struct ax_readiness *driver, struct ax_udp *udp, unsigned interest,
                              size_t room, void *token)
{
    static const struct ax_source_kind kind = {
        .interests = AX_READABLE | AX_WRITABLE | AX_RELEASED, .ready = ready, .wait = wait};
    const struct ax_source like = {.kind = &kind, .socket = udp, .token = token, .room = room};

    return source_register(driver, &like, interest);
}
