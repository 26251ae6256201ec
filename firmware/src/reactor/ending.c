/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

void operation_tell_end(struct ax_operation *operation)
{
    struct ax_completion *done = &operation->done;
    int end = ax_tcp_end(done->tcp);

    if (operation->has_waited && done->result == AX_E_STATE && end < 0)
        done->result = end;
}

int ax_reactor_flush(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_FLUSH, LANE_OUT, NULL};
    struct ax_operation *flush = operation_of_tcp(reactor, &kind, tcp, token);

    if (!flush)
        return AX_E_MEMORY;
    ax_flush(&flush->of.tcp, tcp);
    return operation_submit(reactor, flush);
}

int ax_reactor_shutdown(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_SHUTDOWN, LANE_OUT, operation_tell_end};
    struct ax_operation *shutdown = operation_of_tcp(reactor, &kind, tcp, token);

    if (!shutdown)
        return AX_E_MEMORY;
    ax_shutdown(&shutdown->of.tcp, tcp);
    return operation_submit(reactor, shutdown);
}

int ax_reactor_close(struct ax_reactor *reactor, struct ax_tcp *tcp, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_CLOSE, LANE_IN | LANE_OUT, NULL};
    struct ax_operation *close = operation_of_tcp(reactor, &kind, tcp, token);

    if (!close)
        return AX_E_MEMORY;
    ax_close(&close->of.tcp, tcp);
    return operation_submit(reactor, close);
}
