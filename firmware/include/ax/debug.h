/* SPDX-License-Identifier: BSD-3-Clause */
/* What only a test image shows or does: polling by hand, fences, faults that no
 * peer can make, and levels for leak checks.
 *
 * Context: task code only.
 */
#ifndef AX_DEBUG_H
#define AX_DEBUG_H

#include <stdbool.h>
#include <stdint.h>

#include <ax/link.h>

/* From now on the stack runs only inside ax_stack_poll(): frames queue in the
 * link, deadlines that fired and socket calls wait. False: goes back to the
 * network task, which catches up. */
void ax_stack_by_hand(bool by_hand);
bool ax_stack_is_by_hand(void);

/* One poll by hand: deadlines that fired and socket calls, but at most `frames`
 * frames in and `datagrams` UDP datagrams out of the sockets' rings. Returns the
 * frames processed. */
unsigned ax_stack_poll(unsigned frames, unsigned datagrams);

/* Answers fences (EtherType 0x88B5, docs/bench-protocol.md) from now on. `said` is how
 * many lines the console was given, for their answers; borrowed for good, or NULL. AX_OK,
 * or AX_E_MEMORY when there is no task slot. */
int ax_link_answer_fences(struct ax_link *link, const uint32_t *said);

/* Frames that wait for the stack. */
unsigned ax_link_waiting(const struct ax_link *link);

/* The cable as the stack last heard, after debouncing. */
bool ax_link_is_up(const struct ax_link *link);

/* The cable as the driver knows it, and nobody else yet. Wakes `self` when there may be
 * news of it. */
bool ax_link_watch_cable(struct ax_link *link, ax_tasks self);

#define AX_FAULT_ALL UINT32_MAX /* an enumerator must fit an int */

/* The next `count` sends find the transmit ring full, and the stack is told of room
 * behind each of them; AX_FAULT_ALL: all, until called with 0, which tells it so. */
void ax_link_fault_tx_full(struct ax_link *link, uint32_t count);

/* The transmit ring takes `frames` more and is full then; AX_FAULT_ALL: no
 * bound. Tells the stack that there is room. */
void ax_link_fault_tx_room(struct ax_link *link, uint32_t frames);

/* The next `count` received frames find no buffer. */
void ax_link_fault_rx_alloc(struct ax_link *link, uint32_t count);

/* Frames queue, but the stack does not hear of them until called with false. */
void ax_link_fault_rx_defer(struct ax_link *link, bool defer);

/* Nothing is taken out of the Ethernet device until called with false, fences
 * neither: what comes is the device's to hold, or to lose unseen. */
void ax_link_fault_rx_hold(struct ax_link *link, bool hold);

/* One fixed pool of memory, in blocks or bytes as its name says. */
struct ax_pool {
    const char *name;
    uint32_t used, most, size; /* size 0: not bounded in this build */
};

/* The pool of that index, from 0; false behind the last one. */
bool ax_debug_pool(unsigned index, struct ax_pool *pool);

/* lwIP's connections by list: levels. */
struct ax_debug_connections {
    uint32_t active, time_wait, listening, bound, udp;
};
struct ax_debug_connections ax_debug_connections(void);

/* One number that describes the stack as it was built or is configured: what a
 * profile declares. Times in ms, sizes in bytes. */
struct ax_limit {
    const char *name;
    uint32_t value;
};

/* The limit of that index, from 0; false behind the last one. */
bool ax_debug_limit(unsigned index, struct ax_limit *limit);

/* "2.2.1" and the like. */
const char *ax_debug_lwip_version(void);

#endif
