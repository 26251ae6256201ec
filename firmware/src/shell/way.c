/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/way.h"

#include <string.h>

#include "shell/handles.h"
#include "shell/reply.h"

_Static_assert(WAYS <= (int)SHELL_WAYS, "each has its users");

const struct way *const ways[WAYS] = {
    [WAY_CORE] = &way_core,       [WAY_FUTURES] = &way_futures,   [WAY_READINESS] = &way_readiness,
    [WAY_REACTOR] = &way_reactor, [WAY_CALLBACK] = &way_callback,
};

static void name_all(struct text *reply)
{
    for (unsigned i = 0; i < WAYS; i++) {
        text_string(reply, i == 0 ? "is none of " : "|");
        text_string(reply, ways[i]->name);
    }
}

bool request_way(struct request *request, unsigned index, struct text *reply, int *err,
                 const struct way **way)
{
    static const char key[] = "through=";
    const char *word = request->words[index];

    if (strncmp(word, key, sizeof key - 1) != 0)
        return false;
    *err = AX_OK;
    for (unsigned i = 0; i < WAYS; i++)
        if (strcmp(word + sizeof key - 1, ways[i]->name) == 0) {
            *way = ways[i];
            return true;
        }
    name_all(reply);
    *err = request_refuse(request, index, SHELL_E_USAGE);
    return true;
}

/* ---- sockets of one way alone */

static int refuse_others(struct request *request, unsigned index, bool is_gone,
                         const struct way *its, const struct way *way, struct text *reply)
{
    if (!is_gone && its == way)
        return AX_OK;
    if (is_gone)
        return reply_gone(reply, request, index);
    text_string(reply, "goes through ");
    text_string(reply, its->name);
    text_string(reply, ": open one through=");
    text_string(reply, way->name);
    return request_refuse(request, index, AX_E_STATE);
}

int way_handle_tcp(struct shell *shell, struct request *request, unsigned index,
                   const struct way *way, struct text *reply, struct shell_tcp **tcp)
{
    int err = handle_tcp(shell, request, index, tcp);

    return err < 0 ? err
                   : refuse_others(request, index, (*tcp)->destroyed, (*tcp)->way, way, reply);
}

int way_handle_udp(struct shell *shell, struct request *request, unsigned index,
                   const struct way *way, struct text *reply, struct shell_udp **udp)
{
    int err = handle_udp(shell, request, index, udp);

    return err < 0 ? err : refuse_others(request, index, (*udp)->closed, (*udp)->way, way, reply);
}

/* ---- users of each way */

static unsigned number_of(const struct way *way)
{
    unsigned number = 0;

    while (ways[number] != way)
        number++;
    return number;
}

int way_enter(struct shell *shell, const struct way *way)
{
    uint16_t *users = &shell->way_users[number_of(way)];
    int err = *users == 0 && way->begin ? way->begin(shell) : AX_OK;

    if (err == AX_OK)
        (*users)++;
    return err;
}

void way_leave(struct shell *shell, const struct way *way)
{
    if (--shell->way_users[number_of(way)] == 0 && way->end)
        way->end(shell);
}

/* NULL where there is no room; a way without state has `none`. */
static void *take_state(struct shell *shell, size_t bytes)
{
    void *state = arena_take(&shell->arena, bytes);

    if (state)
        memset(state, 0, bytes);
    return state;
}

static int begin(struct shell *shell, const struct way *way, size_t bytes, void **through)
{
    int err;

    if (bytes != 0) {
        *through = take_state(shell, bytes);
        if (!*through)
            return SHELL_E_FULL_ARENA;
    }
    err = way_enter(shell, way);
    if (err < 0) {
        arena_give_back(&shell->arena, *through);
        *through = NULL;
    }
    return err;
}

void way_drop(struct shell *shell, const struct way *way, void *through)
{
    if (!way)
        return;
    arena_give_back(&shell->arena, through);
    way_leave(shell, way);
}

int way_open_tcp(struct shell *shell, struct shell_tcp *socket, const struct way *way)
{
    int err = begin(shell, way, way->tcp.bytes, &socket->through);

    if (err < 0)
        return err;
    socket->way = way;
    return way->tcp.open(socket);
}

int way_open_udp(struct shell *shell, struct shell_udp *socket, const struct way *way)
{
    int err = begin(shell, way, way->udp.bytes, &socket->through);

    if (err < 0)
        return err;
    socket->way = way;
    return way->udp.open(socket);
}

/* ---- those who ask */

int way_begin_asking(struct shell *shell, const struct way *way, const struct ax_task *task,
                     struct way_asker *asker)
{
    *asker = (struct way_asker){.self = task->self};
    if (way->asker_bytes == 0)
        return AX_OK;
    asker->state = take_state(shell, way->asker_bytes);
    return asker->state ? AX_OK : SHELL_E_FULL_ARENA;
}

void way_end_asking(struct shell *shell, struct way_asker *asker)
{
    arena_give_back(&shell->arena, asker->state);
    asker->state = NULL;
}
