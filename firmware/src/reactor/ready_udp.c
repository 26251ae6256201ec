/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

static void tell(const struct ax_operation *operation, struct ax_completion *done)
{
    done->udp = operation->of.udp.udp;
}

int ax_reactor_ready_udp(struct ax_reactor *reactor, struct ax_udp *udp, unsigned interest,
                         size_t room, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_READY, 0, NULL, tell};
    struct ax_operation *ready = operation_take(reactor, &kind, udp, token);

    if (!ready)
        return AX_E_MEMORY;
    ax_until_ready_udp(&ready->of.udp, udp, interest, room);
    return operation_submit(reactor, ready);
}
