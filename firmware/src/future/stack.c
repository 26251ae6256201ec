/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/stack_future.h>

static struct ax_stack_future *of(struct ax_future *future)
{
    return (struct ax_stack_future *)future;
}

static int poll_level(struct ax_future *future, ax_tasks self)
{
    if (ax_stack_ready() & of(future)->interest)
        return AX_OK;
    ax_stack_wait(of(future)->interest, self);
    return AX_E_WOULD_BLOCK;
}

static int poll_lost(struct ax_future *future, ax_tasks self)
{
    if (ax_stack_address().addr == 0 || ax_stack_address().addr != of(future)->addr)
        return AX_OK;
    ax_stack_wait(AX_ADDRESS_LOST, self);
    return AX_E_WOULD_BLOCK;
}

static void begin(struct ax_stack_future *future, unsigned interest)
{
    static const struct ax_future_kind level = {.poll = poll_level}, lost = {.poll = poll_lost};

    *future = (struct ax_stack_future){.interest = interest, .addr = ax_stack_address().addr};
    ax_future_init(&future->future, interest == AX_ADDRESS_LOST ? &lost : &level);
}

void ax_until_link_up(struct ax_stack_future *future) { begin(future, AX_LINK_UP); }
void ax_until_link_down(struct ax_stack_future *future) { begin(future, AX_LINK_DOWN); }
void ax_until_address(struct ax_stack_future *future) { begin(future, AX_ADDRESS_SET); }
void ax_until_address_lost(struct ax_stack_future *future) { begin(future, AX_ADDRESS_LOST); }
