/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether there is a link and an address, and waiting for it. */
#include <ax/stack.h>

#include "stack/parts.h"

unsigned ax_stack_ready(void)
{
    unsigned link = netif_is_link_up(&stack_netif) ? AX_LINK_UP : AX_LINK_DOWN;
    unsigned address =
        ip4_addr_isany_val(*netif_ip4_addr(&stack_netif)) ? AX_ADDRESS_LOST : AX_ADDRESS_SET;

    return link | address;
}

void ax_stack_wait(unsigned interest, ax_tasks self)
{
    if (interest & ax_stack_ready())
        ax_wake(self);
    else
        (void)ax_event_wait(&stack_news, self);
}

void ax_stack_unwait(ax_tasks self) { ax_event_unwait(&stack_news, self); }
