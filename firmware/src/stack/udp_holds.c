/* SPDX-License-Identifier: BSD-3-Clause */
#include "net/stack_side.h"
#include "stack/neighbour.h"

#if AX_NEIGHBOURS > 0

bool stack_udp_holds(const struct ax_udp *udp, uint32_t id)
{
    for (int i = 0; i < AX_NEIGHBOURS; i++)
        for (int k = 0; k < AX_NEIGHBOUR_PACKETS; k++) {
            const struct waiting *packet = &stack_neighbours[i].packets[k];
            if (packet->order != 0 && packet->udp == udp && packet->id == id)
                return true;
        }
    return false;
}

#else

bool stack_udp_holds(const struct ax_udp *udp, uint32_t id)
{
    (void)udp;
    (void)id;
    return false;
}

#endif
