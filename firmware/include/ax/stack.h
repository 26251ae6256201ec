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

/* ---- what a task can wait for (as in ax/wait.h) */

enum ax_stack_interest {
    AX_LINK_UP = 1, /* the cable is in, and has been still for a while (profile: debounce) */
    AX_LINK_DOWN = 2,
    AX_ADDRESS_SET = 4,  /* there is an address */
    AX_ADDRESS_LOST = 8, /* there is none */
};

/* The interests that hold now. */
unsigned ax_stack_ready(void);

/* Wakes `self` once when any of `interest` holds, and at any change of the link or of
 * the address before that: another address is told to all who wait. Any number of tasks
 * may. Unwait withdraws. Context: task code only. */
void ax_stack_wait(unsigned interest, ax_tasks self);
void ax_stack_unwait(ax_tasks self);

#endif
