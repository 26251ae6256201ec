/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/dns_future.h>

static struct ax_dns_future *of(struct ax_future *future) { return (struct ax_dns_future *)future; }

static int poll_dns(struct ax_future *future, ax_tasks self)
{
    struct ax_dns_future *dns = of(future);
    int result = future->begun ? AX_OK : ax_dns_ask(&dns->query, dns->name);

    if (result < 0)
        return result;
    result = ax_dns_result(&dns->query, &dns->addr);
    if (result == AX_E_WOULD_BLOCK)
        ax_dns_wait(&dns->query, self);
    return result;
}

static void withdraw(struct ax_future *future) { ax_dns_withdraw(&of(future)->query); }

void ax_dns_resolve(struct ax_dns_future *future, const char *name)
{
    static const struct ax_future_kind kind = {.poll = poll_dns, .withdraw = withdraw};

    *future = (struct ax_dns_future){.name = name};
    ax_future_init(&future->future, &kind);
}
