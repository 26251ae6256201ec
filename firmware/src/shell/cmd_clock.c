/* SPDX-License-Identifier: BSD-3-Clause */
/* The stack clock. */
#include <ax/clock.h>

#include "shell/cmd.h"
#include "shell/reply.h"

static void show(struct text *reply)
{
    uint32_t next = ax_clock_until_deadline();

    text_field(reply, "now", ax_now_ms());
    text_field(reply, "held", ax_clock_is_held());
    if (next == AX_CLOCK_NO_DEADLINE)
        text_field_string(reply, "next", "none");
    else
        text_field(reply, "next", next);
}

int cmd_clock(struct shell *shell, struct request *request, struct text *reply)
{
    (void)shell;
    (void)request;
    show(reply);
    return AX_OK;
}

int cmd_clock_run(struct shell *shell, struct request *request, struct text *reply)
{
    int err = ax_clock_run();

    (void)shell;
    (void)request;
    if (err == AX_OK)
        show(reply);
    return err;
}

int cmd_clock_hold(struct shell *shell, struct request *request, struct text *reply)
{
    ax_clock_hold();
    return cmd_clock(shell, request, reply);
}

static void show_moved(struct shell *shell, struct text *reply, struct ax_advance_result moved)
{
    bool sent = ax_link_stats(shell->config.link).tx_frames != shell->tx_frames_before;

    show(reply);
    text_field(reply, "moved", moved.moved_ms);
    text_field(reply, "deadlines", moved.deadlines);
    text_field(reply, "sent", sent);
}

static int finish_advance(struct shell *shell, struct text *reply)
{
    if (ax_clock_is_advancing())
        return SHELL_LATER;
    show_moved(shell, reply, ax_clock_advanced());
    return AX_OK;
}

static int refuse_running(struct text *reply, int err)
{
    return reply_why_of(reply, err, AX_E_STATE, "it runs: clock hold");
}

static int advance(struct shell *shell, const struct ax_advance *how, struct text *reply)
{
    int err = ax_clock_advance(how, shell->task.self);

    if (err < 0)
        return refuse_running(reply, err);
    shell->tx_frames_before = ax_link_stats(shell->config.link).tx_frames;
    shell->later = finish_advance;
    return SHELL_LATER;
}

int cmd_clock_step(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_advance how = {.ms = ax_clock_until_deadline(), .deadlines = 1};

    (void)request;
    if (how.ms != AX_CLOCK_NO_DEADLINE)
        return advance(shell, &how, reply);
    if (!ax_clock_is_held())
        return refuse_running(reply, AX_E_STATE);
    shell->tx_frames_before = ax_link_stats(shell->config.link).tx_frames;
    show_moved(shell, reply, (struct ax_advance_result){0});
    return AX_OK;
}

int cmd_clock_advance(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_advance how = {.until_marked = request->count == 2};
    int err = request_number(request, 0, 0, AX_TIMER_MAX_MS, &how.ms);

    if (err < 0)
        return err;
    if (how.until_marked && !request_word_is(request, 1, "sent"))
        return request_refuse(request, 1, SHELL_E_USAGE);
    return advance(shell, &how, reply);
}
