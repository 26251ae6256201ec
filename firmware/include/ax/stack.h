/* SPDX-License-Identifier: BSD-3-Clause */
/* The TCP/IP stack: one network task over one link.
 *
 * It polls when the link, a deadline or a socket call wakes it, and never
 * otherwise; one poll takes in at most AX_POLL_FRAMES frames and hands at most
 * AX_POLL_DATAGRAMS datagrams to the link, the sockets in turn.
 */
#ifndef AX_STACK_H
#define AX_STACK_H

#include <stdint.h>

#include <ax/exec.h>
#include <ax/link.h>

enum { AX_POLL_FRAMES = 16, AX_POLL_DATAGRAMS = 32 };

/* IPv4, host byte order. All zero: no address. Gateway 0: no way off the link. */
struct ax_address {
    uint32_t addr, netmask, gateway;
};

/* Starts the stack; once. `link` is borrowed for good. AX_OK; AX_E_ARG for an
 * address or mask that cannot be; AX_E_MEMORY when there is no task slot. After
 * an error nothing has started. */
int ax_stack_start(struct ax_link *link, const struct ax_address *address);

/* Changes the address. Connections of the old one end with AX_E_ADDRESS_LOST, and
 * datagrams that wait for a neighbour are given up as unreachable; listeners and UDP
 * sockets bound to it wait for it to come back. Another mask or gateway alone ends
 * nothing.
 * Takes effect on return, and nothing leaves from the old address after it. AX_OK, or
 * AX_E_ARG for an address or mask that cannot be.
 * Context: task code only. */
int ax_stack_set_address(const struct ax_address *address);
struct ax_address ax_stack_address(void);

#endif
