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
    /* When it has completed: the last time that the socket may be looked at; NULL: nothing. */
    void (*settle)(struct ax_operation *operation);
    /* Adds to its completion what is particular. */
    void (*tell)(const struct ax_operation *operation, struct ax_completion *done);
};

/* A free place for an operation of that socket; NULL for none. The caller makes a future
 * of it and submits it. */
struct ax_operation *operation_take(struct ax_reactor *reactor,
                                    const struct ax_operation_kind *kind, void *socket,
                                    void *token);

/* Cancels what would not let a close have its turn: whoever reads, connects or accepts. */
void operation_cancel_readers(struct ax_reactor *reactor, const struct ax_tcp *tcp);

/* Returns its id. */
int operation_submit(struct ax_reactor *reactor, struct ax_operation *operation);

/* A `tell` for every future of a TCP socket. */
void operation_tell_tcp(const struct ax_operation *operation, struct ax_completion *done);

#endif
