/* SPDX-License-Identifier: BSD-3-Clause */
/* The DHCP client (RFC 2131): our address, router and name servers from whoever gives
 * them, renewed by the stack clock for as long as it runs.
 *
 * An address that a server gives is probed for a while before it is taken (RFC 5227),
 * and declined if somebody has it. When a lease ends, or a server takes it back, the
 * address is lost (AX_ADDRESS_LOST) and the client asks for another by itself.
 *
 * It has a task of its own while it runs, a UDP socket (port 68) of the stack's, and
 * a deadline whenever it waits for one. An image that does not start it has none of it.
 *
 * Context: task code only.
 */
#ifndef AX_DHCP_H
#define AX_DHCP_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/stack.h>

enum { AX_DHCP_NAME_SERVERS = 2 };

struct ax_dhcp_lease {
    struct ax_address address; /* with mask and router */
    uint32_t server;           /* whose lease it is, host byte order as all here */
    uint32_t name_servers[AX_DHCP_NAME_SERVERS]; /* 0: none */
    uint32_t seconds; /* the lease as it was given; UINT32_MAX: for ever */
};

/* Starts the client, after ax_stack_start(): the address we have is lost, and servers
 * are asked. AX_OK, also when it runs; AX_E_STATE while it is about to end;
 * AX_E_IN_USE for port 68; AX_E_MEMORY without a task slot or a UDP socket. */
int ax_dhcp_start(void);

/* Ends the client: a lease is given back to its server, and our address is lost, once
 * its task has run. No effect when it does not run. */
void ax_dhcp_release(void);

/* Whether it runs; and whether there is a lease, and which (`lease` may be NULL). */
bool ax_dhcp_is_running(void);
bool ax_dhcp_lease(struct ax_dhcp_lease *lease);

/* Wakes `self` when any of that changes. */
void ax_dhcp_wait(ax_tasks self);
void ax_dhcp_unwait(ax_tasks self);

#endif
