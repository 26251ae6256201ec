/* SPDX-License-Identifier: BSD-3-Clause */
/* How a question stands, for those who ask it. */
#include <ax/dns.h>

int ax_dns_result(const struct ax_dns_query *query, uint32_t *addr)
{
    if (query->result == AX_OK)
        *addr = query->addr;
    return query->result;
}

void ax_dns_wait(struct ax_dns_query *query, ax_tasks self)
{
    if (query->result == AX_E_WOULD_BLOCK)
        (void)ax_event_wait(&query->news, self);
    else
        ax_wake(self);
}

void ax_dns_unwait(struct ax_dns_query *query, ax_tasks self)
{
    ax_event_unwait(&query->news, self);
}
