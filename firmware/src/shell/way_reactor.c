/* SPDX-License-Identifier: BSD-3-Clause */
/* Through a completion reactor: each call is an operation of one reactor, processed at
 * once. What would block is late at once, or goes on for the task that asked, which
 * processes too: so it goes on in the same round as it would without a reactor. What would
 * only come behind the opening or ending of its connection, or behind another's, is asked of
 * the socket itself; so is what finds no place in the table. */
#include "shell/way.h"

#include <ax/reactor.h>

#include "shell/arena.h"

/* One operation at a time; the token of its completion. */
struct asked {
    int id;         /* 0: none is under way */
    bool is_done;   /* and its owner has not been given what follows */
    ax_tasks owner; /* who is woken */
    int result;
    struct ax_packet *about; /* the datagram, where it is one */
};

struct tcp_asked {
    struct asked send, recv, opening, ending;
    bool is_gone; /* destroyed */
};

struct udp_asked {
    struct asked send, recv;
    struct ax_packet sent, received;
    bool is_gone;
};

/* Who waits for what a socket is ready for. */
struct waiting {
    struct asked ready;
    const void *socket;
};

static struct {
    struct ax_task task; /* first */
    struct ax_reactor reactor;
    struct ax_operation *table; /* both in the arena */
    struct waiting *waits;
    unsigned wait_count;
    ax_tasks askers; /* tasks whose operations are under way */
} reacting;

static struct tcp_asked *of(const struct shell_tcp *socket) { return socket->through; }
static struct udp_asked *udp_of(const struct shell_udp *socket) { return socket->through; }

/* ---- the reactor's task */

static void take_completions(void)
{
    struct ax_completion done;

    while (ax_reactor_next(&reacting.reactor, &done) == AX_OK) {
        struct asked *asked = done.token;
        asked->id = 0;
        asked->is_done = true;
        asked->result = done.result;
        if (asked->about)
            *asked->about = done.about;
        ax_wake(asked->owner);
    }
}

static void process(void)
{
    ax_reactor_process(&reacting.reactor, reacting.task.self | reacting.askers);
    take_completions();
}

static enum ax_poll react(struct ax_task *task)
{
    (void)task;
    process();
    return AX_PENDING;
}

static int begin(struct shell *shell)
{
    const struct ax_shell_config *config = &shell->config;
    unsigned waits = config->watches + config->pumps;
    unsigned count = 2u * config->tcp_sockets + config->udp_sockets + waits / 2 + 1;

    reacting.table = arena_take(&shell->arena, count * sizeof *reacting.table);
    reacting.waits = arena_take(&shell->arena, waits * sizeof *reacting.waits);
    reacting.wait_count = waits;
    reacting.task = (struct ax_task){.poll = react, .name = "reactor"};
    if (reacting.table && reacting.waits && ax_task_start(&reacting.task) == AX_OK) {
        ax_reactor_init(&reacting.reactor, reacting.table, count);
        for (unsigned i = 0; i < waits; i++)
            reacting.waits[i] = (struct waiting){0};
        return AX_OK;
    }
    arena_give_back(&shell->arena, reacting.waits);
    arena_give_back(&shell->arena, reacting.table);
    return SHELL_E_OUT_OF_ROOM;
}

static void end(struct shell *shell)
{
    ax_task_stop(&reacting.task);
    arena_give_back(&shell->arena, reacting.waits);
    arena_give_back(&shell->arena, reacting.table);
}

/* ---- one operation */

/* It was submitted: `id`, or AX_E_MEMORY. For nobody: late at once where it would block. */
static int submitted(struct asked *asked, int id, ax_tasks self)
{
    if (id < 0)
        return id;
    asked->id = id;
    if (self == 0)
        (void)ax_reactor_within(&reacting.reactor, id, 0);
    return AX_OK;
}

static int begun(struct asked *asked, int id)
{
    int err = submitted(asked, id, reacting.task.self);

    process();
    return err;
}

/* It goes on for `self`, or has completed: that is given once. */
static int given(struct asked *asked, ax_tasks self)
{
    asked->owner = self;
    reacting.askers |= self;
    process();
    if (!asked->is_done)
        return AX_E_WOULD_BLOCK;
    asked->owner = 0;
    asked->is_done = false;
    reacting.askers &= ~self;
    return asked->result == AX_E_TIMEOUT ? AX_E_WOULD_BLOCK : asked->result;
}

static bool is_anothers(const struct asked *asked, ax_tasks self)
{
    return asked->owner != 0 && asked->owner != self;
}

/* Nobody asks for it any more. */
static void give_up(struct asked *asked)
{
    reacting.askers &= ~asked->owner;
    asked->owner = 0;
    if (asked->id != 0 && ax_reactor_cancel(&reacting.reactor, asked->id) == AX_OK)
        take_completions();
    asked->is_done = false;
}

/* Of opening and ending: what the call refuses is the caller's to hear; how the
 * connection ends, the socket itself tells. */
static int refusal(const struct asked *asked)
{
    return asked->id == 0 && asked->result < 0 && asked->result > AX_E_CLOSED ? asked->result
                                                                              : AX_OK;
}

/* ---- waiting to be ready */

static struct waiting *wait_of(const void *socket, ax_tasks self)
{
    struct waiting *unused = NULL;

    for (unsigned i = 0; i < reacting.wait_count; i++) {
        struct waiting *at = &reacting.waits[i];
        if (at->ready.id == 0)
            unused = at;
        else if (at->socket == socket && at->ready.owner == self)
            return at;
    }
    return unused;
}

static void wait_anew(struct waiting *waiting, const void *socket, ax_tasks self)
{
    give_up(&waiting->ready);
    waiting->socket = socket;
    waiting->ready.owner = self;
}

/* `self` 0: of all tasks. Returns who they were. */
static ax_tasks end_waits(const void *socket, ax_tasks self)
{
    ax_tasks ended = 0;

    for (unsigned i = 0; i < reacting.wait_count; i++) {
        struct waiting *at = &reacting.waits[i];
        if (at->ready.id == 0 || at->socket != socket || (self && at->ready.owner != self))
            continue;
        ended |= at->ready.owner;
        give_up(&at->ready);
    }
    return ended;
}

/* ---- TCP */

/* Looks first: what ended may not have been processed yet. */
static bool is_opening(const struct shell_tcp *socket)
{
    process();
    return of(socket)->opening.id != 0;
}

static int tcp_connect(struct shell_tcp *socket, const struct ax_endpoint *local,
                       const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    struct asked *opening = &of(socket)->opening;
    int err;

    if (is_opening(socket))
        return AX_E_STATE;
    err = begun(opening, ax_reactor_connect(&reacting.reactor, &socket->tcp, local, remote,
                                            timeout_ms, opening));
    return err < 0 ? way_core.tcp.connect(socket, local, remote, timeout_ms) : refusal(opening);
}

static int tcp_lend(struct shell_tcp *socket, struct ax_listener *listener)
{
    struct asked *opening = &of(socket)->opening;
    int err;

    if (is_opening(socket))
        return AX_E_STATE;
    err = begun(opening, ax_reactor_accept(&reacting.reactor, listener, &socket->tcp, opening));
    return err < 0 ? way_core.tcp.lend(socket, listener) : refusal(opening);
}

static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, ax_tasks self)
{
    struct asked once = {0}, *send = self ? &of(socket)->send : &once;
    int err = AX_OK;

    if (is_opening(socket) || of(socket)->ending.id != 0 || is_anothers(&of(socket)->send, self))
        return way_core.tcp.send(socket, src, len, self);
    if (send->id == 0 && !send->is_done)
        err =
            submitted(send, ax_reactor_send(&reacting.reactor, &socket->tcp, src, len, send), self);
    return err < 0 ? way_core.tcp.send(socket, src, len, self) : given(send, self);
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, ax_tasks self)
{
    struct asked once = {0}, *recv = self ? &of(socket)->recv : &once;
    int err = AX_OK;

    if (is_opening(socket) || is_anothers(&of(socket)->recv, self))
        return way_core.tcp.recv(socket, dst, len, self);
    if (recv->id == 0 && !recv->is_done)
        err =
            submitted(recv, ax_reactor_recv(&reacting.reactor, &socket->tcp, dst, len, recv), self);
    return err < 0 ? way_core.tcp.recv(socket, dst, len, self) : given(recv, self);
}

/* Closing twice is no error: the first one goes on. */
static int tcp_close(struct shell_tcp *socket)
{
    struct asked *ending = &of(socket)->ending;
    int err;

    if (is_opening(socket) || of(socket)->send.id != 0 || ending->id != 0)
        return ax_tcp_close(&socket->tcp);
    err = begun(ending, ax_reactor_shutdown(&reacting.reactor, &socket->tcp, ending));
    return err < 0 ? ax_tcp_close(&socket->tcp) : refusal(ending);
}

static void tcp_destroy(struct shell_tcp *socket)
{
    ax_tasks waiting = end_waits(socket, 0);

    of(socket)->is_gone = true;
    (void)ax_reactor_cancel_tcp(&reacting.reactor, &socket->tcp);
    take_completions();
    ax_tcp_destroy(&socket->tcp);
    ax_tcp_wait(&socket->tcp, AX_RELEASED, waiting);
}

/* Whoever waits for a destroyed socket to be released does so without us. */
static void tcp_wait(struct shell_tcp *socket, unsigned interest, ax_tasks self)
{
    struct waiting *waiting = of(socket)->is_gone ? NULL : wait_of(socket, self);

    if (!waiting) {
        ax_tcp_wait(&socket->tcp, interest, self);
        return;
    }
    wait_anew(waiting, socket, self);
    if (submitted(&waiting->ready,
                  ax_reactor_ready_tcp(&reacting.reactor, &socket->tcp, interest, &waiting->ready),
                  self) < 0)
        ax_tcp_wait(&socket->tcp, interest, self);
}

static void tcp_withdraw(struct shell_tcp *socket, ax_tasks self)
{
    struct tcp_asked *asked = of(socket);

    if (asked->send.owner == self)
        give_up(&asked->send);
    if (asked->recv.owner == self)
        give_up(&asked->recv);
    (void)end_waits(socket, self);
    ax_tcp_unwait(&socket->tcp, self);
}

/* ---- UDP */

static int udp_send(struct shell_udp *socket, const struct ax_endpoint *to, const void *src,
                    size_t len, uint32_t *id, ax_tasks self)
{
    struct asked once = {0}, *send = self ? &udp_of(socket)->send : &once;
    struct ax_reactor *reactor = &reacting.reactor;
    int result = AX_OK;

    if (is_anothers(&udp_of(socket)->send, self))
        return way_core.udp.send(socket, to, src, len, id, self);
    send->about = &udp_of(socket)->sent;
    if (send->id == 0 && !send->is_done)
        result =
            submitted(send, ax_reactor_send_to(reactor, &socket->udp, to, src, len, send), self);
    if (result < 0)
        return way_core.udp.send(socket, to, src, len, id, self);
    result = given(send, self);
    if (result == AX_OK && id)
        *id = send->about->id;
    return result;
}

static int udp_recv(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                    ax_tasks self)
{
    struct asked once = {0}, *recv = self ? &udp_of(socket)->recv : &once;
    struct ax_reactor *reactor = &reacting.reactor;
    int result = AX_OK;

    if (is_anothers(&udp_of(socket)->recv, self))
        return way_core.udp.recv(socket, dst, size, about, self);
    recv->about = &udp_of(socket)->received;
    if (recv->id == 0 && !recv->is_done)
        result =
            submitted(recv, ax_reactor_recv_from(reactor, &socket->udp, dst, size, recv), self);
    if (result < 0)
        return way_core.udp.recv(socket, dst, size, about, self);
    result = given(recv, self);
    if (about)
        *about = *recv->about;
    return result;
}

static void udp_close(struct shell_udp *socket)
{
    ax_tasks waiting = end_waits(socket, 0);

    udp_of(socket)->is_gone = true;
    (void)ax_reactor_cancel_udp(&reacting.reactor, &socket->udp);
    take_completions();
    ax_udp_close(&socket->udp);
    ax_udp_wait(&socket->udp, AX_RELEASED, 0, waiting);
}

static void udp_wait(struct shell_udp *socket, unsigned interest, uint32_t room, ax_tasks self)
{
    struct waiting *waiting = udp_of(socket)->is_gone ? NULL : wait_of(socket, self);

    if (!waiting) {
        core_udp_wait(socket, interest, room, self);
        return;
    }
    wait_anew(waiting, socket, self);
    if (submitted(
            &waiting->ready,
            ax_reactor_ready_udp(&reacting.reactor, &socket->udp, interest, room, &waiting->ready),
            self) < 0)
        core_udp_wait(socket, interest, room, self);
}

static void udp_withdraw(struct shell_udp *socket, ax_tasks self)
{
    struct udp_asked *asked = udp_of(socket);

    if (asked->send.owner == self)
        give_up(&asked->send);
    if (asked->recv.owner == self)
        give_up(&asked->recv);
    (void)end_waits(socket, self);
    ax_udp_unwait(&socket->udp, self);
}

const struct way way_reactor = {
    .name = "reactor",
    .begin = begin,
    .end = end,
    .tcp = {.bytes = sizeof(struct tcp_asked),
            .open = core_tcp_open,
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
    .udp = {.bytes = sizeof(struct udp_asked),
            .open = core_udp_open,
            .bind = core_udp_bind,
            .send = udp_send,
            .recv = udp_recv,
            .close = udp_close,
            .ready = core_udp_ready,
            .wait = udp_wait,
            .withdraw = udp_withdraw},
};
