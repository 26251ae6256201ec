/* SPDX-License-Identifier: BSD-3-Clause */
/* The small old services: echo (RFC 862), discard (RFC 863), chargen (RFC 864)
 * and one page by HTTP, for whoever comes, until stopped.
 *
 * A server is one task. It lends its sockets to a listener of its own, serves
 * each connection, and lends the socket again when that is over, however it
 * ended. It uses the public calls only; all memory is the caller's.
 *
 * Context: task code only.
 */
#ifndef AX_SERVE_H
#define AX_SERVE_H

#include <ax/listener.h>
#include <ax/tcp.h>
#include <ax/timer.h>
#include <ax/udp.h>

enum ax_service {
    AX_SERVE_ECHO,    /* what comes goes back; ends when the peer ends */
    AX_SERVE_DISCARD, /* what comes is dropped; ends when the peer ends */
    AX_SERVE_CHARGEN, /* rows of characters without end; what comes is dropped; a reset ends it */
    AX_SERVE_HTTP,    /* one GET or HEAD, one answer, and it closes */
};

enum {
    AX_SERVE_LINE_BYTES = 64,            /* of an HTTP request line; a longer one names no page */
    AX_SERVE_HEAD_BYTES = 2048,          /* of an HTTP request's head; a longer one is refused */
    AX_SERVE_KEEPALIVE_MS = 60000,       /* a peer that is silent is asked whether it is there, */
    AX_SERVE_KEEPALIVE_EVERY_MS = 10000, /* again and again, */
    AX_SERVE_KEEPALIVE_COUNT = 6,        /* and given up */
    AX_SERVE_RETRY_MS = 1000, /* until what nobody tells of is looked at again: see server.c */
};

/* One connection at a time. Private to src/serve. */
struct ax_serve_peer {
    struct ax_tcp tcp;
    uint8_t phase;
    uint32_t at; /* in what is sent: chargen's rows, or the answer */
    struct {
        char line[AX_SERVE_LINE_BYTES];
        uint8_t line_len;
        bool line_whole;
        bool last_was_newline;
        uint16_t head_len;
        const struct serve_answer *answer; /* NULL until the head is whole */
        bool without_body;
    } http;
};

struct ax_serve_config {
    enum ax_service service;
    uint16_t port; /* on every address of ours */
    struct ax_serve_peer *peers;
    uint16_t peer_count; /* connections at once, at least 1 */
    uint8_t *rings;      /* peer_count * (rx_size + tx_size) bytes */
    uint32_t rx_size, tx_size;
};

/* serving is a level; the others count since the start, and wrap. */
struct ax_serve_stats {
    uint32_t serving;  /* connections now */
    uint32_t served;   /* connections that were established */
    uint32_t refused;  /* SYNs that found every socket taken; their repetition may find one */
    uint32_t broken;   /* connections that ended by anything but both FINs */
    uint32_t rx_bytes; /* received */
    uint32_t tx_bytes; /* sent and acknowledged */
};

/* Declare one; fields are private to src/serve. Borrowed, with what its
 * configuration points to, from a good start until ax_serve_is_released(). */
struct ax_serve {
    struct ax_task task; /* first */
    struct ax_serve_config config;
    struct ax_listener listener;
    struct ax_timer retry;
    uint32_t broken, rx_bytes, tx_bytes; /* of connections that are over */
};

/* AX_OK; AX_E_ARG for port 0, no peers or rings of no size; AX_E_STATE when it
 * is not released; AX_E_IN_USE; AX_E_MEMORY without a task slot or a listener. A
 * socket that the stack has no room for is lent later. */
int ax_serve_start(struct ax_serve *server, const struct ax_serve_config *config);

/* Ends it: connections are reset. Released from the network task's next poll on. */
void ax_serve_stop(struct ax_serve *server);
bool ax_serve_is_released(const struct ax_serve *server);

struct ax_serve_stats ax_serve_stats(const struct ax_serve *server);

/* ---- the same for datagrams: echo and discard alone */

struct ax_udp_serve_config {
    enum ax_service service;
    uint16_t port; /* on every address of ours */
    struct ax_udp_config rings;
};

struct ax_udp_serve_stats {
    uint32_t served;   /* datagrams taken */
    uint32_t refused;  /* datagrams that found no room, or that may not be answered */
    uint32_t rx_bytes; /* of those taken */
    uint32_t tx_bytes; /* sent back */
};

/* As struct ax_serve. */
struct ax_udp_serve {
    struct ax_task task; /* first */
    struct ax_udp udp;
    bool answers;
    uint16_t port;
    uint32_t refused, rx_bytes, tx_bytes;
};

/* Echo answers nothing that came from a service's port, its own or any below
 * 1024, or to a broadcast address: two services would talk for ever. AX_OK;
 * AX_E_ARG for port 0, a service that is not for datagrams, or what
 * ax_udp_init() refuses; AX_E_STATE when it is not released; AX_E_IN_USE; AX_E_MEMORY. */
int ax_udp_serve_start(struct ax_udp_serve *server, const struct ax_udp_serve_config *config);

void ax_udp_serve_stop(struct ax_udp_serve *server);
bool ax_udp_serve_is_released(const struct ax_udp_serve *server);

struct ax_udp_serve_stats ax_udp_serve_stats(const struct ax_udp_serve *server);

#endif
