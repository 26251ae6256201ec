/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

static void tell_sent(const struct ax_operation *operation, struct ax_completion *done)
{
    done->udp = operation->of.udp.udp;
    done->bytes = done->result == AX_OK ? (uint32_t)operation->of.udp.len : 0;
    done->about.id = operation->of.udp.id;
}

static void tell_received(const struct ax_operation *operation, struct ax_completion *done)
{
    done->udp = operation->of.udp.udp;
    done->bytes = done->result > 0 ? (uint32_t)done->result : 0;
    done->about = operation->of.udp.about;
}

int ax_reactor_send_to(struct ax_reactor *reactor, struct ax_udp *udp, const struct ax_endpoint *to,
                       const void *src, size_t len, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_SEND_TO, LANE_OUT, NULL, tell_sent};
    struct ax_operation *send = operation_take(reactor, &kind, udp, token);

    if (!send)
        return AX_E_MEMORY;
    ax_send_to(&send->of.udp, udp, to, src, len);
    return operation_submit(reactor, send);
}

int ax_reactor_recv_from(struct ax_reactor *reactor, struct ax_udp *udp, void *dst, size_t size,
                         void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_RECV_FROM, LANE_IN, NULL, tell_received};
    struct ax_operation *recv = operation_take(reactor, &kind, udp, token);

    if (!recv)
        return AX_E_MEMORY;
    ax_recv_from(&recv->of.udp, udp, dst, size);
    return operation_submit(reactor, recv);
}
