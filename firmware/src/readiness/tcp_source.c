/* SPDX-License-Identifier: BSD-3-Clause */
#include "readiness/sources.h"

static unsigned ready(const struct ax_source *source) { return ax_tcp_ready(source->socket); }

static void wait(const struct ax_source *source, unsigned interest, ax_tasks self)
{
    ax_tcp_wait(source->socket, interest, self);
}

int ax_readiness_register_tcp(struct ax_readiness *driver, struct ax_tcp *tcp, unsigned interest,
                              void *token)
{
    static const struct ax_source_kind kind = {.interests = AX_READABLE | AX_WRITABLE |
                                                            AX_RELEASED | AX_FLUSHED,
                                               .ready = ready,
                                               .wait = wait};
    const struct ax_source like = {.kind = &kind, .socket = tcp, .token = token};

    return source_register(driver, &like, interest);
}
