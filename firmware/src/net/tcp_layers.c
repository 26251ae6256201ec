/* SPDX-License-Identifier: BSD-3-Clause */
/* What layers over a socket ask of it, beside an application's calls. */
#include "net/tcp_socket.h"
#include "net/waiters.h"

int ax_tcp_data_behind(struct ax_tcp *tcp, size_t offset, struct ax_span *data)
{
    uint32_t used = ax_ring_used(&tcp->rx);

    if (used == 0)
        return ax_tcp_data(tcp, data);
    *data = ax_ring_data(&tcp->rx, offset < used ? (uint32_t)offset : used);
    if (data->len)
        return AX_OK;
    if (tcp->peer_fin)
        return AX_E_EOF;
    return tcp->end == AX_OK ? AX_E_WOULD_BLOCK : tcp->end; /* what holds bytes was connected */
}

size_t ax_tcp_space(const struct ax_tcp *tcp)
{
    return ax_tcp_may_send(tcp) ? ax_ring_free(&tcp->tx) : 0;
}

/* As if nothing held, so that only what happens wakes. */
void ax_tcp_wait_next(struct ax_tcp *tcp, unsigned interest, ax_tasks self)
{
    waiters_add(&tcp->waiters, interest, 0, self);
}
