/* SPDX-License-Identifier: BSD-3-Clause */
/* By itself: an image that sets no options has none of what carries them out. */
#include <ax/server.h>

void ax_server_set_no_delay(struct ax_server *server, bool no_delay)
{
    if (!server->open)
        return;
    for (struct ax_client *client = server->service->first; client; client = client->next) {
        struct ax_tcp_options options = ax_tcp_options(client->tcp);
        if (client->server != server)
            continue;
        options.no_delay = no_delay;
        (void)ax_tcp_set_options(client->tcp, &options);
    }
}
