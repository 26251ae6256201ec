/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

int ax_reactor_flush(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_FLUSH, LANE_OUT, NULL, operation_tell_tcp};
    struct ax_operation *flush = operation_take(reactor, &kind, tcp, token);

    if (!flush)
        return AX_E_MEMORY;
    ax_flush(&flush->of.tcp, tcp);
    return operation_submit(reactor, flush);
}

int ax_reactor_shutdown(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_SHUTDOWN, LANE_OUT, NULL,
                                                  operation_tell_tcp};
    struct ax_operation *shutdown = operation_take(reactor, &kind, tcp, token);

    if (!shutdown)
        return AX_E_MEMORY;
    ax_shutdown(&shutdown->of.tcp, tcp);
    return operation_submit(reactor, shutdown);
}

int ax_reactor_close(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_CLOSE, LANE_IN | LANE_OUT, NULL,
                                                  operation_tell_tcp};
    struct ax_operation *close = operation_take(reactor, &kind, tcp, token);

    if (!close)
        return AX_E_MEMORY;
    operation_cancel_readers(reactor, tcp);
    ax_close(&close->of.tcp, tcp);
    return operation_submit(reactor, close);
}
