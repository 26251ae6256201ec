/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/udp_future.h>

static int result_of(const struct ax_udp *udp, uint32_t id)
{
    switch (ax_udp_status(udp, id)) {
    case AX_UDP_SENT: return AX_OK;
    case AX_UDP_UNREACHABLE: return AX_E_UNREACHABLE;
    case AX_UDP_TOO_OLD: return ax_udp_local(udp).port != 0 ? AX_E_MEMORY : AX_E_STATE;
    default: return AX_E_WOULD_BLOCK;
    }
}

static int poll_sent(struct ax_future *future, ax_tasks self)
{
    struct ax_udp_future *sent = (struct ax_udp_future *)future;
    int result = result_of(sent->udp, sent->id);

    if (result == AX_E_WOULD_BLOCK)
        ax_udp_wait_sent(sent->udp, sent->id, self);
    return result;
}

void ax_sent(struct ax_udp_future *future, struct ax_udp *udp, uint32_t id)
{
    static const struct ax_future_kind kind = {.poll = poll_sent};

    *future = (struct ax_udp_future){.udp = udp, .id = id};
    ax_future_init(&future->future, &kind);
}
