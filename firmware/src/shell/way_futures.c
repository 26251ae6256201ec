/* SPDX-License-Identifier: BSD-3-Clause */
/* Through futures: each call is one, polled at least once. What would block is
 * withdrawn, or stays with who asked; connections that are being opened or ended stay with
 * a task of this way's. */
#include "shell/way.h"

#include <ax/tcp_future.h>
#include <ax/udp_future.h>

/* What an asker has under way. */
enum asks { NOTHING, SENDING, RECEIVING, WAITING };

struct asked {
    enum asks what;
    union {
        struct ax_future future; /* of both */
        struct ax_tcp_future tcp;
        struct ax_udp_future udp;
    } of;
};

struct tcp_futures {
    struct ax_tcp_future opening, ending; /* done, or polled by the task below */
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
    return ax_task_start(&opener.task) < 0 ? SHELL_E_FULL_TASKS : AX_OK;
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

/* ---- those who ask */

static void give_up(struct asked *asked)
{
    if (asked->what != NOTHING)
        ax_future_withdraw(&asked->of.future);
    asked->what = NOTHING;
}

/* False: it is to be begun. */
static bool goes_on(struct asked *asked, enum asks what)
{
    if (asked->what == what)
        return true;
    give_up(asked);
    asked->what = what;
    return false;
}

static int advance(struct asked *asked, ax_tasks self)
{
    int result = ax_future_poll(&asked->of.future, self);

    if (result != AX_E_WOULD_BLOCK)
        asked->what = NOTHING;
    return result;
}

/* Until it is worth while to look; at once if it is already. */
static void wait(struct asked *asked, ax_tasks self)
{
    if (advance(asked, self) != AX_E_WOULD_BLOCK)
        ax_wake(self);
}

/* ---- TCP */

/* Both are done from the start: they were withdrawn before their first poll. */
static int tcp_open(struct shell_tcp *socket)
{
    struct ax_tcp_future *both[] = {&of(socket)->opening, &of(socket)->ending};

    for (unsigned i = 0; i < sizeof both / sizeof both[0]; i++) {
        ax_flush(both[i], &socket->tcp);
        ax_future_withdraw(&both[i]->future);
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

/* Asked by the shell itself, which is polled anyway. */
static int now_or_never(struct ax_tcp_future *future)
{
    int result = ax_future_poll(&future->future, opener.shell->task.self);

    ax_future_withdraw(&future->future);
    ax_tcp_unwait(future->tcp, opener.shell->task.self);
    return result;
}

static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, struct way_asker *asker)
{
    struct asked *asked = asker ? asker->state : NULL;
    struct ax_tcp_future once;

    if (!asked) {
        ax_send(&once, &socket->tcp, src, len);
        return now_or_never(&once);
    }
    if (!goes_on(asked, SENDING))
        ax_send(&asked->of.tcp, &socket->tcp, src, len);
    return advance(asked, asker->self);
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, struct way_asker *asker)
{
    struct asked *asked = asker ? asker->state : NULL;
    struct ax_tcp_future once;

    if (!asked) {
        ax_recv(&once, &socket->tcp, dst, len);
        return now_or_never(&once);
    }
    if (!goes_on(asked, RECEIVING))
        ax_recv(&asked->of.tcp, &socket->tcp, dst, len);
    return advance(asked, asker->self);
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
    ax_future_withdraw(&of(socket)->ending.future);
    ax_future_withdraw(&of(socket)->opening.future);
    ax_tcp_destroy(&socket->tcp);
}

static void tcp_wait(struct shell_tcp *socket, unsigned interest, struct way_asker *asker)
{
    struct asked *asked = asker->state;

    give_up(asked);
    asked->what = WAITING;
    ax_until_ready_tcp(&asked->of.tcp, &socket->tcp, interest);
    wait(asked, asker->self);
}

static void tcp_withdraw(struct shell_tcp *socket, struct way_asker *asker)
{
    give_up(asker->state);
    ax_tcp_unwait(&socket->tcp, asker->self);
}

/* ---- UDP */

/* The same for datagrams. */
static int udp_now_or_never(struct ax_udp_future *future)
{
    int result = ax_future_poll(&future->future, opener.shell->task.self);

    ax_future_withdraw(&future->future);
    ax_udp_unwait(future->udp, opener.shell->task.self);
    return result;
}

static int udp_send(struct shell_udp *socket, const struct ax_endpoint *to, const void *src,
                    size_t len, uint32_t *id, struct way_asker *asker)
{
    struct asked *asked = asker ? asker->state : NULL;
    struct ax_udp_future once, *send = asked ? &asked->of.udp : &once;
    int result;

    if (!asked || !goes_on(asked, SENDING))
        ax_send_to(send, &socket->udp, to, src, len);
    result = asked ? advance(asked, asker->self) : udp_now_or_never(send);
    if (result == AX_OK && id)
        *id = send->id;
    return result;
}

static int udp_recv(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                    struct way_asker *asker)
{
    struct asked *asked = asker ? asker->state : NULL;
    struct ax_udp_future once, *recv = asked ? &asked->of.udp : &once;
    int result;

    if (!asked || !goes_on(asked, RECEIVING))
        ax_recv_from(recv, &socket->udp, dst, size);
    result = asked ? advance(asked, asker->self) : udp_now_or_never(recv);
    if (about)
        *about = recv->about;
    return result;
}

static void udp_wait(struct shell_udp *socket, unsigned interest, uint32_t room,
                     struct way_asker *asker)
{
    struct asked *asked = asker->state;

    give_up(asked);
    asked->what = WAITING;
    ax_until_ready_udp(&asked->of.udp, &socket->udp, interest, room);
    wait(asked, asker->self);
}

static void udp_withdraw(struct shell_udp *socket, struct way_asker *asker)
{
    give_up(asker->state);
    ax_udp_unwait(&socket->udp, asker->self);
}

const struct way way_futures = {
    .name = "futures",
    .begin = begin,
    .end = end,
    .asker_bytes = sizeof(struct asked),
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
            .wait = tcp_wait,
            .withdraw = tcp_withdraw},
    .udp = {.open = core_udp_open,
            .bind = core_udp_bind,
            .send = udp_send,
            .recv = udp_recv,
            .close = core_udp_close,
            .ready = core_udp_ready,
            .wait = udp_wait,
            .withdraw = udp_withdraw},
};
