/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/udp_future.h>

static int poll_ready(struct ax_future *future, ax_tasks self)
{
    enum { POSSIBLE = AX_READABLE | AX_WRITABLE | AX_RELEASED };
    const struct ax_udp_future *ready = (const struct ax_udp_future *)future;
    unsigned holds = ax_udp_ready(ready->udp, ready->len) & ready->interest;

    if (ready->interest == 0 || (ready->interest & ~(unsigned)POSSIBLE) != 0)
        return AX_E_ARG;
    if (holds != 0)
        return (int)holds;
    ax_udp_wait(ready->udp, ready->interest, ready->len, self);
    return AX_E_WOULD_BLOCK;
}

void ax_until_ready_udp(struct ax_udp_future *future, struct ax_udp *udp, unsigned interest,
                        size_t room)
{
    static const struct ax_future_kind kind = {.poll = poll_ready};

    *future = (struct ax_udp_future){.udp = udp, .interest = interest, .len = room};
    ax_future_init(&future->future, &kind);
}
