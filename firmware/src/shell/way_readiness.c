/* SPDX-License-Identifier: BSD-3-Clause */
/* Through a readiness driver: every socket is a source of one driver. Its task tells the
 * tasks that wait of what it is told; those that send and receive wait for the source
 * itself. An attempt clears what was seen before it, and what still holds is seen anew. */
#include "shell/way.h"

#include <ax/readiness.h>

#include "shell/arena.h"

enum {
    ROOMS = 4,
    EVENTS = 3
}; /* lengths of datagrams that are waited for; sources told at a time */

/* One source, and who waits for its driver to tell; the token of its events. */
struct seen {
    int source; /* 0: none */
    uint32_t room;
    struct ax_event waiting[AX_READINESS_INTERESTS];
};

struct udp_seen {
    struct seen rooms[ROOMS]; /* the first for all interests, the others for room alone */
};

static struct seen *of(const struct shell_tcp *socket) { return socket->through; }

/* ---- the driver's task */

static struct {
    struct ax_task task; /* first */
    struct ax_readiness driver;
    struct ax_source *table; /* in the arena */
} driving;

static void tell(struct seen *seen, unsigned interest)
{
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        if (interest >> i & 1)
            ax_event_signal(&seen->waiting[i]);
}

static enum ax_poll drive(struct ax_task *task)
{
    struct ax_ready events[EVENTS];
    int count = ax_readiness_poll(&driving.driver, events, EVENTS, task->self);

    for (int i = 0; i < count; i++)
        tell(events[i].token, events[i].ready);
    if (count == EVENTS)
        ax_wake(task->self); /* there may be more */
    return AX_PENDING;
}

/* A place is free again only when the task has polled, so there are two for each. */
static int begin(struct shell *shell)
{
    unsigned count = 2u * shell->config.tcp_sockets + 2u * ROOMS * shell->config.udp_sockets;

    driving.table = arena_take(&shell->arena, count * sizeof *driving.table);
    if (!driving.table)
        return SHELL_E_FULL_ARENA;
    ax_readiness_init(&driving.driver, driving.table, count);
    driving.task = (struct ax_task){.poll = drive, .name = "driver"};
    if (ax_task_start(&driving.task) == AX_OK)
        return AX_OK;
    arena_give_back(&shell->arena, driving.table);
    return SHELL_E_FULL_TASKS;
}

static void end(struct shell *shell)
{
    ax_task_stop(&driving.task);
    arena_give_back(&shell->arena, driving.table);
}

/* ---- one source */

/* What is seen now, and what will be cleared once it was tried. */
static struct ax_ready look(const struct seen *seen)
{
    struct ax_ready ready = {0};

    (void)ax_readiness_look(&driving.driver, seen->source, &ready);
    return ready;
}

static void clear(const struct ax_ready *ready)
{
    (void)ax_readiness_clear(&driving.driver, ready);
}

/* Until the driver tells; at once if it has. Who asks has tried: what was seen and does not
 * hold any more is cleared. */
static void wait_to_be_told(struct seen *seen, unsigned interest, unsigned holds, ax_tasks self)
{
    struct ax_ready gone = look(seen);

    gone.ready &= interest & ~holds;
    clear(&gone);
    if (look(seen).ready & interest) {
        ax_wake(self);
        return;
    }
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        if (interest >> i & 1)
            (void)ax_event_wait(&seen->waiting[i], self);
}

static void withdraw(struct seen *seen, ax_tasks self)
{
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        ax_event_unwait(&seen->waiting[i], self);
    ax_readiness_unwait(&driving.driver, seen->source, self);
}

/* Who waits for the socket to be released does so without us: all of them, as a set. */
static ax_tasks leave(struct seen *seen)
{
    ax_tasks waiting = 0;

    (void)ax_readiness_deregister(&driving.driver, seen->source);
    seen->source = 0;
    for (unsigned i = 0; i < AX_READINESS_INTERESTS; i++)
        waiting |= atomic_exchange(&seen->waiting[i].waiting, 0);
    return waiting;
}

static int entered(struct seen *seen, int result)
{
    if (result < 0)
        return result == AX_E_MEMORY ? SHELL_E_FULL_PLACES : result;
    seen->source = result;
    return AX_OK;
}

/* ---- TCP */

static int tcp_open(struct shell_tcp *socket)
{
    static const unsigned all = AX_READABLE | AX_WRITABLE | AX_RELEASED | AX_FLUSHED;

    return entered(of(socket),
                   ax_readiness_register_tcp(&driving.driver, &socket->tcp, all, of(socket)));
}

static int tcp_connect(struct shell_tcp *socket, const struct ax_endpoint *local,
                       const struct ax_endpoint *remote, uint32_t timeout_ms)
{
    struct ax_ready seen = look(of(socket));
    int err = ax_tcp_connect(&socket->tcp, local, remote, timeout_ms);

    clear(&seen);
    return err;
}

static int tcp_lend(struct shell_tcp *socket, struct ax_listener *listener)
{
    struct ax_ready seen = look(of(socket));
    int err = ax_listener_lend(listener, &socket->tcp);

    clear(&seen);
    return err;
}

/* Tried, with what was seen before: waits for the source where it would block. */
static int tried(struct shell_tcp *socket, const struct ax_ready *seen, int result,
                 unsigned interest, struct way_asker *asker)
{
    clear(seen);
    if (result == AX_E_WOULD_BLOCK && asker)
        (void)ax_readiness_wait(&driving.driver, of(socket)->source, interest, asker->self);
    return result;
}

static int tcp_send(struct shell_tcp *socket, const void *src, size_t len, struct way_asker *asker)
{
    struct ax_ready seen = look(of(socket));

    return tried(socket, &seen, ax_tcp_send(&socket->tcp, src, len), AX_WRITABLE, asker);
}

static int tcp_recv(struct shell_tcp *socket, void *dst, size_t len, struct way_asker *asker)
{
    struct ax_ready seen = look(of(socket));

    return tried(socket, &seen, ax_tcp_recv(&socket->tcp, dst, len), AX_READABLE, asker);
}

static int tcp_commit(struct shell_tcp *socket, size_t len)
{
    struct ax_ready seen = look(of(socket));

    return tried(socket, &seen, ax_tcp_commit(&socket->tcp, len), AX_WRITABLE, NULL);
}

static int tcp_consume(struct shell_tcp *socket, size_t len)
{
    struct ax_ready seen = look(of(socket));

    return tried(socket, &seen, ax_tcp_consume(&socket->tcp, len), AX_READABLE, NULL);
}

static int tcp_close(struct shell_tcp *socket)
{
    struct ax_ready seen = look(of(socket));
    int err = ax_tcp_close(&socket->tcp);

    clear(&seen);
    return err;
}

static void tcp_destroy(struct shell_tcp *socket)
{
    ax_tasks waiting = leave(of(socket));

    ax_tcp_destroy(&socket->tcp);
    ax_tcp_wait(&socket->tcp, AX_RELEASED, waiting);
}

static void tcp_wait(struct shell_tcp *socket, unsigned interest, struct way_asker *asker)
{
    if (of(socket)->source == 0)
        ax_tcp_wait(&socket->tcp, interest, asker->self);
    else
        wait_to_be_told(of(socket), interest, ax_tcp_ready(&socket->tcp), asker->self);
}

static void tcp_withdraw(struct shell_tcp *socket, struct way_asker *asker)
{
    withdraw(of(socket), asker->self);
    ax_tcp_unwait(&socket->tcp, asker->self);
}

/* ---- UDP */

static struct seen *rooms_of(const struct shell_udp *socket)
{
    return ((struct udp_seen *)socket->through)->rooms;
}

static int udp_open(struct shell_udp *socket)
{
    static const unsigned all = AX_READABLE | AX_WRITABLE | AX_RELEASED;
    struct seen *first = rooms_of(socket);

    first->room = 1;
    return entered(
        first, ax_readiness_register_udp(&driving.driver, &socket->udp, all, first->room, first));
}

/* What changes a socket changes each of its sources. */
struct before {
    struct ax_ready seen[ROOMS];
};

static struct before look_at_all(const struct shell_udp *socket)
{
    struct before before;

    for (unsigned i = 0; i < ROOMS; i++)
        before.seen[i] = look(&rooms_of(socket)[i]);
    return before;
}

static void clear_all(const struct before *before)
{
    for (unsigned i = 0; i < ROOMS; i++)
        clear(&before->seen[i]);
}

static int udp_bind(struct shell_udp *socket, const struct ax_endpoint *local)
{
    struct before before = look_at_all(socket);
    int err = ax_udp_bind(&socket->udp, local);

    clear_all(&before);
    return err;
}

static bool is_waited_for(const struct seen *seen)
{
    enum { WRITABLE = 1 }; /* the bit of AX_WRITABLE */

    return atomic_load(&seen->waiting[WRITABLE].waiting) != 0;
}

/* The source for that length; NULL when all places are waited for. */
static struct seen *room_of(struct shell_udp *socket, uint32_t room)
{
    struct seen *rooms = rooms_of(socket), *place = NULL;

    for (unsigned i = 0; i < ROOMS; i++) {
        if (rooms[i].source != 0 && rooms[i].room == room)
            return &rooms[i];
        if (i != 0 && !is_waited_for(&rooms[i]))
            place = &rooms[i];
    }
    if (!place)
        return NULL;
    (void)leave(place);
    place->room = room;
    return entered(place, ax_readiness_register_udp(&driving.driver, &socket->udp, AX_WRITABLE,
                                                    room, place)) == AX_OK
               ? place
               : NULL;
}

/* As long as it is told of that length, and not else: the socket itself knows every one. */
static void udp_wait(struct shell_udp *socket, unsigned interest, uint32_t room,
                     struct way_asker *asker)
{
    struct seen *first = rooms_of(socket), *place = NULL;

    if (first->source == 0) {
        core_udp_wait(socket, interest, room, asker);
        return;
    }
    wait_to_be_told(first, interest & ~(unsigned)AX_WRITABLE, ax_udp_ready(&socket->udp, 1),
                    asker->self);
    if (!(interest & AX_WRITABLE))
        return;
    place = room_of(socket, room);
    if (place)
        wait_to_be_told(place, AX_WRITABLE, ax_udp_ready(&socket->udp, room), asker->self);
    else
        ax_udp_wait(&socket->udp, AX_WRITABLE, room, asker->self);
}

static int udp_send(struct shell_udp *socket, const struct ax_endpoint *to, const void *src,
                    size_t len, uint32_t *id, struct way_asker *asker)
{
    struct before before = look_at_all(socket);
    int result = ax_udp_send(&socket->udp, to, src, len, id);

    clear_all(&before);
    if (result == AX_E_WOULD_BLOCK && asker)
        udp_wait(socket, AX_WRITABLE, (uint32_t)len, asker);
    return result;
}

static int udp_recv(struct shell_udp *socket, void *dst, size_t size, struct ax_packet *about,
                    struct way_asker *asker)
{
    struct before before = look_at_all(socket);
    int result = ax_udp_recv(&socket->udp, dst, size, about);

    clear_all(&before);
    if (result == AX_E_WOULD_BLOCK && asker)
        (void)ax_readiness_wait(&driving.driver, rooms_of(socket)->source, AX_READABLE,
                                asker->self);
    return result;
}

static void udp_close(struct shell_udp *socket)
{
    ax_tasks waiting = 0;

    for (unsigned i = 0; i < ROOMS; i++)
        waiting |= leave(&rooms_of(socket)[i]);
    ax_udp_close(&socket->udp);
    ax_udp_wait(&socket->udp, AX_RELEASED, 0, waiting);
}

static void udp_withdraw(struct shell_udp *socket, struct way_asker *asker)
{
    for (unsigned i = 0; i < ROOMS; i++)
        withdraw(&rooms_of(socket)[i], asker->self);
    ax_udp_unwait(&socket->udp, asker->self);
}

const struct way way_readiness = {
    .name = "readiness",
    .begin = begin,
    .end = end,
    .tcp = {.bytes = sizeof(struct seen),
            .open = tcp_open,
            .connect = tcp_connect,
            .lend = tcp_lend,
            .send = tcp_send,
            .recv = tcp_recv,
            .commit = tcp_commit,
            .consume = tcp_consume,
            .close = tcp_close,
            .abort = core_tcp_abort,
            .destroy = tcp_destroy,
            .ready = core_tcp_ready,
            .wait = tcp_wait,
            .withdraw = tcp_withdraw},
    .udp = {.bytes = sizeof(struct udp_seen),
            .open = udp_open,
            .bind = udp_bind,
            .send = udp_send,
            .recv = udp_recv,
            .close = udp_close,
            .ready = core_udp_ready,
            .wait = udp_wait,
            .withdraw = udp_withdraw},
};
