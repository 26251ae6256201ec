/* SPDX-License-Identifier: BSD-3-Clause */
/* Through a completion reactor: each call is an operation of one reactor, processed at
 * once. What would block is late at once, or goes on for who asked, whose task processes
 * too: so it goes on in the same round as it would without a reactor. The table has a place
 * for all that can be under way at once.
 *
 * A close is behind what opens the connection or writes to it. Where it is meant now it is
 * the socket's own, and what is under way completes with the end. */
#include "shell/way.h"

#include <ax/reactor.h>

#include "shell/arena.h"

/* One operation at a time; the token of its completion. */
struct asked {
    enum asks { NOTHING, OPENING, ENDING, SENDING, RECEIVING, WAITING } what;
    int id;         /* 0: none is under way */
    bool is_done;   /* and its owner has not been given what follows */
    ax_tasks owner; /* who is woken */
    int result;
    struct ax_packet about; /* the datagram, where it is one */
};

struct tcp_asked {
    struct asked turn; /* its opening, or its ending */
    bool is_gone;      /* destroyed */
};

struct udp_asked {
    bool is_gone;
};

static struct {
    struct ax_task task; /* first */
    struct ax_reactor reactor;
    struct ax_operation *table; /* in the arena */
    ax_tasks askers;            /* tasks whose operations are under way */
} reacting;

static struct tcp_asked *of(const struct shell_tcp *socket) { return socket->through; }
static struct udp_asked *udp_of(const struct shell_udp *socket) { return socket->through; }

/* ---- the reactor's task */

/* Returns whose waits were cancelled by the socket's end: they are not woken. */
static ax_tasks take_completions(void)
{
    struct ax_completion done;
    ax_tasks cancelled = 0;

    while (ax_reactor_next(&reacting.reactor, &done) == AX_OK) {
        struct asked *asked = done.token;
        asked->id = 0;
        asked->is_done = true;
        asked->result = done.result;
        asked->about = done.about;
        if (asked->what == WAITING && done.result == AX_E_ABORTED)
            cancelled |= asked->owner;
        else
            ax_wake(asked->owner);
    }
    return cancelled;
}

static void process(void)
{
    ax_reactor_process(&reacting.reactor, reacting.task.self | reacting.askers);
    (void)take_completions();
}

static enum ax_poll react(struct ax_task *task)
{
    (void)task;
    process();
    return AX_PENDING;
}

/* One of each connection, one of each asker, and one of the shell's own. */
static int begin(struct shell *shell)
{
    const struct ax_shell_config *config = &shell->config;
    unsigned count = (unsigned)config->tcp_sockets + config->watches + config->pumps + 1;

    reacting.table = arena_take(&shell->arena, count * sizeof *reacting.table);
    reacting.task = (struct ax_task){.poll = react, .name = "reactor"};
    if (!reacting.table)
        return SHELL_E_FULL_ARENA;
    if (ax_task_start(&reacting.task) < 0) {
        arena_give_back(&shell->arena, reacting.table);
        return SHELL_E_FULL_TASKS;
    }
    ax_reactor_init(&reacting.reactor, reacting.table, count);
    return AX_OK;
}

static void end(struct shell *shell)
{
    ax_task_stop(&reacting.task);
    arena_give_back(&shell->arena, reacting.table);
}

/* ---- one operation */

/* Nobody asks for it any more. */
static void give_up(struct asked *asked)
{
    reacting.askers &= ~asked->owner;
    asked->owner = 0;
    if (asked->id != 0 && ax_reactor_cancel(&reacting.reactor, asked->id) == AX_OK)
        (void)take_completions();
    asked->is_done = false;
    asked->what = NOTHING;
}

/* False: it is to be submitted. */
static bool goes_on(struct asked *asked, enum asks what)
{
    if (asked->what == what)
        return true;
    give_up(asked);
    asked->what = what;
    return false;
}

/* It goes on for the asker, or has completed: that is given once. Without one it is late at
 * once where it would block. */
static int given(struct asked *asked, const struct way_asker *asker)
{
    asked->owner = asker ? asker->self : 0;
    if (asker)
        reacting.askers |= asker->self;
    else
        (void)ax_reactor_within(&reacting.reactor, asked->id, 0);
    process();
    if (!asked->is_done)
        return AX_E_WOULD_BLOCK;
    give_up(asked);
    return asked->result == AX_E_TIMEOUT ? AX_E_WOULD_BLOCK : asked->result;
}

/* Of opening and ending, once submitted: what the call refuses is the caller's to hear; how
 * the connection ends, the socket itself tells. */
static int begun(struct asked *asked, enum asks what, int id)
{
    asked->what = what;
    asked->id = id;
    process();
    return asked->id == 0 && asked->result < 0 && asked->result > AX_E_CLOSED ? asked->result
                                                                              : AX_OK;
}

/* The asker's next wait. */
static struct asked *wait_anew(const struct way_asker *asker)
{
    struct asked *asked = asker->state;

    give_up(asked);
    asked->what = WAITING;
    asked->owner = asker->self;
    return asked;
}

/* ---- TCP */

/* Looks first: what ended may not have been processed yet. */
static enum asks under_way(const struct shell_tcp *socket)
{
    process();
    return of(socket)->turn.id != 0 ? of(socket)->turn.what : NOTHING;
}

static int tcp_connect(struct shell_tcp *socket, const struct ax_endpoint *local,
                       const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    struct asked *turn = &of(socket)->turn;

    if (under_way(socket) != NOTHING)
        return AX_E_STATE;
    return begun(
        turn, OPENING,
        ax_reactor_connect(&reacting.reactor, &socket->tcp, local, remote, timeout_ms, turn));
}

static int tcp_lend(struct shell_tcp *socket, struct ax_listener *listener)
{
    struct asked *turn = &of(socket)->turn;

    if (under_way(socket) != NOTHING)
        return AX_E_STATE;
    return begun(turn, OPENING, ax_reactor_accept(&reacting.reactor, listener, &socket->tcp, turn));
}

/* Not behind the opening or the ending of the connection, which would be to wait: before
 * and behind it nothing can be sent. */
static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, struct way_asker *asker)
{
    struct asked once = {0}, *send = asker ? asker->state : &once;

    if (under_way(socket) != NOTHING) {
        give_up(send);
        return AX_E_STATE;
    }
    if (!goes_on(send, SENDING))
        send->id = ax_reactor_send(&reacting.reactor, &socket->tcp, src, len, send);
    return given(send, asker);
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, struct way_asker *asker)
{
    struct asked once = {0}, *recv = asker ? asker->state : &once;

    if (under_way(socket) == OPENING) {
        give_up(recv);
        return AX_E_STATE;
    }
    if (!goes_on(recv, RECEIVING))
        recv->id = ax_reactor_recv(&reacting.reactor, &socket->tcp, dst, len, recv);
    return given(recv, asker);
}

/* Closing twice is no error: the first one goes on. */
static int tcp_close(struct shell_tcp *socket)
{
    struct asked *turn = &of(socket)->turn;
    int err;

    if (under_way(socket) != NOTHING)
        return ax_tcp_close(&socket->tcp);
    err = begun(turn, ENDING, ax_reactor_shutdown(&reacting.reactor, &socket->tcp, turn));
    return ax_tcp_may_send(&socket->tcp) ? ax_tcp_close(&socket->tcp) : err;
}

/* Whoever waits goes on to wait for its release, without us. */
static void tcp_destroy(struct shell_tcp *socket)
{
    ax_tasks waiting;

    of(socket)->is_gone = true;
    (void)ax_reactor_cancel_tcp(&reacting.reactor, &socket->tcp);
    waiting = take_completions();
    ax_tcp_destroy(&socket->tcp);
    ax_tcp_wait(&socket->tcp, AX_RELEASED, waiting);
}

static void tcp_wait(struct shell_tcp *socket, unsigned interest, struct way_asker *asker)
{
    struct asked *wait = wait_anew(asker);

    if (of(socket)->is_gone)
        ax_tcp_wait(&socket->tcp, interest, asker->self);
    else
        wait->id = ax_reactor_ready_tcp(&reacting.reactor, &socket->tcp, interest, wait);
}

static void tcp_withdraw(struct shell_tcp *socket, struct way_asker *asker)
{
    give_up(asker->state);
    ax_tcp_unwait(&socket->tcp, asker->self);
}

/* ---- UDP */

static int udp_send(struct shell_udp *socket, const struct ax_endpoint *to, const void *src,
                    size_t len, uint32_t *id, struct way_asker *asker)
{
    struct asked once = {0}, *send = asker ? asker->state : &once;
    int result;

    if (!goes_on(send, SENDING))
        send->id = ax_reactor_send_to(&reacting.reactor, &socket->udp, to, src, len, send);
    result = given(send, asker);
    if (result == AX_OK && id)
        *id = send->about.id;
    return result;
}

static int udp_recv(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                    struct way_asker *asker)
{
    struct asked once = {0}, *recv = asker ? asker->state : &once;
    int result;

    if (!goes_on(recv, RECEIVING))
        recv->id = ax_reactor_recv_from(&reacting.reactor, &socket->udp, dst, size, recv);
    result = given(recv, asker);
    if (about)
        *about = recv->about;
    return result;
}

static void udp_close(struct shell_udp *socket)
{
    ax_tasks waiting;

    udp_of(socket)->is_gone = true;
    (void)ax_reactor_cancel_udp(&reacting.reactor, &socket->udp);
    waiting = take_completions();
    ax_udp_close(&socket->udp);
    ax_udp_wait(&socket->udp, AX_RELEASED, 0, waiting);
}

static void udp_wait(struct shell_udp *socket, unsigned interest, uint32_t room,
                     struct way_asker *asker)
{
    struct asked *wait = wait_anew(asker);

    if (udp_of(socket)->is_gone)
        ax_udp_wait(&socket->udp, interest, room, asker->self);
    else
        wait->id = ax_reactor_ready_udp(&reacting.reactor, &socket->udp, interest, room, wait);
}

static void udp_withdraw(struct shell_udp *socket, struct way_asker *asker)
{
    give_up(asker->state);
    ax_udp_unwait(&socket->udp, asker->self);
}

const struct way way_reactor = {
    .name = "reactor",
    .begin = begin,
    .end = end,
    .asker_bytes = sizeof(struct asked),
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
