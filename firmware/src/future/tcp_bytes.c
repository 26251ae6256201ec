/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes out of a connection and into it. */
#include <limits.h>

#include <ax/tcp_future.h>

#include "future/tcp_error.h"

static struct ax_tcp_future *of(struct ax_future *future) { return (struct ax_tcp_future *)future; }

static int blocked(struct ax_tcp *tcp, unsigned interest, ax_tasks self)
{
    ax_tcp_wait(tcp, interest, self);
    return AX_E_WOULD_BLOCK;
}

static int poll_send(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp_future *send = of(future);
    int result = ax_tcp_send(send->tcp, send->src, send->len);

    if (result == AX_E_WOULD_BLOCK)
        return blocked(send->tcp, AX_WRITABLE, self);
    send->done = result > 0 ? (size_t)result : 0;
    return result < 0 ? tcp_error_of(send, result) : result;
}

void ax_send(struct ax_tcp_future *future, struct ax_tcp *tcp, const void *src, size_t len)
{
    static const struct ax_future_kind kind = {.poll = poll_send};

    *future = (struct ax_tcp_future){.tcp = tcp, .src = src, .len = len};
    ax_future_init(&future->future, &kind);
}

static int poll_recv(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp_future *recv = of(future);
    int result = ax_tcp_recv(recv->tcp, recv->dst, recv->len);

    if (result == AX_E_WOULD_BLOCK)
        return blocked(recv->tcp, AX_READABLE, self);
    recv->done = result > 0 ? (size_t)result : 0;
    return result;
}

void ax_recv(struct ax_tcp_future *future, struct ax_tcp *tcp, void *dst, size_t len)
{
    static const struct ax_future_kind kind = {.poll = poll_recv};

    *future = (struct ax_tcp_future){.tcp = tcp, .dst = dst, .len = len};
    ax_future_init(&future->future, &kind);
}

/* All of it, in as many attempts as it takes. */
static int poll_read_exact(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp_future *read = of(future);

    if (read->len > INT_MAX)
        return AX_E_ARG; /* no result could say so much */
    while (read->done < read->len) {
        int result =
            ax_tcp_recv(read->tcp, (uint8_t *)read->dst + read->done, read->len - read->done);
        if (result == AX_E_WOULD_BLOCK)
            return blocked(read->tcp, AX_READABLE, self);
        if (result < 0)
            return result;
        read->done += (size_t)result;
    }
    return (int)read->len;
}

void ax_read_exact(struct ax_tcp_future *future, struct ax_tcp *tcp, void *dst, size_t len)
{
    static const struct ax_future_kind kind = {.poll = poll_read_exact};

    *future = (struct ax_tcp_future){.tcp = tcp, .dst = dst, .len = len};
    ax_future_init(&future->future, &kind);
}

static int poll_write_all(struct ax_future *future, ax_tasks self)
{
    struct ax_tcp_future *write = of(future);

    if (write->len > INT_MAX)
        return AX_E_ARG;
    while (write->done < write->len) {
        int result = ax_tcp_send(write->tcp, (const uint8_t *)write->src + write->done,
                                 write->len - write->done);
        if (result == AX_E_WOULD_BLOCK)
            return blocked(write->tcp, AX_WRITABLE, self);
        if (result < 0)
            return tcp_error_of(write, result);
        write->done += (size_t)result;
    }
    return (int)write->len;
}

void ax_write_all(struct ax_tcp_future *future, struct ax_tcp *tcp, const void *src, size_t len)
{
    static const struct ax_future_kind kind = {.poll = poll_write_all};

    *future = (struct ax_tcp_future){.tcp = tcp, .src = src, .len = len};
    ax_future_init(&future->future, &kind);
}
