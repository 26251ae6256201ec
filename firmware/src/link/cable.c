/* SPDX-License-Identifier: BSD-3-Clause */
/* Apart from link.c: no product asks. */
#include <ax/debug.h>

#include "link/link.h"

bool ax_link_watch_cable(struct ax_link *link, ax_tasks self)
{
    (void)ax_event_wait(&link->device->activity, self);
    return link_is_cable_in(link);
}
