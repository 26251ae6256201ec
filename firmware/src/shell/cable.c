/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell/cable.h"

#include <ax/debug.h>

#include "shell/cmd.h"
#include "shell/reply.h"

void cable_look(struct shell *shell)
{
    struct text event;

    if (!shell->tells_of_cable ||
        ax_link_watch_cable(shell->config.link, shell->task.self) != shell->wanted_cable)
        return;
    shell->tells_of_cable = false;
    event = event_begin("cable");
    text_field(&event, "in", shell->wanted_cable);
    event_say(shell, &event);
}

int cmd_link_tell(struct shell *shell, struct request *request, struct text *reply)
{
    bool in = request_word_is(request, 0, "in");

    (void)reply;
    if (!in && !request_word_is(request, 0, "out"))
        return request_refuse(request, 0, SHELL_E_USAGE);
    shell->tells_of_cable = true;
    shell->wanted_cable = in;
    return AX_OK;
}
