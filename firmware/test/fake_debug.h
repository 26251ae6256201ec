/* SPDX-License-Identifier: BSD-3-Clause */
/* What a stack shows of itself and is told by a test image, without a stack: for
 * tests of the shell. */
#ifndef FAKE_DEBUG_H
#define FAKE_DEBUG_H

#include <ax/debug.h>
#include <ax/dns.h>
#include <ax/stack.h>

enum { FAKE_LIMITS = 200 }; /* more than a console takes at once */

/* What the last ax_stack_poll() was asked for. */
extern struct fake_poll {
    unsigned frames, datagrams;
} fake_poll;

void fake_debug_init(void);

/* A resolver that does what a test says: a name is under way until then. */
extern struct fake_dns {
    int refusal; /* of a question; 0: none */
    struct ax_dns_query *query;
    const char *name;
    uint32_t servers[AX_DNS_SERVERS];
    bool refuses_servers;
    unsigned withdrawn, forgotten;
} fake_dns;
void fake_dns_say(int result, uint32_t addr);

/* A DHCP client that does what a test says. */
extern struct fake_dhcp {
    int refusal; /* of its start; 0: none */
    bool running, bound;
    unsigned starts;
    struct ax_event news;
} fake_dhcp;

#endif
