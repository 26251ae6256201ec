/* SPDX-License-Identifier: BSD-3-Clause */
/* A readiness driver: one task that looks after many sockets.
 *
 * A socket registered with a driver is a *source*. The driver tells of each interest
 * (ax/wait.h) once, when it is seen to hold, and keeps it as *seen*. Whoever is told
 * attempts, and clears what he saw when an attempt said would-block:
 *
 *     register --> poll: an event --> attempt ... --> would block --> clear --> poll
 *
 * What is seen is not waited for until it is cleared, so a source that nobody reads
 * keeps no task busy. Clearing wipes what the event showed and nothing that was seen
 * later, and what still holds is told of again: an event is never lost between attempt
 * and clear, and clearing before would-block costs a turn and no byte.
 *
 * A socket that is lent to a listener is a source like any other: writable once it is
 * a connection. So is one that has ended: end of stream and every error make it readable
 * and writable, and AX_RELEASED says that it can begin again.
 *
 * A wake names a task, not a socket, so a poll looks at every source with an interest
 * that is not seen: some 120 instructions each on a Cortex-M. The table's size bounds it.
 *
 * Context: task code only, unless a function says otherwise.
 */
#ifndef AX_READINESS_H
#define AX_READINESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ax/tcp.h>
#include <ax/udp.h>
#include <ax/wait.h>

enum { AX_READINESS_INTERESTS = 4 }; /* the members of enum ax_interest */

/* A place in the driver's table. Fields are private to src/readiness. */
struct ax_source {
    const struct ax_source_kind *kind;
    void *socket; /* NULL: nobody's, or `leaving` */
    void *token;
    size_t room;
    struct ax_event changed; /* who waits, told when there is no such interest any more */
    uint16_t generation;
    uint8_t interest, seen, news; /* news: seen, and no event has told of it */
    uint8_t version[AX_READINESS_INTERESTS];
    bool leaving;
};

/* Fields are private. */
struct ax_readiness {
    struct ax_source *sources;
    unsigned count, turn, leaving;
    ax_tasks self; /* whoever polled last */
    struct ax_event parked;
    _Atomic bool unparked;
};

/* What is seen of a source: the whole of it, not only what is new. */
struct ax_ready {
    int source;
    void *token;
    unsigned ready;                          /* interests; leave in it what is to be cleared */
    uint8_t version[AX_READINESS_INTERESTS]; /* of each, when this was told */
};

/* The table is borrowed for good; `count` is 1 to 65,535. */
void ax_readiness_init(struct ax_readiness *driver, struct ax_source *sources, unsigned count);

/* Registers a socket, borrowed until it is deregistered. `token` comes back with every
 * event. Returns the source, above 0; AX_E_ARG for no interest, or one that the socket
 * does not know; AX_E_IN_USE when it is registered here; AX_E_MEMORY when the
 * table is full. A number is given again after its place was used 32,767 times. */
int ax_readiness_register_tcp(struct ax_readiness *driver, struct ax_tcp *tcp, unsigned interest,
                              void *token);

/* The same; writable is room for a datagram of `room` bytes. A socket is registered
 * once for each such length. */
int ax_readiness_register_udp(struct ax_readiness *driver, struct ax_udp *udp, unsigned interest,
                              size_t room, void *token);

/* Another interest. All that was seen is forgotten and looked for anew. AX_OK; AX_E_ARG
 * as above, or for a source that is not registered. */
int ax_readiness_reregister(struct ax_readiness *driver, int source, unsigned interest);

/* Ends it: the driver never touches the socket again, and tells of it no more. Whoever
 * waits for the source is woken. An event that was told already still names it: so its
 * place goes to no other before it is released, from the driver's next poll on. AX_OK,
 * or AX_E_ARG for a source that is not registered. */
int ax_readiness_deregister(struct ax_readiness *driver, int source);
bool ax_readiness_is_released(const struct ax_readiness *driver, int source);

/* Tells of at most `max` sources of which something new was seen, in turn:
 * of those that stay ready none is told of twice before the others were. Returns how many
 * events, 0 when it was unparked and there are none, AX_E_WOULD_BLOCK, or AX_E_ARG for a
 * `max` of 0. With fewer than `max` there are no more now, and `self` will be woken when
 * there are. One task polls; whoever polls last is woken. */
int ax_readiness_poll(struct ax_readiness *driver, struct ax_ready *events, unsigned max,
                      ax_tasks self);

/* Makes the poll under way, or else the next one, return. Once, however often it
 * was called before. Context: anywhere, interrupts included. */
void ax_readiness_unpark(struct ax_readiness *driver);

/* Forgets the interests of `seen->ready`, but for those that were seen anew since it was
 * told. AX_OK, or AX_E_ARG for a source that is not registered. */
int ax_readiness_clear(struct ax_readiness *driver, const struct ax_ready *seen);

/* ---- for other tasks than the one that polls; any number of them */

/* Looks at one source, and tells what is seen of it in *seen. The driver tells of it
 * all the same. AX_OK, or AX_E_ARG for a source that is not registered. */
int ax_readiness_look(struct ax_readiness *driver, int source, struct ax_ready *seen);

/* Wakes `self` once when any of `interest` is seen or holds, or the source's interest
 * changes or ends. AX_OK; AX_E_ARG for a source that is not registered, or not for that. */
int ax_readiness_wait(struct ax_readiness *driver, int source, unsigned interest, ax_tasks self);

/* Takes `self` out again. One spurious wake may follow. No effect on a source that is not
 * registered. */
void ax_readiness_unwait(struct ax_readiness *driver, int source, ax_tasks self);

#endif
