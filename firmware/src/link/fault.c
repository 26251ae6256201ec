/* SPDX-License-Identifier: BSD-3-Clause */
#include "link/fault.h"

#include <ax/debug.h>

#include "link/fence.h"

static bool use(uint32_t *left)
{
    if (*left == 0)
        return false;
    if (*left != AX_FAULT_ALL)
        --*left;
    return true;
}

static bool rx_alloc(struct ax_link *link) { return use(&link->fault.rx_alloc); }

static bool is_tx_full(const struct ax_link *link)
{
    return link->fault.tx_full == AX_FAULT_ALL ||
           (link->fault.tx_bounded && link->fault.tx_room == 0);
}

static bool tx_full(struct ax_link *link)
{
    bool due = use(&link->fault.tx_full);

    if (due && link->fault.tx_full != AX_FAULT_ALL) /* it is worth another try */
        ax_event_signal(&link->device->activity);
    return due || (link->fault.tx_bounded && !use(&link->fault.tx_room));
}

static const struct link_faults faults = {
    .rx_alloc = rx_alloc, .tx_full = tx_full, .is_tx_full = is_tx_full};

void ax_link_fault_tx_full(struct ax_link *link, uint32_t count)
{
    bool lifted = link->fault.tx_full != 0 && count == 0;

    link->faults = &faults;
    link->fault.tx_full = count;
    if (lifted)
        ax_event_signal(&link->device->activity);
}

void ax_link_fault_tx_room(struct ax_link *link, uint32_t frames)
{
    link->faults = &faults;
    link->fault.tx_room = frames;
    link->fault.tx_bounded = frames != AX_FAULT_ALL;
    ax_event_signal(&link->device->activity);
}

void ax_link_fault_rx_alloc(struct ax_link *link, uint32_t count)
{
    link->faults = &faults;
    link->fault.rx_alloc = count;
}

void ax_link_fault_rx_defer(struct ax_link *link, bool defer)
{
    bool lifted = link->fault.rx_defer && !defer;

    link->fault.rx_defer = defer;
    fence_arm(link);
    if (lifted)
        ax_event_signal(&link->device->activity);
}

void ax_link_fault_rx_hold(struct ax_link *link, bool hold)
{
    link->fault.rx_hold = hold;
    if (!hold)
        ax_event_signal(&link->device->activity);
}
