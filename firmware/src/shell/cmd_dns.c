/* SPDX-License-Identifier: BSD-3-Clause */
/* The DNS resolver; a question is a future. */
#include <ax/dns.h>

#include "shell/cmd.h"
#include "shell/reply.h"

_Static_assert(AX_DNS_SERVERS == 2, "a word, and a field, for each");

int cmd_dns(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_dns_levels levels = ax_dns_levels();
    uint32_t servers[AX_DNS_SERVERS];

    (void)shell;
    (void)request;
    ax_dns_servers(servers);
    text_key(reply, "server");
    text_address(reply, servers[0]);
    text_key(reply, "other_server");
    text_address(reply, servers[1]);
    text_field(reply, "asked", levels.asked);
    text_field(reply, "known", levels.known);
    return AX_OK;
}

int cmd_dns_servers(struct shell *shell, struct request *request, struct text *reply)
{
    uint32_t servers[AX_DNS_SERVERS];

    (void)shell;
    for (unsigned i = 0; i < AX_DNS_SERVERS; i++) {
        int err = request_address(request, i, &servers[i]);
        if (err < 0)
            return err;
    }
    return reply_why_of(reply, ax_dns_set_servers(servers), AX_E_ARG,
                        "each is the address of a host, or 0.0.0.0");
}

int cmd_dns_forget(struct shell *shell, struct request *request, struct text *reply)
{
    (void)shell;
    (void)request;
    (void)reply;
    ax_dns_forget();
    return AX_OK;
}
