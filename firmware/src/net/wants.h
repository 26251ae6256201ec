/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues of sockets that want something of the stack, first come, first served.
 * Private to net. */
#ifndef AX_NET_WANTS_H
#define AX_NET_WANTS_H

#include <ax/wait.h>

struct wants_queue {
    struct ax_wants *first, *last;
};

/* Adds `what`; whoever wants nothing yet goes behind the others. Signals
 * net_attention. */
void wants_add(struct wants_queue *queue, struct ax_wants *wants, uint32_t what);

/* Takes the first off and tells what it wanted; NULL for none. */
struct ax_wants *wants_take(struct wants_queue *queue, unsigned *what);

#endif
