/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/dhcp_future.h>

static struct ax_dhcp_future *of(struct ax_future *future)
{
    return (struct ax_dhcp_future *)future;
}

static int begin(struct ax_dhcp_future *dhcp)
{
    bool ran = ax_dhcp_is_running();
    int err = ax_dhcp_start();

    dhcp->started = err == AX_OK && !ran;
    return err;
}

static int poll_dhcp(struct ax_future *future, ax_tasks self)
{
    int err = future->begun ? AX_OK : begin(of(future));

    if (err < 0)
        return err;
    if (ax_dhcp_lease(&of(future)->lease))
        return AX_OK;
    if (!ax_dhcp_is_running())
        return AX_E_ABORTED;
    ax_dhcp_wait(self);
    return AX_E_WOULD_BLOCK;
}

static void withdraw(struct ax_future *future)
{
    if (of(future)->started)
        ax_dhcp_release();
}

void ax_dhcp(struct ax_dhcp_future *future)
{
    static const struct ax_future_kind kind = {.poll = poll_dhcp, .withdraw = withdraw};

    *future = (struct ax_dhcp_future){0};
    ax_future_init(&future->future, &kind);
}
