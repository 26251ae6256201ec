/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/udp_future.h>

static struct ax_udp_future *of(struct ax_future *future) { return (struct ax_udp_future *)future; }

static int poll_send_to(struct ax_future *future, ax_tasks self)
{
    struct ax_udp_future *send = of(future);
    int result = ax_udp_send(send->udp, &send->to, send->src, send->len, &send->id);

    if (result == AX_E_WOULD_BLOCK)
        ax_udp_wait(send->udp, AX_WRITABLE, send->len, self);
    return result;
}

void ax_send_to(struct ax_udp_future *future, struct ax_udp *udp, const struct ax_endpoint *to,
                const void *src, size_t len)
{
    static const struct ax_future_kind kind = {.poll = poll_send_to};

    *future = (struct ax_udp_future){.udp = udp, .to = *to, .src = src, .len = len};
    ax_future_init(&future->future, &kind);
}

static int poll_recv_from(struct ax_future *future, ax_tasks self)
{
    struct ax_udp_future *recv = of(future);
    int result = ax_udp_recv(recv->udp, recv->dst, recv->len, &recv->about);

    if (result == AX_E_WOULD_BLOCK)
        ax_udp_wait(recv->udp, AX_READABLE, 0, self);
    return result;
}

void ax_recv_from(struct ax_udp_future *future, struct ax_udp *udp, void *dst, size_t size)
{
    static const struct ax_future_kind kind = {.poll = poll_recv_from};

    *future = (struct ax_udp_future){.udp = udp, .dst = dst, .len = size};
    ax_future_init(&future->future, &kind);
}
