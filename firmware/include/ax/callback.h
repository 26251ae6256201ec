/* SPDX-License-Identifier: BSD-3-Clause */
/* Callbacks: the task that calls them.
 *
 *     network task -- wakes --> callback task --+--> client: on_connect, on_data ...
 *                                               +--> client: ...
 *
 * One task serves any number of clients (ax/client.h) and servers (ax/server.h), and all
 * callbacks come from it, one at a time, never from inside a call of yours.
 *
 * Its queue of events has one place for each client, inside the client's own struct, so
 * it is never full, and nothing is ever lost. An event is a level that is found by
 * looking, not a message: bytes that nobody took stay in the rx ring and the window
 * closes; acknowledgements add up; of periods that went by unseen one is told.
 *
 * Clients take turns. A turn hands over at most AX_CLIENT_TURN_BYTES and tells of each
 * other event at most once; then it is the next one's. No turn begins while a deadline is
 * due: between two of them the stack's timers and everybody else's fire. So a slow
 * callback makes others wait for its own length, and starves nobody.
 *
 * Every call of a client or a server may be made inside any callback of any of them.
 *
 * There are none for datagrams: each comes whole, so a task that waits for their socket
 * (ax/udp.h) has nothing to keep from one to the next.
 *
 * Context: task code only.
 */
#ifndef AX_CALLBACK_H
#define AX_CALLBACK_H

#include <ax/exec.h>
#include <ax/timer.h>

enum { AX_CLIENT_TURN_BYTES = 4096 };

struct ax_client;

/* Declare one, all zero; fields are private to src/callback. */
struct ax_callback_task {
    struct ax_task task;            /* first */
    struct ax_client *first, *last; /* in the order of their turns */
    struct ax_client *current;      /* whose turn it is, unless it was freed in it */
    struct ax_timer behind;         /* fires behind all that is due */
};

/* Starts it. It is borrowed until it is stopped. AX_OK, or what ax_task_start() refuses with. */
int ax_callback_task_start(struct ax_callback_task *service);

/* Frees every client that is not idle, and stops. End its servers before. Stopped in a
 * callback, it is yours once that has returned. */
void ax_callback_task_stop(struct ax_callback_task *service);

#endif
