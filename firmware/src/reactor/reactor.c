/* SPDX-License-Identifier: BSD-3-Clause */
/* A place is free, then under way, then completed, then free: each list holds it once. */
#include <ax/reactor.h>

#include <string.h>

#include "base/check.h"
#include "reactor/operations.h"

enum state { FREE, UNDER_WAY, COMPLETED };

/* An id is its place's generation over its place: never 0, never negative. */
enum { PLACES = 1 << 16, GENERATIONS = 1 << 15 };

void ax_reactor_init(struct ax_reactor *reactor, struct ax_operation *table, unsigned count)
{
    AX_CHECK(count != 0 && count < PLACES);
    *reactor = (struct ax_reactor){.table = table, .count = count};
    memset(table, 0, count * sizeof *table);
}

/* ---- lists */

static void append(struct ax_operations *list, struct ax_operation *operation)
{
    operation->next = NULL;
    if (list->last)
        list->last->next = operation;
    else
        list->first = operation;
    list->last = operation;
}

static void take_out(struct ax_operations *list, struct ax_operation *operation)
{
    struct ax_operation **link = &list->first, *before = NULL;

    for (; *link != operation; link = &before->next)
        before = *link;
    *link = operation->next;
    if (list->last == operation)
        list->last = before;
}

/* Says anew who of a socket's goes first in each direction. */
static void line_up(struct ax_reactor *reactor, const void *socket)
{
    unsigned taken = 0;

    for (struct ax_operation *at = reactor->under_way.first; at; at = at->next) {
        if (at->socket != socket)
            continue;
        at->is_behind = (at->kind->lanes & taken) != 0;
        taken |= at->kind->lanes;
    }
}

/* ---- an operation's life */

static int poll_turn(struct ax_future *future, ax_tasks self)
{
    struct ax_operation *operation = (struct ax_operation *)future;

    if (!operation->is_behind)
        return ax_future_poll(&operation->of.future, self);
    ax_future_is_late(&operation->of.future);
    return AX_E_WOULD_BLOCK;
}

static void withdraw_turn(struct ax_future *future)
{
    ax_future_withdraw(&((struct ax_operation *)future)->of.future);
}

struct ax_operation *operation_take(struct ax_reactor *reactor,
                                    const struct ax_operation_kind *kind, void *socket, void *token)
{
    for (unsigned i = 0; i < reactor->count; i++) {
        struct ax_operation *operation = &reactor->table[i];
        if (operation->state != FREE)
            continue;
        operation->kind = kind;
        operation->socket = socket;
        operation->token = token;
        return operation;
    }
    return NULL;
}

/* Another one of the same place. */
static int next_id(const struct ax_reactor *reactor, const struct ax_operation *operation)
{
    int generation = (operation->id / PLACES + 1) % GENERATIONS;

    if (generation == 0)
        generation = 1;
    return generation * PLACES + (int)(operation - reactor->table);
}

int operation_submit(struct ax_reactor *reactor, struct ax_operation *operation)
{
    static const struct ax_future_kind kind = {.poll = poll_turn, .withdraw = withdraw_turn};

    operation->id = next_id(reactor, operation);
    ax_future_init(&operation->turn, &kind);
    operation->state = UNDER_WAY;
    operation->is_timed = false;
    append(&reactor->under_way, operation);
    line_up(reactor, operation->socket);
    ax_wake(reactor->self);
    return operation->id;
}

/* What is polled, or withdrawn. */
static struct ax_future *whole(struct ax_operation *operation)
{
    return operation->is_timed ? &operation->within.future : &operation->turn;
}

static void complete(struct ax_reactor *reactor, struct ax_operation *operation, int result)
{
    operation->result = result;
    if (operation->kind->settle)
        operation->kind->settle(operation);
    take_out(&reactor->under_way, operation);
    operation->state = COMPLETED;
    append(&reactor->completed, operation);
    line_up(reactor, operation->socket);
    ax_event_signal(&reactor->completions);
}

/* One that comes behind those that complete now has its turn in the same pass. */
void ax_reactor_process(struct ax_reactor *reactor, ax_tasks self)
{
    struct ax_operation *next;

    reactor->self = self;
    for (struct ax_operation *at = reactor->under_way.first; at; at = next) {
        int result = ax_future_poll(whole(at), self);
        next = at->next;
        if (result != AX_E_WOULD_BLOCK)
            complete(reactor, at, result);
    }
}

/* ---- under way */

/* AX_OK and *operation, if that id is under way. */
static int find(const struct ax_reactor *reactor, int id, struct ax_operation **operation)
{
    unsigned place = (unsigned)id % PLACES;

    if (id <= 0 || place >= reactor->count)
        return AX_E_ARG;
    *operation = &reactor->table[place];
    if ((*operation)->id != id || (*operation)->state == FREE)
        return AX_E_ARG;
    return (*operation)->state == UNDER_WAY ? AX_OK : AX_E_STATE;
}

int ax_reactor_within(struct ax_reactor *reactor, int id, uint32_t in_ms)
{
    struct ax_operation *operation;
    int err = find(reactor, id, &operation);

    if (err < 0)
        return err;
    if (in_ms > AX_TIMER_MAX_MS)
        return AX_E_ARG;
    if (operation->is_timed)
        ax_future_withdraw(&operation->within.sleep.future);
    ax_timeout(&operation->within, &operation->turn, in_ms);
    operation->is_timed = true;
    ax_wake(reactor->self);
    return AX_OK;
}

/* Those behind it, and its completion, are worth processing for. */
static void cancel(struct ax_reactor *reactor, struct ax_operation *operation)
{
    ax_future_withdraw(whole(operation));
    complete(reactor, operation, AX_E_ABORTED);
    ax_wake(reactor->self);
}

int ax_reactor_cancel(struct ax_reactor *reactor, int id)
{
    struct ax_operation *operation;
    int err = find(reactor, id, &operation);

    if (err == AX_OK)
        cancel(reactor, operation);
    return err;
}

/* Of its socket, those that take any of `lanes`. */
static unsigned cancel_those(struct ax_reactor *reactor, const void *socket, unsigned lanes)
{
    struct ax_operation *next;
    unsigned count = 0;

    for (struct ax_operation *at = reactor->under_way.first; at; at = next) {
        next = at->next;
        if (at->socket != socket || (at->kind->lanes & lanes) != lanes)
            continue;
        cancel(reactor, at);
        count++;
    }
    return count;
}

void operation_cancel_readers(struct ax_reactor *reactor, const struct ax_tcp *tcp)
{
    (void)cancel_those(reactor, tcp, LANE_IN);
}

unsigned ax_reactor_cancel_tcp(struct ax_reactor *reactor, struct ax_tcp *tcp)
{
    return cancel_those(reactor, tcp, 0);
}

unsigned ax_reactor_cancel_udp(struct ax_reactor *reactor, struct ax_udp *udp)
{
    return cancel_those(reactor, udp, 0);
}

/* ---- completions */

int ax_reactor_next(struct ax_reactor *reactor, struct ax_completion *completion)
{
    struct ax_operation *oldest = reactor->completed.first;

    if (!oldest)
        return AX_E_WOULD_BLOCK;
    take_out(&reactor->completed, oldest);
    oldest->state = FREE;
    *completion = (struct ax_completion){
        .id = oldest->id, .op = oldest->kind->op, .token = oldest->token, .result = oldest->result};
    oldest->kind->tell(oldest, completion);
    return AX_OK;
}

void ax_reactor_wait(struct ax_reactor *reactor, ax_tasks self)
{
    if (reactor->completed.first)
        ax_wake(self);
    else
        (void)ax_event_wait(&reactor->completions, self);
}

void ax_reactor_unwait(struct ax_reactor *reactor, ax_tasks self)
{
    ax_event_unwait(&reactor->completions, self);
}
