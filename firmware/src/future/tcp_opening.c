/* SPDX-License-Identifier: BSD-3-Clause */
/* connect and accept: a socket that becomes a connection, or is aborted. */
#include <ax/tcp_future.h>

static struct ax_tcp_future *of(struct ax_future *future) { return (struct ax_tcp_future *)future; }

/* Once it has begun. */
static int outcome(struct ax_tcp *tcp, ax_tasks self)
{
    switch (ax_tcp_state(tcp)) {
    case AX_TCP_LISTEN:
    case AX_TCP_SYN_SENT:
    case AX_TCP_SYN_RECEIVED: ax_tcp_wait(tcp, AX_WRITABLE, self); return AX_E_WOULD_BLOCK;
    case AX_TCP_CLOSED: return ax_tcp_end(tcp);
    default: return AX_OK;
    }
}

static void withdraw(struct ax_future *future)
{
    if (future->begun)
        ax_tcp_abort(of(future)->tcp);
}

static int poll_connect(struct ax_future *future, ax_tasks self)
{
    const struct ax_tcp_future *connect = of(future);

    if (!future->begun) {
        int err =
            ax_tcp_connect(connect->tcp, &connect->local, &connect->remote, connect->timeout_ms);
        if (err < 0)
            return err;
    }
    return outcome(connect->tcp, self);
}

void ax_connect(struct ax_tcp_future *future, struct ax_tcp *tcp, const struct ax_endpoint *local,
                const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    static const struct ax_future_kind kind = {.poll = poll_connect, .withdraw = withdraw};

    *future = (struct ax_tcp_future){.tcp = tcp, .remote = *remote, .timeout_ms = timeout_ms};
    if (local)
        future->local = *local;
    ax_future_init(&future->future, &kind);
}

static int poll_accept(struct ax_future *future, ax_tasks self)
{
    const struct ax_tcp_future *accept = of(future);

    if (!future->begun) {
        int err = ax_listener_lend(accept->listener, accept->tcp);
        if (err < 0)
            return err;
    }
    return outcome(accept->tcp, self);
}

void ax_accept(struct ax_tcp_future *future, struct ax_listener *listener, struct ax_tcp *tcp)
{
    static const struct ax_future_kind kind = {.poll = poll_accept, .withdraw = withdraw};

    *future = (struct ax_tcp_future){.tcp = tcp, .listener = listener};
    ax_future_init(&future->future, &kind);
}
