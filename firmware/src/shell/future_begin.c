/* SPDX-License-Identifier: BSD-3-Clause */
/* What all futures of the shell begin with: wishes, an entry, a block, and the word that it
 * is under way. */
#include "shell/future.h"
#include "shell/handles.h"
#include "shell/reply.h"

int future_read_wishes(struct request *request, unsigned index, struct shell_future *wishes)
{
    int err = AX_OK;

    for (unsigned i = index; i < request->count && err == AX_OK; i++) {
        if (request_key(request, i, "within", AX_TIMER_MAX_MS, &err, &wishes->within_ms))
            wishes->has_deadline = true;
        else if (request_word_is(request, i, "hold"))
            wishes->held = true;
        else
            err = request_refuse(request, i, SHELL_E_USAGE);
    }
    if (err == AX_OK && wishes->held && wishes->has_deadline)
        err = request_refuse(request, index, SHELL_E_USAGE);
    return err;
}

int future_take(struct shell *shell, const struct shell_future *wishes,
                struct shell_future **future)
{
    *future = handles_free(shell, HANDLE_FUTURE);
    if (!*future)
        return SHELL_E_FULL_FUTURES;
    **future = *wishes;
    (*future)->shell = shell;
    return AX_OK;
}

int future_begin(struct shell_future *future, struct text *reply)
{
    int err = AX_OK;

    if (future->held)
        future_hold(future);
    else
        err = future_start(future);
    if (err < 0) {
        handles_drop_future(future->shell, future);
        return err;
    }
    text_field(reply, "future", handle_of(future->shell, future));
    return AX_OK;
}

int future_take_block(struct shell_future *future, uint32_t len)
{
    future->block = arena_take(&future->shell->arena, len);
    future->len = len;
    return future->block ? AX_OK : SHELL_E_FULL_ARENA;
}
