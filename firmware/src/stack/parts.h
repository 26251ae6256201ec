/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this room share. Only stack.c sets lwIP going: in the
 * network task, for a new address, and for a poll by hand. The other files are its
 * hands. */
#ifndef AX_STACK_PARTS_H
#define AX_STACK_PARTS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <ax/config.h>
#include <ax/link.h>
#include <ax/listener.h>
#include <ax/packets.h>
#include <ax/stack.h>
#include <ax/tcp.h>
#include <ax/udp.h>

#include "lwip/netif.h"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"

struct udp_pcb;

/* Times and counts of ours that a profile declares; all times in ms. */
enum {
    STACK_LINK_DEBOUNCE_MS = 100,
    STACK_FIN_WAIT_2_MS = 60000,
    STACK_ARP_TRIES = 5,
    STACK_ARP_EVERY_MS = 1000,
};

/* Of a control block, as ext_args: its socket; of a tuple, when its peer was heard of. */
enum { STACK_EXT_ARG = 0, STACK_EXT_HEARD = 1 };

/* What lwIP is at, so that the end of a connection can be explained. */
enum stack_doing {
    STACK_NOTHING,
    STACK_INPUT, /* a segment */
    STACK_ALLOC, /* a control block: others may be evicted */
    STACK_READDRESS,
    STACK_EXPIRE, /* the proxy's idle connections */
};
extern enum stack_doing stack_doing;

/* Four octets as they are on the wire, in host order. */
static inline uint32_t stack_u32_at(const uint8_t *at)
{
    uint32_t number;

    memcpy(&number, at, sizeof number);
    return lwip_ntohl(number);
}

/* netif.c: lwIP's interface over our link. */
extern struct netif stack_netif;
void stack_netif_start(struct ax_link *link);
void stack_netif_set_address(const struct ax_address *address);
void stack_netif_input(struct ax_span frame);
bool stack_netif_was_full(void);        /* since the last call: the link refused a frame */
uint32_t stack_netif_held_frames(void); /* received frames that lwIP holds */
uint32_t stack_netif_held_frames_most(void);

/* sums.c: which checksums the device sees to, and lwIP does not (ax/link.h). */
#if AX_LINK_SUMS
void stack_sums_start(void);
void stack_sums_before_frame(const struct ax_link *link, struct ax_span frame);
void stack_sums_after_frame(void);
void stack_sums_before_datagram(size_t len); /* of its payload */
void stack_sums_after_datagram(void);
#else
static inline void stack_sums_start(void) {}
static inline void stack_sums_before_frame(const struct ax_link *link, struct ax_span frame)
{
    (void)link;
    (void)frame;
}
static inline void stack_sums_after_frame(void) {}
static inline void stack_sums_before_datagram(size_t len) { (void)len; }
static inline void stack_sums_after_datagram(void) {}
#endif

/* next_hop.c: sends a packet to the neighbour on its way. */
err_t stack_neighbour_output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to);
bool stack_neighbour_is_known(const ip4_addr_t *addr);

/* neighbour.c: packets that wait for a neighbour's address, of at most AX_LINK_MTU. */
err_t stack_neighbour_hold(const ip4_addr_t *addr, const struct pbuf *packet);
#if AX_NEIGHBOURS > 0
void stack_neighbours_start(ax_tasks network_task);
bool stack_neighbour_is_waited_for(const ip4_addr_t *addr);
void stack_neighbours_poll(void);    /* after frames came or time passed */
void stack_neighbours_give_up(void); /* all that waits */
void stack_neighbours_forget(const struct ax_udp *udp);
void stack_neighbours_forget_connection(const struct tcp_pcb *pcb); /* it was withdrawn */
uint32_t stack_neighbour_packets(void); /* that wait now, and the most there were */
uint32_t stack_neighbour_packets_most(void);
#else
static inline void stack_neighbours_start(ax_tasks network_task) { (void)network_task; }
static inline bool stack_neighbour_is_waited_for(const ip4_addr_t *addr)
{
    (void)addr;
    return false;
}
static inline void stack_neighbours_poll(void) {}
static inline void stack_neighbours_give_up(void) {}
static inline void stack_neighbours_forget(const struct ax_udp *udp) { (void)udp; }
static inline void stack_neighbours_forget_connection(const struct tcp_pcb *pcb) { (void)pcb; }
static inline uint32_t stack_neighbour_packets(void) { return 0; }
static inline uint32_t stack_neighbour_packets_most(void) { return 0; }
#endif

/* arp_rate.c: for how long that address may not be asked for; 0: it is asked for
 * now, which is taken down. */
uint32_t stack_arp_wait_ms(const ip4_addr_t *addr);
void stack_arp_answered(const ip4_addr_t *addr);

/* datagram.c: the one that is being sent for a socket. */
struct stack_datagram {
    struct ax_udp *udp; /* NULL: what is sent is no socket's datagram */
    uint32_t id;
    bool held;     /* waits for a neighbour's address now, or was given up there */
    bool given_up; /* by the neighbour, counted */
    bool refused;  /* by the link */
    u16_t ident;   /* of its packet; what follows are octets of that */
    u16_t before;  /* left in earlier attempts */
    u16_t left;    /* have left by now */
    u16_t reaches; /* behind the fragment at hand */
};
extern struct stack_datagram stack_datagram;

enum stack_sent {
    STACK_SENT,
    STACK_HELD,
    STACK_REFUSED,    /* not or not wholly taken: send it again */
    STACK_UNSENDABLE, /* there is no way */
};
void stack_datagram_begin(struct ax_udp *udp, uint32_t id);
enum stack_sent stack_datagram_end(err_t err); /* `err`: what lwIP said */
bool stack_datagram_is_broken_off(const struct ax_udp *udp);
void stack_datagram_forget(const struct ax_udp *udp);
void stack_datagram_begin_anew(void);           /* whole, what is broken off */
bool stack_datagram_skips(struct pbuf *packet); /* this packet is not to be sent */
void stack_datagram_note(err_t err);            /* what became of one that is */

/* timers.c: lwIP's periodic work on our deadlines. */
void stack_timers_start(ax_tasks network_task);
void stack_timers_poll(void); /* does what is due */
void stack_timers_arm(void);  /* after all else: for as long as there is something to time */

/* tcp_lwip.c, tcp_input.c, tcp_output.c; tcp_holding.c, tcp_reopening.c and
 * tcp_meter.c, which nobody here names */
void stack_tcp_serve(struct ax_tcp *tcp, unsigned wants);
void stack_tcp_tie(struct ax_tcp *tcp, struct tcp_pcb *pcb); /* the control block to its socket */
void stack_tcp_listener(struct ax_listener *listener);
err_t stack_tcp_passive_open(u8_t id, struct tcp_pcb_listen *listening, struct tcp_pcb *pcb);
err_t stack_tcp_accepted(void *arg, struct tcp_pcb *pcb, err_t err);
void stack_tcp_output_all(void);
void stack_tcp_acknowledge(struct tcp_pcb *pcb, unsigned flags); /* owed, by TF_ACK_ flags */
void stack_tcp_output(struct ax_tcp *tcp);
void stack_tcp_take_acks(struct ax_tcp *tcp);
void stack_tcp_open_window(struct ax_tcp *tcp);  /* by what was read */
void stack_tcp_tell_window(struct tcp_pcb *pcb); /* if it was told little, and there is room */
void stack_tcp_note_worth(struct ax_tcp *tcp);
void stack_tcp_after_input(void);
void stack_tcp_sync(struct ax_tcp *tcp);
void stack_tcp_at_hand(struct ax_tcp *tcp);             /* what lwIP does next is for this socket */
void stack_tcp_touch(struct ax_tcp *tcp, int withheld); /* by the segment at hand */

/* Its socket, and what the window of that keeps back meanwhile. */
extern struct stack_touched {
    struct ax_tcp *tcp;
    int withheld;
    u32_t reorder; /* bytes that wait out of order if the segment's new ones are kept */
} stack_touched;

void stack_tcp_hold_keepalive(struct tcp_pcb *pcb);
void stack_tcp_before_tick(void); /* lwIP's */

/* The segments of a connection that wait out of order; none where none may. */
#if TCP_QUEUE_OOSEQ
void stack_tcp_free_reordered(void);
static inline const struct tcp_seg *stack_tcp_reordered(const struct tcp_pcb *pcb)
{
    return pcb->ooseq;
}
#else
static inline void stack_tcp_free_reordered(void) {}
static inline const struct tcp_seg *stack_tcp_reordered(const struct tcp_pcb *pcb)
{
    (void)pcb;
    return NULL;
}
#endif

/* Before our address changes: its connections end. */
void stack_tcp_leave_address(void);

/* Our address changed, and lwIP has moved what was bound to the old one: puts it
 * back, so that net and lwIP know the same places. It waits for its address. */
void stack_tcp_keep_places(void);

/* RFC 9293 3.10.5: no RST from SYN-SENT, CLOSING, LAST-ACK, TIME-WAIT. */
static inline bool stack_tcp_resets(const struct tcp_pcb *pcb)
{
    return pcb->state == SYN_RCVD || pcb->state == ESTABLISHED || pcb->state == FIN_WAIT_1 ||
           pcb->state == FIN_WAIT_2 || pcb->state == CLOSE_WAIT;
}

/* tcp_pieces.c: segments are seen with their header in one piece, as they come
 * where nothing is put together. */
#if IP_REASSEMBLY || AX_PROXY
void stack_tcp_join_headers(void);
#else
static inline void stack_tcp_join_headers(void) {}
#endif

/* tcp_checks.c: what becomes of a segment of a connection. */
enum stack_verdict {
    STACK_TAKE, /* lwIP has the rest of the rules */
    STACK_DROP,
    STACK_ANSWER, /* by an ACK */
    STACK_RESET,  /* its sender */
    STACK_RETURN, /* drop, and the socket goes back to its listener */
};
enum stack_verdict stack_tcp_check(const struct tcp_pcb *pcb, const struct tcp_hdr *header,
                                   const struct pbuf *payload);

/* udp_lwip.c: send hands over at most `budget` datagrams, the sockets in turn.
 * Returns whether the budget was what ended it. Without UDP there is nothing to do. */
#if LWIP_UDP
void stack_udp_start(void);
void stack_udp_keep_places(void); /* as stack_tcp_keep_places() */
uint32_t stack_udp_count(void);   /* of lwIP's sockets */
void stack_udp_serve(struct ax_udp *udp, unsigned wants);
bool stack_udp_send(unsigned budget);
#else
static inline void stack_udp_start(void) {}
static inline void stack_udp_keep_places(void) {}
static inline uint32_t stack_udp_count(void) { return 0; }
static inline void stack_udp_serve(struct ax_udp *udp, unsigned wants)
{
    (void)udp;
    (void)wants;
}
static inline bool stack_udp_send(unsigned budget)
{
    (void)budget;
    return false;
}
#endif

/* proxy_netif.c, proxy_tcp.c: the any-IP proxy, and what it adds to the others' work. */
err_t stack_proxy_input(struct pbuf *frame); /* takes it as lwIP's ethernet_input() */
bool stack_proxy_has_room(const struct ax_packet *about);
err_t stack_proxy_send(struct udp_pcb *pcb, struct pbuf *payload, const struct ax_packet *about);
#if AX_PROXY
void stack_proxy_wait(ax_tasks network_task); /* for packets, and for room for them */
void stack_proxy_serve(void);                 /* what is due and what is wanted */
bool stack_proxy_take(unsigned most);         /* packets in; whether there are more */
err_t stack_proxy_input_packet(struct pbuf *packet);
void stack_netif_input_packet(struct ax_packets *packets, struct ax_span packet);
void stack_proxy_aim(const struct pbuf *packet); /* the listener, at a TCP packet of the proxy's */
bool stack_proxy_eats(struct pbuf *packet);      /* a UDP packet, trimmed to its LEN */
void stack_proxy_heard(struct tcp_pcb *pcb);     /* a segment came for it */
bool stack_proxy_evict(const struct ax_listener *listener); /* one of its connections */
bool stack_proxy_has(const struct tcp_pcb *pcb);            /* it is a tuple */
void stack_proxy_leave(uint32_t addr);                      /* which is our own from now on */
#else
static inline void stack_proxy_wait(ax_tasks network_task) { (void)network_task; }
static inline void stack_proxy_serve(void) {}
static inline bool stack_proxy_take(unsigned most)
{
    (void)most;
    return false;
}
static inline void stack_proxy_aim(const struct pbuf *packet) { (void)packet; }
static inline bool stack_proxy_eats(struct pbuf *packet)
{
    (void)packet;
    return false;
}
static inline void stack_proxy_heard(struct tcp_pcb *pcb) { (void)pcb; }
static inline bool stack_proxy_evict(const struct ax_listener *listener)
{
    (void)listener;
    return false;
}
static inline bool stack_proxy_has(const struct tcp_pcb *pcb)
{
    (void)pcb;
    return false;
}
static inline void stack_proxy_leave(uint32_t addr) { (void)addr; }
#endif

/* isn.c */
void stack_isn_start(void);

/* stack.c. Signalled when the link or our address has changed: for events.c. */
extern struct ax_event stack_news;
int stack_error(err_t err);
uint32_t stack_addr(const ip4_addr_t *addr);

#endif
