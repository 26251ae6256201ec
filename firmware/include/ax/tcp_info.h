/* SPDX-License-Identifier: BSD-3-Clause */
/* How a TCP connection fares on its path: levels to look at, and counters for who
 * wants them (RFC 4898 has most of the names).
 *
 * Levels are read off the stack and cost nothing until they are. Counters are the
 * caller's: a meter watches the frames of one socket from start to stop. An image
 * that never starts one has none of it, and a frame takes no instruction more.
 *
 * Context: task code only.
 */
#ifndef AX_TCP_INFO_H
#define AX_TCP_INFO_H

#include <stdint.h>

#include <ax/tcp.h>

/* Times come in steps of the stack's slow tick (profile: tcp_slow_tick_ms). */
struct ax_tcp_info {
    uint32_t srtt_ms;     /* smoothed round trip (RFC 6298); 0: less than a step, or unknown */
    uint32_t rttvar_ms;   /* its mean deviation */
    uint32_t rto_ms;      /* until what is sent next is sent again, back-off included */
    uint32_t cwnd;        /* congestion window, in bytes (RFC 5681) */
    uint32_t ssthresh;    /* slow start ends there, in bytes */
    uint32_t peer_window; /* what the peer last offered, in bytes */
    uint32_t in_flight;   /* sequence numbers sent and not acknowledged */
    uint16_t mss;         /* the largest segment we send, in bytes: the peer's MSS, or ours */
    uint8_t retries;      /* how often the oldest unacknowledged was sent again */
};

/* All zero while the stack has no control block for the socket. */
struct ax_tcp_info ax_tcp_info(const struct ax_tcp *tcp);

/* Frames of one socket's connections, as they pass the link; each counter wraps. */
struct ax_tcp_meter {
    uint32_t segments_in;      /* received whole, those that were refused among them */
    uint32_t segments_out;     /* sent, resets among them */
    uint32_t retransmitted;    /* of those: began with an octet that was sent before */
    uint32_t timeouts;         /* expiries of the retransmission timer (RFC 6298 5.4) */
    uint32_t fast_retransmits; /* three duplicate ACKs (RFC 5681 3.2) */
    uint32_t duplicate_acks;   /* RFC 5681 2 */
    uint32_t window_probes;    /* into a window of 0 (RFC 9293 3.8.6.1) */

    struct ax_tcp_meter *next; /* private from here on */
    struct ax_tcp *tcp;
    uint32_t snd_max;
    uint8_t retries;
};

/* Counts from 0, for every connection of `tcp`; both are borrowed until it is stopped. One
 * meter a socket. A meter that counts already begins anew. After ax_stack_start(). */
void ax_tcp_meter_start(struct ax_tcp_meter *meter, struct ax_tcp *tcp);

/* The counters stay. No effect on a meter that does not count. */
void ax_tcp_meter_stop(struct ax_tcp_meter *meter);

#endif
