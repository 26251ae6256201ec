/* SPDX-License-Identifier: BSD-3-Clause */
#include "reactor/operations.h"

enum { POSSIBLE = AX_READABLE | AX_WRITABLE | AX_RELEASED };

static int poll_ready(struct ax_future *future, ax_tasks self)
{
    const struct ax_ready_future *ready = (const struct ax_ready_future *)future;
    unsigned holds = ax_udp_ready(ready->udp, ready->room) & ready->interest;

    if (holds != 0)
        return (int)holds;
    ax_udp_wait(ready->udp, ready->interest, ready->room, self);
    return AX_E_WOULD_BLOCK;
}

static void tell(const struct ax_operation *operation, struct ax_completion *done)
{
    done->udp = operation->of.ready.udp;
}

int ax_reactor_ready_udp(struct ax_reactor *reactor, struct ax_udp *udp, unsigned interest,
                         size_t room, void *token)
{
    static const struct ax_operation_kind kind = {AX_OP_READY, 0, NULL, tell};
    static const struct ax_future_kind future = {.poll = poll_ready};
    struct ax_operation *ready;

    if (interest == 0 || (interest & ~(unsigned)POSSIBLE) != 0)
        return AX_E_ARG;
    ready = operation_take(reactor, &kind, udp, token);
    if (!ready)
        return AX_E_MEMORY;
    ready->of.ready = (struct ax_ready_future){.udp = udp, .interest = interest, .room = room};
    ax_future_init(&ready->of.future, &future);
    return operation_submit(reactor, ready);
}
