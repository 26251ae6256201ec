/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/reply.h"

#include <string.h>

#include <ax/clock.h>

enum { FAULT_MAX_BYTES = 64 }; /* of a word that is shown as being at fault */

static const struct text EMPTY;

/* "@N" and how it goes on, for a program; nothing for a person. */
static void begin(const struct shell *shell, struct text *line, const char *mark)
{
    line->len = 0;
    if (!shell->request.of_program)
        return;
    text_string(line, "@");
    text_number(line, shell->request.number);
    text_string(line, mark);
}

static void add(struct text *line, const char *bytes, size_t len)
{
    if (len == 0)
        return;
    if (line->len != 0)
        text_string(line, " ");
    text_bytes(line, bytes, len);
}

static void add_string(struct text *line, const char *string) { add(line, string, strlen(string)); }

static void add_fault(struct text *line, const char *fault)
{
    size_t len = fault ? strlen(fault) : 0;

    add(line, fault, len < FAULT_MAX_BYTES ? len : FAULT_MAX_BYTES);
}

static void add_table(struct text *line, const char *table)
{
    if (!table)
        return;
    add_string(line, "too few");
    add_string(line, table);
    add_string(line, "left");
}

/* What a person is typing is ended first. */
static void put_line(struct shell *shell, const struct text *line)
{
    line_hide(&shell->line);
    output_line(&shell->output, line);
    shell->said++;
}

void reply_end(struct shell *shell, int err, const struct text *fields)
{
    struct text line;
    bool shown = line_is_shown(&shell->line);

    begin(shell, &line, "=");
    if (err >= 0) {
        add_string(&line, "ok");
    } else {
        add_string(&line, "err");
        add_string(&line, shell_err_name(err));
        add_fault(&line, shell->request.fault);
        add_table(&line, shell_err_table(err));
    }
    add(&line, fields->at, fields->len);
    put_line(shell, &line);
    if (shown || !shell->request.of_program)
        line_show(&shell->line);
}

int reply_why(struct text *reply, int err, const char *why)
{
    text_string(reply, why);
    return err;
}

int reply_why_of(struct text *reply, int err, int of, const char *why)
{
    return err == of ? reply_why(reply, err, why) : err;
}

int reply_gone(struct text *reply, struct request *request, unsigned index)
{
    return reply_why(reply, request_refuse(request, index, AX_E_STATE), "is gone");
}

static int go_on(struct shell *shell, struct text *reply)
{
    while (output_make_room(&shell->output, LINE_MAX_BYTES + 2)) {
        struct text line;
        enum list_step step;
        begin(shell, &line, ":");
        step = shell->list.line(shell, shell->list.index, &line);
        if (step == LIST_END)
            return shell->list.end ? shell->list.end(shell, reply) : AX_OK;
        shell->list.index++;
        if (step == LIST_LINE)
            put_line(shell, &line);
    }
    return SHELL_LATER;
}

int reply_list(struct shell *shell,
               enum list_step (*line)(struct shell *shell, unsigned index, struct text *fields),
               int (*end)(struct shell *shell, struct text *reply))
{
    shell->list.line = line;
    shell->list.end = end;
    shell->list.index = 0;
    shell->later = go_on;
    return SHELL_LATER;
}

struct text event_begin(const char *kind)
{
    struct text event = EMPTY;

    text_string(&event, "!");
    text_number(&event, ax_now_ms());
    text_string(&event, " ");
    text_string(&event, kind);
    return event;
}

/* A person's half-written line is ended first and written anew behind it. */
static bool say(struct shell *shell, const struct text *event)
{
    bool shown = line_is_shown(&shell->line);

    if (!output_make_room(&shell->output, LINE_MAX_BYTES + LINE_ECHO_MAX_BYTES))
        return false;
    put_line(shell, event);
    if (shown)
        line_show(&shell->line);
    output_flush(&shell->output);
    return true;
}

void event_tell_lost(struct shell *shell)
{
    struct text event;

    if (shell->lost_events == 0)
        return;
    event = event_begin("lost");
    text_field(&event, "events", shell->lost_events);
    if (say(shell, &event)) {
        shell->lost_events = 0;
        shell->said--; /* it was counted when it was owed */
    }
}

void event_say(struct shell *shell, const struct text *event)
{
    event_tell_lost(shell);
    if (shell->lost_events == 0 && say(shell, event))
        return;
    shell->said += shell->lost_events == 0;
    shell->lost_events++;
}
