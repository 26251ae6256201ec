/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/err.h>
#include <ax/port.h>

#include "net/stack_side.h"

enum { FIRST = 49152, COUNT = 65536 - FIRST }; /* the dynamic ones (RFC 6335 6) */

int net_choose_port(struct ax_endpoint *local, bool (*is_taken)(const struct ax_endpoint *local))
{
    uint16_t start;

    ax_port_random(&start, sizeof start);
    for (unsigned i = 0; i < COUNT; i++) {
        local->port = (uint16_t)(FIRST + (start + i) % COUNT);
        if (!is_taken(local))
            return AX_OK;
    }
    return AX_E_IN_USE;
}
