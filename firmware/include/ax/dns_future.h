/* SPDX-License-Identifier: BSD-3-Clause */
/* The address of a name as a future (ax/future.h, ax/dns.h).
 *
 * Context: task code only.
 */
#ifndef AX_DNS_FUTURE_H
#define AX_DNS_FUTURE_H

#include <ax/dns.h>
#include <ax/future.h>

struct ax_dns_future {
    struct ax_future future; /* first */
    const char *name;        /* borrowed until its first poll */
    struct ax_dns_query query;
    uint32_t addr; /* readable by the caller */
};

/* AX_OK once the address is in `addr`, at the first poll where it is known; else what
 * ax_dns_ask() refuses with or ax_dns_result() says. Without an answer it ends by itself
 * within 7 s for each server; ax_timeout() bounds it. Withdrawn it leaves nothing. */
void ax_dns_resolve(struct ax_dns_future *future, const char *name);

#endif
