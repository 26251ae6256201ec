/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

static void settle_ends(struct ax_operation *operation)
{
    struct ax_tcp_future *opened = &operation->of.tcp;

    opened->local = ax_tcp_local(opened->tcp);
    opened->remote = ax_tcp_remote(opened->tcp);
}

int ax_reactor_connect(struct ax_reactor *reactor, struct ax_tcp *tcp,
                       const struct ax_endpoint *local, const struct ax_endpoint *remote,
                       uint32_t timeout_ms, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_CONNECT, LANE_IN | LANE_OUT, settle_ends,
                                                  operation_tell_tcp};
    struct ax_operation *connect = operation_take(reactor, &kind, tcp, token);

    if (!connect)
        return AX_E_MEMORY;
    ax_connect(&connect->of.tcp, tcp, local, remote, timeout_ms);
    return operation_submit(reactor, connect);
}

int ax_reactor_accept(struct ax_reactor *reactor, struct ax_listener *listener, struct ax_tcp *tcp,
                      void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_ACCEPT, LANE_IN | LANE_OUT, settle_ends,
                                                  operation_tell_tcp};
    struct ax_operation *accept = operation_take(reactor, &kind, tcp, token);

    if (!accept)
        return AX_E_MEMORY;
    ax_accept(&accept->of.tcp, listener, tcp);
    return operation_submit(reactor, accept);
}
