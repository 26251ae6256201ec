/* SPDX-License-Identifier: BSD-3-Clause */
/* The DHCP client. */
#include <ax/dhcp.h>

#include "shell/cmd.h"
#include "shell/reply.h"

static void show_address(struct text *reply, const char *key, uint32_t addr)
{
    text_key(reply, key);
    text_address(reply, addr);
}

int cmd_dhcp(struct shell *shell, struct request *request, struct text *reply)
{
    struct ax_dhcp_lease lease = {0};
    bool is_bound = ax_dhcp_lease(&lease);

    (void)shell;
    (void)request;
    text_field(reply, "running", ax_dhcp_is_running());
    text_field(reply, "bound", is_bound);
    show_address(reply, "addr", lease.address.addr);
    show_address(reply, "mask", lease.address.netmask);
    show_address(reply, "gateway", lease.address.gateway);
    show_address(reply, "server", lease.server);
    show_address(reply, "dns", lease.name_servers[0]);
    show_address(reply, "other_dns", lease.name_servers[1]);
    text_field(reply, "seconds", lease.seconds);
    return AX_OK;
}

int cmd_dhcp_start(struct shell *shell, struct request *request, struct text *reply)
{
    (void)shell;
    (void)request;
    (void)reply;
    return ax_dhcp_start();
}

int cmd_dhcp_release(struct shell *shell, struct request *request, struct text *reply)
{
    (void)shell;
    (void)request;
    (void)reply;
    ax_dhcp_release();
    return AX_OK;
}
