/* SPDX-License-Identifier: BSD-3-Clause */
/* The DNS resolver (RFC 1035): an address for a name, from up to two servers.
 *
 * A server is asked at 0, 1, 2 and 4 s; behind 7 s, or when it says that it cannot
 * answer, the next one in the same way. What it says last is believed for as long as it
 * said (its TTL, the least on the way to the address, at most a week) and given without
 * asking. A name that several ask for at once is one question (RFC 5452 5), each with an
 * id, and from a port, that nobody can predict.
 *
 * An answer counts when it comes from the server that was asked last, from its port 53,
 * to the port that asked, with the id and the question that were sent, and is whole and
 * well formed through its answers. Anything else is dropped, and changes nothing. CNAMEs
 * are followed within one answer, in their order.
 *
 * What there is not: other records than A; more than the first address; answers longer
 * than 512 bytes, or by TCP: of one that was cut short (TC) the address is taken if it is
 * in there; CNAMEs whose end another question would have to find; names that are known
 * not to be (each is asked for anew); a search list, "localhost", mDNS, DNSSEC.
 *
 * Losing our link ends nothing: questions are asked again at their times. Losing our
 * address, or getting another one, ends all of them (AX_E_ADDRESS_LOST), and what was
 * known is forgotten: it may be otherwise there.
 *
 * AX_DNS_NAMES are asked for or known at once (ax/config.h). A question takes one of
 * AX_UDP_SOCKETS meanwhile. There is a task and a deadline while something is asked for
 * or known, and no tick. An image that asks for no name has none of it.
 *
 * Context: task code only.
 */
#ifndef AX_DNS_H
#define AX_DNS_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/err.h>
#include <ax/exec.h>

enum { AX_DNS_SERVERS = 2, AX_DNS_NAME_MAX = 253 /* bytes, without a dot at the end */ };

/* Those to ask, in this order, host byte order; 0: none. Where both are 0 they are those
 * of the DHCP lease (ax/dhcp.h). What is under way asks them from its next time on. AX_OK,
 * or AX_E_ARG for an address that is no host's. */
int ax_dns_set_servers(const uint32_t servers[AX_DNS_SERVERS]);

/* Those that would be asked now. */
void ax_dns_servers(uint32_t servers[AX_DNS_SERVERS]);

/* Declare one; fields are private. Borrowed while it is under way. */
struct ax_dns_query {
    struct ax_dns_query *next; /* who asks for the same */
    struct ax_event news;
    int result; /* AX_E_WOULD_BLOCK: under way */
    uint32_t addr;
    unsigned place;
};

/* Asks for the address of `name`, of which nothing is needed behind the call. AX_OK: it
 * is under way, or known already, as four numbers ("10.0.0.1") are. AX_E_ARG for what no
 * host is called: labels of 1 to 63 letters, digits, "-" and "_" with dots between them and
 * perhaps one at the end, AX_DNS_NAME_MAX bytes at most, the last no number (RFC 1123 2.1).
 * AX_E_UNREACHABLE without a server or an address of ours; AX_E_MEMORY when AX_DNS_NAMES
 * are asked for, or without a UDP socket or a task slot. */
int ax_dns_ask(struct ax_dns_query *query, const char *name);

/* AX_OK and *addr, as its server gave it; AX_E_WOULD_BLOCK while it is under way; else how
 * it ended: AX_E_NO_NAME for a name that is not, or has no address; AX_E_NO_ANSWER when no
 * server had one; AX_E_ADDRESS_LOST; AX_E_IN_USE without a port; AX_E_MEMORY when others
 * have taken the last UDP socket meanwhile; AX_E_ABORTED when it was withdrawn. */
int ax_dns_result(const struct ax_dns_query *query, uint32_t *addr);

/* Wakes `self` once it is no longer under way. */
void ax_dns_wait(struct ax_dns_query *query, ax_tasks self);
void ax_dns_unwait(struct ax_dns_query *query, ax_tasks self);

/* Ends it, and its storage is the caller's. The question ends with the last of those who
 * ask it: what is not sent yet is not, and an answer meets a closed port. No effect on one
 * that is not under way. */
void ax_dns_withdraw(struct ax_dns_query *query);

/* Forgets what is known. Questions go on. */
void ax_dns_forget(void);

/* Names asked for, and names known, now. */
struct ax_dns_levels {
    unsigned asked, known;
};
struct ax_dns_levels ax_dns_levels(void);

#endif
