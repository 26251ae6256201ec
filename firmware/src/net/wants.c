/* SPDX-License-Identifier: BSD-3-Clause */
#include "net/wants.h"

#include <stddef.h>

#include "net/stack_side.h"

struct ax_event net_attention;

void wants_add(struct wants_queue *queue, struct ax_wants *wants, uint32_t what)
{
    bool is_queued = wants->what != 0;

    wants->what |= what;
    if (!is_queued) {
        wants->next = NULL;
        if (queue->last)
            queue->last->next = wants;
        else
            queue->first = wants;
        queue->last = wants;
    }
    ax_event_signal(&net_attention);
}

struct ax_wants *wants_take(struct wants_queue *queue, unsigned *what)
{
    struct ax_wants *wants = queue->first;

    if (!wants)
        return NULL;
    queue->first = wants->next;
    if (!queue->first)
        queue->last = NULL;
    *what = wants->what;
    wants->what = 0;
    return wants;
}
