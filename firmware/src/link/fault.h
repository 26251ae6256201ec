/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether a fault of ax/debug.h is due now; asking uses up one of those still
 * to come. */
#ifndef AX_LINK_FAULT_H
#define AX_LINK_FAULT_H

#include <stdbool.h>

#include <ax/link.h>

bool fault_rx_alloc(struct ax_link *link);

/* The last one signals activity: the transmit ring has room again. */
bool fault_tx_full(struct ax_link *link);

/* Until it is lifted all sends find it full. Uses nothing up. */
bool fault_is_tx_full(const struct ax_link *link);

#endif
