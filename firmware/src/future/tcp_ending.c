/* SPDX-License-Identifier: BSD-3-Clause */
/* flush, shutdown and close: until the peer has acknowledged. */
#include "future/tcp_error.h"

static struct ax_tcp_future *of(struct ax_future *future) { return (struct ax_tcp_future *)future; }

static int blocked(struct ax_tcp *tcp, unsigned interest, ax_tasks self)
{
    ax_tcp_wait(tcp, interest, self);
    return AX_E_WOULD_BLOCK;
}

/* Of a connection that is over: closed as it should be is no error. */
static int end_of(const struct ax_tcp *tcp)
{
    int end = ax_tcp_end(tcp);

    return end == AX_E_CLOSED ? AX_OK : end;
}

static int poll_flush(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp *tcp = of(future)->tcp;

    if (ax_tcp_state(tcp) == AX_TCP_CLOSED)
        return ax_tcp_levels(tcp).tx == 0 && !future->begun ? AX_OK : end_of(tcp);
    if (ax_tcp_ready(tcp) & AX_FLUSHED)
        return AX_OK;
    return blocked(tcp, AX_FLUSHED, self);
}

void ax_flush(struct ax_tcp_future *future, struct ax_tcp *tcp)
{
    static const struct ax_future_kind kind = {.poll = poll_flush};

    *future = (struct ax_tcp_future){.tcp = tcp};
    ax_future_init(&future->future, &kind);
}

static int poll_shutdown(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp *tcp = of(future)->tcp;

    if (!future->begun) {
        int err = ax_tcp_close(tcp);
        if (err < 0)
            return tcp_error_of(of(future), err);
    }
    if (ax_tcp_state(tcp) == AX_TCP_CLOSED)
        return end_of(tcp);
    if (ax_tcp_ready(tcp) & AX_FLUSHED)
        return AX_OK;
    return blocked(tcp, AX_FLUSHED, self);
}

void ax_shutdown(struct ax_tcp_future *future, struct ax_tcp *tcp)
{
    static const struct ax_future_kind kind = {.poll = poll_shutdown};

    *future = (struct ax_tcp_future){.tcp = tcp};
    ax_future_init(&future->future, &kind);
}

static void drop_received(struct ax_tcp *tcp)
{
    struct ax_span data;

    while (ax_tcp_data(tcp, &data) == AX_OK)
        (void)ax_tcp_consume(tcp, data.len);
}

/* In FIN-WAIT the peer has more to say, a FIN in the end; behind that it is only to
 * acknowledge ours. */
static unsigned awaited(const struct ax_tcp *tcp)
{
    switch (ax_tcp_state(tcp)) {
    case AX_TCP_CLOSED: return AX_RELEASED;
    case AX_TCP_CLOSING:
    case AX_TCP_LAST_ACK: return AX_FLUSHED;
    default: return AX_READABLE;
    }
}

static int poll_close(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp *tcp = of(future)->tcp;

    if (!future->begun)
        (void)ax_tcp_close(
            tcp); /* of one that is CLOSED there is only to see that it is released */
    drop_received(tcp);
    if (ax_tcp_state(tcp) == AX_TCP_TIME_WAIT)
        ax_tcp_destroy(tcp);
    if (ax_tcp_state(tcp) == AX_TCP_CLOSED && ax_tcp_is_released(tcp))
        return end_of(tcp);
    return blocked(tcp, awaited(tcp), self);
}

void ax_close(struct ax_tcp_future *future, struct ax_tcp *tcp)
{
    static const struct ax_future_kind kind = {.poll = poll_close};

    *future = (struct ax_tcp_future){.tcp = tcp};
    ax_future_init(&future->future, &kind);
}
