/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

int ax_reactor_ready_tcp(struct ax_reactor *reactor, struct ax_tcp *tcp, unsigned interest,
                         void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_READY, 0, NULL, operation_tell_tcp};
    struct ax_operation *ready = operation_take(reactor, &kind, tcp, token);

    if (!ready)
        return AX_E_MEMORY;
    ax_until_ready_tcp(&ready->of.tcp, tcp, interest);
    return operation_submit(reactor, ready);
}
