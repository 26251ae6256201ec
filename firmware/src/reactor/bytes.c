/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

int ax_reactor_recv(struct ax_reactor *reactor, struct ax_tcp *tcp, void *dst, size_t len,
                    void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_RECV, LANE_IN, NULL, operation_tell_tcp};
    struct ax_operation *recv = operation_take(reactor, &kind, tcp, token);

    if (!recv)
        return AX_E_MEMORY;
    ax_recv(&recv->of.tcp, tcp, dst, len);
    return operation_submit(reactor, recv);
}

int ax_reactor_read_exact(struct ax_reactor *reactor, struct ax_tcp *tcp, void *dst, size_t len,
                          void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_READ_EXACT, LANE_IN, NULL,
                                                  operation_tell_tcp};
    struct ax_operation *read = operation_take(reactor, &kind, tcp, token);

    if (!read)
        return AX_E_MEMORY;
    ax_read_exact(&read->of.tcp, tcp, dst, len);
    return operation_submit(reactor, read);
}

int ax_reactor_send(struct ax_reactor *reactor, struct ax_tcp *tcp, const void *src, size_t len,
                    void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_SEND, LANE_OUT, NULL, operation_tell_tcp};
    struct ax_operation *send = operation_take(reactor, &kind, tcp, token);

    if (!send)
        return AX_E_MEMORY;
    ax_send(&send->of.tcp, tcp, src, len);
    return operation_submit(reactor, send);
}

int ax_reactor_write_all(struct ax_reactor *reactor, struct ax_tcp *tcp, const void *src,
                         size_t len, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_WRITE_ALL, LANE_OUT, NULL,
                                                  operation_tell_tcp};
    struct ax_operation *write = operation_take(reactor, &kind, tcp, token);

    if (!write)
        return AX_E_MEMORY;
    ax_write_all(&write->of.tcp, tcp, src, len);
    return operation_submit(reactor, write);
}
