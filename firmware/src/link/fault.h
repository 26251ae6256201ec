/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a fault of ax/debug.h is due now; asking uses up one of those still
 * to come. */
#ifndef AX_LINK_FAULT_H
#define AX_LINK_FAULT_H

#include <stdbool.h>

#include <ax/link.h>

/* Reached through the link, so that an image that asks for none has nothing of them. */
struct link_faults {
    bool (*rx_alloc)(struct ax_link *link);
    bool (*tx_full)(struct ax_link *link);
    bool (*is_tx_full)(const struct ax_link *link);
};

static inline bool fault_rx_alloc(struct ax_link *link)
{
    return link->faults && link->faults->rx_alloc(link);
}

/* The last one signals activity: the transmit ring has room again. */
static inline bool fault_tx_full(struct ax_link *link)
{
    return link->faults && link->faults->tx_full(link);
}

/* Until it is lifted all sends find it full. Uses nothing up. */
static inline bool fault_is_tx_full(const struct ax_link *link)
{
    return link->faults && link->faults->is_tx_full(link);
}

#endif
