/* SPDX-License-Identifier: BSD-3-Clause */
/* Through futures: each call is one, polled at least once. What would block is
 * withdrawn, or stays with the task that asked; connections that are being opened or
 * ended stay with a task of this way's. */
#include "shell/way.h"

#include <ax/tcp_future.h>
#include <ax/udp_future.h>

/* Of one operation at a time. */
struct operation {
    struct ax_tcp_future future;
    ax_tasks owner; /* the task that has it under way; 0: none */
};

struct tcp_futures {
    struct operation send, recv;
    struct ax_tcp_future opening, ending; /* done, or polled by the task below */
};

struct udp_futures {
    struct ax_udp_future send, recv;
    ax_tasks sender, receiver; /* as owner above */
};

static struct tcp_futures *of(const struct shell_tcp *socket) { return socket->through; }

/* ---- the task that opens and ends connections */

static struct {
    struct ax_task task; /* first */
    struct shell *shell;
} opener;

static enum ax_poll poll_opener(struct ax_task *task)
{
    for (unsigned i = 0; i < opener.shell->config.tcp_sockets; i++) {
        const struct shell_tcp *socket = &opener.shell->tcp[i];
        if (socket->way != &way_futures)
            continue;
        (void)ax_future_poll(&of(socket)->opening.future, task->self);
        (void)ax_future_poll(&of(socket)->ending.future, task->self);
    }
    return AX_PENDING;
}

static int begin(struct shell *shell)
{
    opener.task = (struct ax_task){.poll = poll_opener, .name = "opener"};
    opener.shell = shell;
    return ax_task_start(&opener.task) < 0 ? SHELL_E_OUT_OF_ROOM : AX_OK;
}

static void end(struct shell *shell)
{
    (void)shell;
    ax_task_stop(&opener.task);
}

/* The first poll makes the call. What it refuses is the caller's to hear; how the
 * connection ends, the socket itself tells. */
static int begun(struct ax_tcp_future *future)
{
    int result = ax_future_poll(&future->future, opener.task.self);

    return result < 0 && result > AX_E_CLOSED && result != AX_E_WOULD_BLOCK ? result : AX_OK;
}

/* ---- TCP */

/* All are done from the start: they were withdrawn before their first poll. */
static int tcp_open(struct shell_tcp *socket)
{
    struct tcp_futures *futures = of(socket);
    struct ax_tcp_future *all[] = {&futures->send.future, &futures->recv.future, &futures->opening,
                                   &futures->ending};

    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++) {
        ax_flush(all[i], &socket->tcp);
        ax_future_withdraw(&all[i]->future);
    }
    return AX_OK;
}

/* One that is still being opened is not CLOSED, and the call says so. Its end may be
 * there while the task has not yet looked. */
static bool is_opening(struct shell_tcp *socket)
{
    return ax_future_poll(&of(socket)->opening.future, opener.task.self) == AX_E_WOULD_BLOCK;
}

static int tcp_connect(struct shell_tcp *socket, const struct ax_endpoint *local,
                       const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    if (is_opening(socket))
        return AX_E_STATE;
    ax_connect(&of(socket)->opening, &socket->tcp, local, remote, timeout_ms);
    return begun(&of(socket)->opening);
}

static int tcp_lend(struct shell_tcp *socket, struct ax_listener *listener)
{
    if (is_opening(socket))
        return AX_E_STATE;
    ax_accept(&of(socket)->opening, listener, &socket->tcp);
    return begun(&of(socket)->opening);
}

/* Another's, or to be begun. */
static bool is_others(const struct operation *operation, ax_tasks self)
{
    return operation->owner != 0 && operation->owner != self;
}

static int advance(struct operation *operation, ax_tasks self)
{
    int result = ax_future_poll(&operation->future.future, self);

    operation->owner = result == AX_E_WOULD_BLOCK ? self : 0;
    return result;
}

/* Asked by the shell itself, which is polled anyway. */
static int now_or_never(struct ax_tcp_future *future)
{
    int result = ax_future_poll(&future->future, opener.shell->task.self);

    ax_future_withdraw(&future->future);
    ax_tcp_unwait(future->tcp, opener.shell->task.self);
    return result;
}

static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, ax_tasks self)
{
    struct operation *send = &of(socket)->send;
    struct ax_tcp_future once;

    if (self == 0) {
        ax_send(&once, &socket->tcp, src, len);
        return now_or_never(&once);
    }
    if (is_others(send, self))
        return AX_E_IN_USE;
    if (send->owner == 0)
        ax_send(&send->future, &socket->tcp, src, len);
    return advance(send, self);
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, ax_tasks self)
{
    struct operation *recv = &of(socket)->recv;
    struct ax_tcp_future once;

    if (self == 0) {
        ax_recv(&once, &socket->tcp, dst, len);
        return now_or_never(&once);
    }
    if (is_others(recv, self))
        return AX_E_IN_USE;
    if (recv->owner == 0)
        ax_recv(&recv->future, &socket->tcp, dst, len);
    return advance(recv, self);
}

/* Closing twice is no error: the first one goes on. */
static int tcp_close(struct shell_tcp *socket)
{
    struct ax_tcp_future *ending = &of(socket)->ending;

    if (ax_future_poll(&ending->future, opener.task.self) == AX_E_WOULD_BLOCK)
        return AX_OK;
    ax_shutdown(ending, &socket->tcp);
    return begun(ending);
}

static void tcp_destroy(struct shell_tcp *socket)
{
    struct tcp_futures *futures = of(socket);

    ax_future_withdraw(&futures->send.future.future);
    ax_future_withdraw(&futures->recv.future.future);
    ax_future_withdraw(&futures->ending.future);
    ax_future_withdraw(&futures->opening.future);
    ax_tcp_destroy(&socket->tcp);
}

static void give_up(struct operation *operation, ax_tasks self)
{
    if (operation->owner != self)
        return;
    ax_future_withdraw(&operation->future.future);
    operation->owner = 0;
}

static void tcp_withdraw(struct shell_tcp *socket, ax_tasks self)
{
    give_up(&of(socket)->send, self);
    give_up(&of(socket)->recv, self);
    ax_tcp_unwait(&socket->tcp, self);
}

/* ---- UDP */

static struct udp_futures *udp_of(const struct shell_udp *socket) { return socket->through; }

/* The same for datagrams. */
static int udp_now_or_never(struct ax_udp_future *future)
{
    int result = ax_future_poll(&future->future, opener.shell->task.self);

    ax_future_withdraw(&future->future);
    ax_udp_unwait(future->udp, opener.shell->task.self);
    return result;
}

static int udp_advance(struct ax_udp_future *future, ax_tasks *owner, ax_tasks self)
{
    int result = ax_future_poll(&future->future, self);

    *owner = result == AX_E_WOULD_BLOCK ? self : 0;
    return result;
}

static int udp_send(struct shell_udp *socket, const struct ax_endpoint *to, const void *src,
                    size_t len, uint32_t *id, ax_tasks self)
{
    struct udp_futures *futures = udp_of(socket);
    struct ax_udp_future once, *send = self ? &futures->send : &once;
    int result;

    if (self && futures->sender && futures->sender != self)
        return AX_E_IN_USE;
    if (!self || !futures->sender)
        ax_send_to(send, &socket->udp, to, src, len);
    result = self ? udp_advance(send, &futures->sender, self) : udp_now_or_never(send);
    if (result == AX_OK && id)
        *id = send->id;
    return result;
}

static int udp_recv(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                    ax_tasks self)
{
    struct udp_futures *futures = udp_of(socket);
    struct ax_udp_future once, *recv = self ? &futures->recv : &once;
    int result;

    if (self && futures->receiver && futures->receiver != self)
        return AX_E_IN_USE;
    if (!self || !futures->receiver)
        ax_recv_from(recv, &socket->udp, dst, size);
    result = self ? udp_advance(recv, &futures->receiver, self) : udp_now_or_never(recv);
    if (about)
        *about = recv->about;
    return result;
}

static void udp_withdraw(struct shell_udp *socket, ax_tasks self)
{
    struct udp_futures *futures = udp_of(socket);

    if (futures->sender == self) {
        ax_future_withdraw(&futures->send.future);
        futures->sender = 0;
    }
    if (futures->receiver == self) {
        ax_future_withdraw(&futures->recv.future);
        futures->receiver = 0;
    }
    ax_udp_unwait(&socket->udp, self);
}

const struct way way_futures = {
    .name = "futures",
    .begin = begin,
    .end = end,
    .tcp = {.bytes = sizeof(struct tcp_futures),
            .open = tcp_open,
            .connect = tcp_connect,
            .lend = tcp_lend,
            .send = tcp_send,
            .recv = tcp_recv,
            .commit = core_tcp_commit,
            .consume = core_tcp_consume,
            .close = tcp_close,
            .abort = core_tcp_abort,
            .destroy = tcp_destroy,
            .ready = core_tcp_ready,
            .wait = core_tcp_wait,
            .withdraw = tcp_withdraw},
    .udp = {.bytes = sizeof(struct udp_futures),
            .open = core_udp_open,
            .bind = core_udp_bind,
            .send = udp_send,
            .recv = udp_recv,
            .close = core_udp_close,
            .ready = core_udp_ready,
            .wait = core_udp_wait,
            .withdraw = udp_withdraw},
};
