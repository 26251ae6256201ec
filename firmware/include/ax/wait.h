/* SPDX-License-Identifier: BSD-3-Clause */
/* What a task can wait for on a socket.
 *
 * Waiting is latched: if what is waited for already holds, the task is woken at
 * once, so nothing is lost between a failed attempt and the wait. Wakes may be
 * spurious, never missing. Any number of tasks may wait; each wait lasts for one
 * wake and is asked for anew. A deadline is a timer (ax/timer.h) that wakes the
 * same task; withdrawing is ax_..._unwait(), after which nothing comes of the wait
 * but perhaps one spurious wake.
 *
 * End of stream and every error make a socket both readable and writable. Where tx
 * is full, end of stream does so until a send has said would-block since: then
 * whoever waits to send waits for room.
 */
#ifndef AX_WAIT_H
#define AX_WAIT_H

#include <stdint.h>

#include <ax/exec.h>

/* A set of interests. */
enum ax_interest {
    AX_READABLE = 1, /* a receive would not say would-block */
    AX_WRITABLE = 2, /* a send would not say would-block */
    AX_RELEASED = 4, /* the socket and its storage are the caller's again */
    AX_FLUSHED = 8,  /* TCP: nothing that was sent waits for an ACK, a FIN included; for
                      * UDP there is ax_udp_wait_sent() */
};

/* For socket structs; all zero is valid. Private to src/net: a place in the queue
 * of those that want something of the stack, and what; and who waits. */
struct ax_wants {
    struct ax_wants *next;
    uint32_t what;
};

struct ax_waiters {
    struct ax_event readable, writable, released, flushed;
};

#endif
