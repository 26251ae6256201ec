/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting for the link and for our address as futures (ax/future.h). Nothing is begun,
 * so withdrawing leaves nothing behind. After ax_stack_start().
 *
 * Context: task code only.
 */
#ifndef AX_STACK_FUTURE_H
#define AX_STACK_FUTURE_H

#include <stdint.h>

#include <ax/future.h>
#include <ax/stack.h>

struct ax_stack_future {
    struct ax_future future; /* first */
    unsigned interest;
    uint32_t addr;
};

/* AX_OK once the link is up, is down, or there is an address; at once when it is so. */
void ax_until_link_up(struct ax_stack_future *future);
void ax_until_link_down(struct ax_stack_future *future);
void ax_until_address(struct ax_stack_future *future);

/* AX_OK once ours is not the address any more that it is at this call: connections and
 * datagrams of that one are gone. */
void ax_until_address_lost(struct ax_stack_future *future);

#endif
