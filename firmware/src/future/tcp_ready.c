/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/tcp_future.h>

static int poll_ready(struct ax_future *future, ax_tasks self)
{
    enum { POSSIBLE = AX_READABLE | AX_WRITABLE | AX_RELEASED | AX_FLUSHED };
    const struct ax_tcp_future *ready = (const struct ax_tcp_future *)future;
    unsigned holds = ax_tcp_ready(ready->tcp) & ready->interest;

    if (ready->interest == 0 || (ready->interest & ~(unsigned)POSSIBLE) != 0)
        return AX_E_ARG;
    if (holds != 0)
        return (int)holds;
    ax_tcp_wait(ready->tcp, ready->interest, self);
    return AX_E_WOULD_BLOCK;
}

void ax_until_ready_tcp(struct ax_tcp_future *future, struct ax_tcp *tcp, unsigned interest)
{
    static const struct ax_future_kind kind = {.poll = poll_ready};

    *future = (struct ax_tcp_future){.tcp = tcp, .interest = interest};
    ax_future_init(&future->future, &kind);
}
