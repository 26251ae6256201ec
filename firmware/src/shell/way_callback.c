/* SPDX-License-Identifier: BSD-3-Clause */
/* Through callbacks: a socket is readable, writable and over when its client was told so,
 * what is received is what was handed over, and who waits is woken by what was told. Only
 * release and flush are the socket's own to tell. Callbacks have no datagrams. */
#include "shell/callback.h"
#include "shell/way.h"

#include <string.h>

static struct ax_callback_task service;
static struct shell *the_shell;

struct ax_callback_task *callback_task(void) { return &service; }

static struct callback_socket *of(const struct shell_tcp *socket) { return socket->through; }

struct callback_socket *callback_of(const struct shell_tcp *socket)
{
    return socket->way == &way_callback ? of(socket) : NULL;
}

static int begin(struct shell *shell)
{
    the_shell = shell;
    memset(&service, 0, sizeof service);
    return ax_callback_task_start(&service) < 0 ? SHELL_E_FULL_TASKS : AX_OK;
}

static void end(struct shell *shell)
{
    (void)shell;
    ax_callback_task_stop(&service);
}

/* ---- opening and ending */

static int tcp_open(struct shell_tcp *socket)
{
    of(socket)->shell = the_shell;
    of(socket)->socket = socket;
    ax_client_init(&of(socket)->client, &service, &callback_table, &socket->tcp);
    return AX_OK;
}

/* A client would drop what is unread and wait for the release: the shell says so instead. */
static bool may_begin(const struct shell_tcp *socket)
{
    return ax_client_is_idle(&of(socket)->client) && ax_tcp_is_released(&socket->tcp) &&
           !ax_tcp_can_recv(&socket->tcp);
}

static int begun(struct callback_socket *callback, int err)
{
    if (err == AX_OK)
        callback_begun(callback);
    return err;
}

static int tcp_connect(struct shell_tcp *socket, const struct ax_endpoint *local,
                       const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    struct callback_socket *callback = of(socket);

    if (!may_begin(socket))
        return AX_E_STATE;
    return begun(callback, ax_client_connect(&callback->client, local, remote, timeout_ms));
}

static int tcp_lend(struct shell_tcp *socket, struct ax_listener *listener)
{
    struct callback_socket *callback = of(socket);

    if (!may_begin(socket))
        return AX_E_STATE;
    return begun(callback, ax_client_accept(&callback->client, listener));
}

/* Of an idle client the socket may still be in TIME-WAIT. */
static int tcp_close(struct shell_tcp *socket)
{
    struct callback_socket *callback = of(socket);
    int err = ax_client_is_idle(&callback->client) ? ax_tcp_close(&socket->tcp)
                                                   : ax_client_close(&callback->client);

    ax_event_signal(&callback->writable); /* to send is an error now, no matter of waiting */
    return err;
}

static void tcp_abort(struct shell_tcp *socket)
{
    if (ax_client_is_idle(&of(socket)->client))
        ax_tcp_abort(&socket->tcp);
    else
        ax_client_abort(&of(socket)->client);
}

static void tcp_destroy(struct shell_tcp *socket)
{
    ax_client_free(&of(socket)->client);
    callback_signal(of(socket));
}

/* ---- readiness, as it was told */

static unsigned told_ready(const struct callback_socket *callback, const struct ax_tcp *tcp)
{
    unsigned holds = 0;

    if (!callback->connected)
        return ax_client_is_idle(&callback->client) ? AX_READABLE | AX_WRITABLE : 0;
    if (ax_client_held(&callback->client).len != 0 || callback->finished)
        holds |= AX_READABLE;
    if (ax_client_can_send(&callback->client) || !ax_tcp_may_send(tcp) || callback->fin_news)
        holds |= AX_WRITABLE;
    return holds;
}

static unsigned tcp_ready(const struct shell_tcp *socket)
{
    return told_ready(of(socket), &socket->tcp) |
           (ax_tcp_ready(&socket->tcp) & (AX_RELEASED | AX_FLUSHED));
}

static void tcp_wait(struct shell_tcp *socket, unsigned interest, struct way_asker *asker)
{
    if (interest & tcp_ready(socket)) {
        ax_wake(asker->self);
        return;
    }
    if (interest & AX_READABLE)
        (void)ax_event_wait(&of(socket)->readable, asker->self);
    if (interest & AX_WRITABLE)
        (void)ax_event_wait(&of(socket)->writable, asker->self);
    if (interest & (AX_RELEASED | AX_FLUSHED))
        ax_tcp_wait(&socket->tcp, interest & (AX_RELEASED | AX_FLUSHED), asker->self);
}

static void tcp_withdraw(struct shell_tcp *socket, struct way_asker *asker)
{
    ax_event_unwait(&of(socket)->readable, asker->self);
    ax_event_unwait(&of(socket)->writable, asker->self);
    ax_tcp_unwait(&socket->tcp, asker->self);
}

/* ---- bytes */

static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, struct way_asker *asker)
{
    int result = ax_client_write(&of(socket)->client, src, len);

    if (result != AX_E_WOULD_BLOCK)
        return result;
    of(socket)->fin_news = false;
    if (asker)
        tcp_wait(socket, AX_WRITABLE, asker);
    return result;
}

/* What a receive says when nothing is held. One that ended may wait for the next, in a pool. */
static int nothing_held(const struct shell_tcp *socket)
{
    const struct callback_socket *callback = of(socket);

    if (callback->finished)
        return AX_E_EOF;
    if (callback->connected)
        return AX_E_WOULD_BLOCK;
    if (!callback->ended || !ax_client_is_idle(&callback->client))
        return AX_E_STATE;
    return callback->err != AX_OK ? callback->err : ax_tcp_end(&socket->tcp);
}

static size_t take_held(struct ax_client *client, uint8_t *dst, size_t len)
{
    size_t taken = 0;
    struct ax_span data;

    while (taken < len && (data = ax_client_held(client)).len != 0) {
        if (data.len > len - taken)
            data.len = len - taken;
        memcpy(dst + taken, data.at, data.len);
        taken += data.len;
        ax_client_ack(client, data.len);
    }
    return taken;
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, struct way_asker *asker)
{
    struct ax_client *client = &of(socket)->client;
    int result;

    if (ax_client_held(client).len != 0)
        return (int)take_held(client, dst, len);
    result = nothing_held(socket);
    if (result != AX_E_WOULD_BLOCK)
        return result;
    if (len == 0)
        return 0;
    if (asker)
        tcp_wait(socket, AX_READABLE, asker);
    return result;
}

static int tcp_consume(struct shell_tcp *socket, size_t len)
{
    struct ax_client *client = &of(socket)->client;

    if (ax_client_held(client).len == 0)
        return len == 0 ? tcp_recv(socket, NULL, 0, NULL) : nothing_held(socket);
    return ax_client_ack(client, len);
}

const struct way way_callback = {
    .name = "callback",
    .begin = begin,
    .end = end,
    .tcp = {.bytes = sizeof(struct callback_socket),
            .open = tcp_open,
            .connect = tcp_connect,
            .lend = tcp_lend,
            .send = tcp_send,
            .recv = tcp_recv,
            .commit = core_tcp_commit,
            .consume = tcp_consume,
            .close = tcp_close,
            .abort = tcp_abort,
            .destroy = tcp_destroy,
            .ready = tcp_ready,
            .wait = tcp_wait,
            .withdraw = tcp_withdraw},
};
