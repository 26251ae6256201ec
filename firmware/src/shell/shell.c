/* SPDX-License-Identifier: BSD-3-Clause */
/* The shell's task: bytes from the console to a line, a line to a request, a
 * request to a command. One request at a time, one a poll. */
#include "shell/shell.h"

#include <string.h>

#include <ax/port.h>

#include "shell/cable.h"
#include "shell/commands.h"
#include "shell/handles.h"
#include "shell/reply.h"
#include "shell/watch.h"

/* ---- requests */

static void end_request(struct shell *shell, int result)
{
    shell->later = NULL;
    reply_end(shell, result, &shell->reply);
    watches_look(shell);
}

static void continue_request(struct shell *shell)
{
    int result;

    if (!shell->later)
        return;
    result = shell->later(shell, &shell->reply);
    if (result != SHELL_LATER)
        end_request(shell, result);
}

/* A line at fault has no number that could be trusted: the answer has 0. */
static int read_line(struct shell *shell, bool of_program)
{
    struct request *request = &shell->request;

    if (shell->line.fault == LINE_GOOD)
        return request_read(request, shell->line.text, of_program);
    *request = (struct request){.of_program = of_program, .fault = request->text};
    line_fault_word(&shell->line, request->text, sizeof request->text);
    return shell->line.fault == LINE_TOO_LONG ? SHELL_E_TOO_LONG : SHELL_E_BAD_DATA;
}

static void run_line(struct shell *shell)
{
    int result = read_line(shell, shell->waiting == LINE_REQUEST);

    shell->waiting = LINE_OPEN;
    shell->reply.len = 0;
    handles_reap(shell);
    if (result == AX_OK)
        result = commands_run(shell, &shell->request, &shell->reply);
    if (result == SHELL_LATER)
        continue_request(shell);
    else
        end_request(shell, result);
}

/* ---- input */

static bool next_byte(struct shell *shell, uint8_t *byte)
{
    if (shell->input_at == shell->input_len) {
        shell->input_at = 0;
        shell->input_len = (uint8_t)ax_port_console_read(shell->input, sizeof shell->input);
    }
    if (shell->input_at == shell->input_len)
        return false;
    *byte = shell->input[shell->input_at++];
    return true;
}

/* Takes bytes until a line is whole; false when there are none, or no room to
 * echo them: the console's event comes when there is. */
static bool take_line(struct shell *shell)
{
    while (shell->waiting == LINE_OPEN) {
        uint8_t byte;
        if (!output_make_room(&shell->output, LINE_ECHO_MAX_BYTES) || !next_byte(shell, &byte))
            return false;
        shell->waiting = line_take(&shell->line, byte);
    }
    return output_make_room(&shell->output, LINE_ECHO_MAX_BYTES);
}

static enum ax_poll shell_poll(struct ax_task *task)
{
    struct shell *shell = (struct shell *)task;

    (void)ax_event_wait(&ax_port_console, task->self);
    continue_request(shell);
    if (take_line(shell) && !shell->later) {
        run_line(shell);
        ax_wake(task->self); /* more lines may have come */
    }
    handles_reap(shell);
    cable_look(shell);
    event_tell_lost(shell);
    output_flush(&shell->output);
    return AX_PENDING;
}

/* ---- start */

static void echo(void *context, const char *bytes, size_t len)
{
    struct shell *shell = context;

    output_bytes(&shell->output, bytes, len);
}

/* To people: whoever drives the device asks `id`. A process was only started. */
static void say_origin(struct shell *shell)
{
    struct ax_port_origin origin = ax_port_origin();
    struct text line = {0};

    if (strcmp(origin.cause, "start") == 0)
        return;
    text_string(&line, "# chip ");
    text_hex(&line, (const uint8_t *)origin.unique, sizeof origin.unique);
    text_string(&line, ", started by ");
    text_string(&line, origin.cause);
    if (origin.last_end) {
        text_string(&line, "; the start before this one ended: ");
        text_string(&line, origin.last_end);
    }
    output_line(&shell->output, &line);
}

static void say_hello(struct shell *shell)
{
    struct text banner = {0};
    struct text ready = event_begin("ready");

    text_string(&banner, "# plumbline dut ");
    text_string(&banner, shell->config.version);
    text_string(&banner, ", profile ");
    text_string(&banner, shell->config.profile);
    text_string(&banner, ", build ");
    text_string(&banner, shell->config.build);
    text_string(&banner, "; help shows the commands");
    output_line(&shell->output, &banner);
    say_origin(shell);
    text_field(&ready, "protocol", AX_SHELL_PROTOCOL);
    event_say(shell, &ready);
    shell->said = 0;
}

static struct shell the_shell;

const uint32_t *ax_shell_said(void) { return &the_shell.said; }

int ax_shell_start(const struct ax_shell_config *config)
{
    struct shell *shell = &the_shell;
    int err;

    *shell = (struct shell){
        .task = {.poll = shell_poll, .name = "shell"},
        .config = *config,
        .line = {.echo = echo, .context = shell},
    };
    output_init(&shell->output);
    err = handles_init(shell);
    if (err == AX_OK)
        err = ax_task_start(&shell->task);
    if (err == AX_OK)
        say_hello(shell);
    return err;
}
