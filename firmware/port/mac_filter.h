/* SPDX-License-Identifier: BSD-3-Clause */
/* What an Ethernet MAC lets in, for wires and models that let everything in: its
 * own address, and all that goes to many.
 */
#ifndef PORT_MAC_FILTER_H
#define PORT_MAC_FILTER_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <ax/link.h>
#include <ax/span.h>

/* What has no address is let in, for the link to count. */
static inline bool mac_filter_passes(const uint8_t own[AX_MAC_LEN], struct ax_span frame)
{
    enum { TO_MANY = 1 };

    return frame.len < AX_FRAME_MIN || (frame.at[0] & TO_MANY) != 0 ||
           memcmp(frame.at, own, AX_MAC_LEN) == 0;
}

#endif
