/* SPDX-License-Identifier: BSD-3-Clause */
/* Every error of the stack, and every way a connection can end.
 *
 * A function that can fail returns int: zero or more is success, often a count;
 * a negative value is one of these. A connection that has ended keeps its cause
 * (ax_tcp_end()) and later calls return it.
 */
#ifndef AX_ERR_H
#define AX_ERR_H

enum ax_err {
    AX_OK = 0,

    /* A call was refused. It changed nothing. */
    AX_E_ARG = -1,         /* the caller passed something the contract forbids */
    AX_E_STATE = -2,       /* a legal call at the wrong moment */
    AX_E_WOULD_BLOCK = -3, /* not now; wait and try again */
    AX_E_TOO_LARGE = -4,   /* never: larger than the ring or than the path takes */
    AX_E_SMALL = -5,       /* the caller's area is too small for what is next */
    AX_E_EOF = -6,         /* end of stream: the peer sent FIN and all is read */
    AX_E_IN_USE = -7,      /* that local address and port is taken */
    AX_E_MEMORY = -8,      /* a fixed table or pool is full */
    AX_E_UNREACHABLE = -9, /* no route to that address */

    AX_E_TIMEOUT = -10, /* a future was withdrawn at its deadline (ax/future.h) */

    /* A name was asked for (ax/dns.h). */
    AX_E_NO_NAME = -11,   /* there is none of that name, or it has no address */
    AX_E_NO_ANSWER = -12, /* no server knew, now */

    /* A connection ended: one of these, or of a connect that could not begin
     * AX_E_IN_USE, AX_E_MEMORY or AX_E_UNREACHABLE. ax_tcp_end() keeps it. */
    AX_E_CLOSED = -20,          /* both FINs acknowledged */
    AX_E_RESET = -21,           /* RST from the peer */
    AX_E_REFUSED = -22,         /* RST in answer to our SYN */
    AX_E_CONNECT_TIMEOUT = -23, /* SYN given up, no ARP answer, or the caller's deadline */
    AX_E_USER_TIMEOUT = -24,    /* data unacknowledged for the caller's user timeout */
    AX_E_RETRANSMISSIONS = -25, /* the retransmission limit, R2 of RFC 9293 3.8.3 */
    AX_E_KEEPALIVE = -26,       /* keep-alive probes unanswered */
    AX_E_ADDRESS_LOST = -27,    /* our own address went away */
    AX_E_EVICTED = -28,         /* it made room for another connection: by the rule of ax/proxy.h
                                 * alone, never for want of lwIP's blocks */
    AX_E_ABORTED = -29,         /* aborted or withdrawn here */
    AX_E_REAPED = -30,          /* the peer acknowledged our FIN and never sent its own */
    AX_E_IDLE = -31,            /* the peer was silent for as long as ax/proxy.h allows */
};

/* The error's name as the shell shows it, without AX_E_ and in lower case with
 * dashes ("would-block", "connect-timeout"); "ok" for zero and above. */
const char *ax_err_name(int err);

#endif
