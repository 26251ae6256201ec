/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads what a name server says, whole, before lwIP does: that one takes the first address
 * in a message of the right id and much on the way to it on trust. */
#ifndef AX_STACK_DNS_REPLY_H
#define AX_STACK_DNS_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/span.h>

enum dns_says {
    DNS_SAYS_ADDRESS, /* the first address in the answers is that of the name */
    DNS_SAYS_NO_NAME, /* there is none of that name, or it has no address */
    DNS_SAYS_CUT,     /* no address, and there was more to say than fits */
    DNS_CANNOT_SAY,   /* the server failed, or does not want to */
};

struct dns_reply {
    enum dns_says says;
    uint32_t ttl_s; /* of the address: the least on the way to it */
};

/* Whether that is an answer to the one question with that id about the address of `name`,
 * in text without a dot at its end, well formed through its answers; and what it says.
 * Any bytes will do. */
bool dns_reply_read(struct dns_reply *reply, struct ax_span message, uint16_t id, const char *name);

#endif
