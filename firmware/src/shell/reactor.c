/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/reactor.h"

#include <string.h>

#include "shell/arena.h"
#include "shell/reply.h"
#include "shell/watch.h"

enum { POISON = 0xee, SHOWN_MAX_BYTES = 100 };

static const char *const op_names[] = {
    [AX_OP_CONNECT] = "connect", [AX_OP_ACCEPT] = "accept",
    [AX_OP_RECV] = "recv",       [AX_OP_READ_EXACT] = "read-exact",
    [AX_OP_SEND] = "send",       [AX_OP_WRITE_ALL] = "write-all",
    [AX_OP_FLUSH] = "flush",     [AX_OP_SHUTDOWN] = "shutdown",
    [AX_OP_CLOSE] = "close",     [AX_OP_RECV_FROM] = "recv-from",
    [AX_OP_SEND_TO] = "send-to", [AX_OP_READY] = "ready",
};

static void show_bytes(const struct reactor_entry *entry, uint32_t count, struct text *event)
{
    if (entry->receives && count != 0)
        text_field_hex(event, "hex", entry->block,
                       count < SHOWN_MAX_BYTES ? count : SHOWN_MAX_BYTES);
}

static void say(const struct shell_reactor *reactor, const struct ax_completion *done)
{
    struct text event = event_begin("completion");

    text_field(&event, "op", (uint32_t)done->id);
    text_field_string(&event, "kind", op_names[done->op]);
    if (done->result < 0)
        text_field_string(&event, "result", ax_err_name(done->result));
    else
        text_field(&event, "result", (uint32_t)done->result);
    text_field(&event, "done", done->bytes);
    if (done->about.id != 0)
        text_field(&event, "datagram", done->about.id);
    text_field_endpoint(&event, "local", done->about.local);
    text_field_endpoint(&event, "remote", done->about.remote);
    show_bytes(done->token, done->bytes, &event);
    event_say(reactor->shell, &event);
}

/* The bytes are the submitter's again: he spoils them, and looks later. */
static void spend(struct reactor_entry *entry)
{
    entry->id = 0;
    if (entry->len != 0)
        memset(entry->block, POISON, entry->len);
}

static enum ax_poll react(struct ax_task *task)
{
    struct shell_reactor *reactor = (struct shell_reactor *)task;
    struct ax_completion done;

    ax_reactor_process(&reactor->reactor, task->self);
    while (ax_reactor_next(&reactor->reactor, &done) == AX_OK) {
        say(reactor, &done);
        spend(done.token);
        ax_wake(reactor->shell->task.self); /* the socket may be destroyed, and wait for this */
    }
    watches_look(reactor->shell);
    return AX_PENDING;
}

int reactor_open(struct shell *shell, unsigned places, struct shell_reactor **opened)
{
    struct shell_reactor *reactor = arena_take(&shell->arena, sizeof *reactor);
    struct ax_operation *table = arena_take(&shell->arena, places * sizeof *table);
    struct reactor_entry *entries = arena_take(&shell->arena, (places + 1) * sizeof *entries);
    int err = SHELL_E_FULL_ARENA;

    if (reactor && table && entries) {
        memset(entries, 0, (places + 1) * sizeof *entries);
        *reactor = (struct shell_reactor){.task = {.poll = react, .name = "reactor"},
                                          .shell = shell,
                                          .places = places,
                                          .table = table,
                                          .entries = entries};
        ax_reactor_init(&reactor->reactor, table, places);
        if (ax_task_start(&reactor->task) == AX_OK) {
            *opened = reactor;
            return AX_OK;
        }
        err = SHELL_E_FULL_TASKS;
    }
    arena_give_back(&shell->arena, entries);
    arena_give_back(&shell->arena, table);
    arena_give_back(&shell->arena, reactor);
    return err;
}

void reactor_stop(struct shell_reactor *reactor)
{
    struct arena *arena = &reactor->shell->arena;

    for (unsigned i = 0; i <= reactor->places; i++)
        (void)ax_reactor_cancel(&reactor->reactor, reactor->entries[i].id);
    ax_task_stop(&reactor->task);
    for (unsigned i = 0; i <= reactor->places; i++)
        arena_give_back(arena, reactor->entries[i].block);
    arena_give_back(arena, reactor->entries);
    arena_give_back(arena, reactor->table);
    arena_give_back(arena, reactor);
}

struct reactor_entry *reactor_entry(struct shell_reactor *reactor, uint32_t len)
{
    struct reactor_entry *entry = reactor->entries;

    while (entry->id != 0)
        entry++;
    arena_give_back(&reactor->shell->arena, entry->block);
    *entry = (struct reactor_entry){.len = len};
    if (len != 0)
        entry->block = arena_take(&reactor->shell->arena, len);
    if (len != 0 && !entry->block)
        entry->len = 0;
    return len == entry->len ? entry : NULL;
}

uint32_t reactor_spoiled(const struct shell_reactor *reactor)
{
    uint32_t spoiled = 0;

    for (unsigned i = 0; i <= reactor->places; i++) {
        const struct reactor_entry *entry = &reactor->entries[i];
        for (uint32_t at = 0; entry->id == 0 && at < entry->len; at++)
            spoiled += entry->block[at] != POISON;
    }
    return spoiled;
}

unsigned reactor_under_way(const struct shell_reactor *reactor)
{
    unsigned count = 0;

    for (unsigned i = 0; i <= reactor->places; i++)
        count += reactor->entries[i].id != 0;
    return count;
}

bool reactor_uses(const struct shell_reactor *reactor, const void *socket)
{
    for (unsigned i = 0; reactor && i <= reactor->places; i++)
        if (reactor->entries[i].id != 0 && reactor->entries[i].socket == socket)
            return true;
    return false;
}
