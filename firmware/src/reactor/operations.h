/* SPDX-License-Identifier: BSD-3-Clause */
/* What each kind of operation needs of the reactor. Private to reactor. */
#ifndef AX_REACTOR_OPERATIONS_H
#define AX_REACTOR_OPERATIONS_H

#include <ax/reactor.h>

/* The directions of its socket that an operation takes. */
enum { LANE_IN = 1, LANE_OUT = 2 };

struct ax_operation_kind {
    enum ax_op op;
    unsigned lanes;
    /* Adds to the completion, whose result is there; NULL: nothing. The last time that
     * the socket may be looked at. */
    void (*tell)(struct ax_operation *operation);
};

/* A free place for an operation of that socket; NULL for none. The caller makes a future
 * of it and submits it. */
struct ax_operation *operation_of_tcp(struct ax_reactor *reactor,
                                      const struct ax_operation_kind *kind, struct ax_tcp *tcp,
                                      void *token);
struct ax_operation *operation_of_udp(struct ax_reactor *reactor,
                                      const struct ax_operation_kind *kind, struct ax_udp *udp,
                                      void *token);

/* Returns its id. */
int operation_submit(struct ax_reactor *reactor, struct ax_operation *operation);

/* A `tell` for what sends: of one that waited, the end says why it may not any more. */
void operation_tell_end(struct ax_operation *operation);

#endif
