/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP sockets on lwIP's. Datagrams to be sent are lent from the socket's ring
 * for as long as lwIP's call takes. */
#include "base/check.h"
#include "lwip/ip.h"
#include "lwip/raw.h"
#include "lwip/udp.h"
#include "net/any.h"
#include "net/stack_side.h"
#include "stack/parts.h"

#if LWIP_UDP

/* RFC 768: LEN decides what is payload. lwIP ignores it, so every datagram is
 * trimmed to it here, or dropped when it cannot be. Returns 1 for dropped. */
static u8_t check_len(void *arg, struct raw_pcb *raw, struct pbuf *packet, const ip_addr_t *from)
{
    enum { LEN_AT = 4 };
    u16_t header = ip_current_header_tot_len();
    u16_t len = 0;

    (void)arg;
    (void)raw;
    (void)from;
    if (packet->tot_len >= header + UDP_HLEN)
        len = (u16_t)(pbuf_get_at(packet, (u16_t)(header + LEN_AT)) << 8 |
                      pbuf_get_at(packet, (u16_t)(header + LEN_AT + 1)));
    if (len < UDP_HLEN || header + len > packet->tot_len) {
        pbuf_free(packet);
        return 1;
    }
    pbuf_realloc(packet, (u16_t)(header + len));
    return stack_proxy_eats(packet);
}

void stack_udp_start(void)
{
    struct raw_pcb *raw = raw_new(IP_PROTO_UDP);

    AX_CHECK(raw);
    raw_recv(raw, check_len, NULL);
}

static void on_received(void *arg, struct udp_pcb *pcb, struct pbuf *payload, const ip_addr_t *from,
                        u16_t port)
{
    struct ax_endpoint remote = {stack_addr(from), port};
    struct ax_endpoint local = {stack_addr(ip_current_dest_addr()), pcb->local_port};
    struct ax_udp *udp = arg;
    struct ax_span room;

    if (udp->bound && net_udp_room(udp, payload->tot_len, &room) == AX_OK) {
        pbuf_copy_partial(payload, room.at, payload->tot_len, 0);
        net_udp_received(udp, payload->tot_len, &remote, &local);
    }
    pbuf_free(payload);
}

/* The proxy's: it has no place, and each datagram its own. */
static bool is_any(const struct ax_udp *udp) { return AX_PROXY && net_is_any_udp(udp); }

static void attach(struct ax_udp *udp)
{
    ip_addr_t addr = IPADDR4_INIT(lwip_htonl(udp->local.addr));
    struct udp_pcb *pcb = udp_new();

    AX_CHECK(pcb); /* net counts them */
    if (!is_any(udp))
        AX_CHECK(udp_bind(pcb, &addr, udp->local.port) == ERR_OK); /* and knows the ports */
    udp_recv(pcb, on_received, udp);
    ip_set_option(pcb, SOF_BROADCAST);
    udp->stack = pcb;
    net_udp_attached(udp);
}

uint32_t stack_udp_count(void)
{
    uint32_t count = 0;

    for (const struct udp_pcb *pcb = udp_pcbs; pcb; pcb = pcb->next)
        count++;
    return count;
}

void stack_udp_keep_places(void)
{
    for (struct udp_pcb *pcb = udp_pcbs; pcb; pcb = pcb->next) {
        const struct ax_udp *udp = pcb->recv_arg;
        ip4_addr_set_u32(&pcb->local_ip, lwip_htonl(udp->local.addr));
    }
    net_udp_path_changed();
}

static void detach(struct ax_udp *udp)
{
    if (udp->stack)
        udp_remove(udp->stack);
    udp->stack = NULL;
    stack_neighbours_forget(udp);
    net_udp_detached(udp);
}

static enum stack_sent send_payload(struct ax_udp *udp, const struct ax_packet *about,
                                    struct ax_span payload)
{
    ip_addr_t to = IPADDR4_INIT(lwip_htonl(about->remote.addr));
    struct udp_pcb *pcb = udp->stack;
    struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)payload.len, PBUF_REF);
    err_t err;

    if (!pbuf)
        return STACK_REFUSED;
    if (is_any(udp) && !stack_proxy_has_room(about)) {
        pbuf_free(pbuf);
        return STACK_REFUSED;
    }
    pbuf->payload = payload.at;
    pcb->ttl = udp->options.ttl ? udp->options.ttl : UDP_TTL;
    pcb->tos = udp->options.tos;
    stack_datagram_begin(udp, about->id);
    stack_sums_before_datagram(payload.len);
    err = is_any(udp) ? stack_proxy_send(pcb, pbuf, about)
                      : udp_sendto(pcb, pbuf, &to, about->remote.port);
    stack_sums_after_datagram();
    pbuf_free(pbuf);
    return stack_datagram_end(err);
}

static bool has_datagrams(const struct ax_udp *udp)
{
    struct ax_span payload;

    return net_udp_oldest(udp, &payload) != NULL;
}

/* Whether the oldest datagram left the ring. */
static bool send_oldest(struct ax_udp *udp)
{
    struct ax_span payload;
    const struct ax_packet *about = net_udp_oldest(udp, &payload);
    enum stack_sent sent;
    uint32_t id;

    if (!about)
        return false;
    id = about->id;
    sent = send_payload(udp, about, payload);
    if (sent == STACK_REFUSED)
        return false;
    net_udp_left(udp);
    if (sent == STACK_SENT)
        net_udp_sent(udp);
    if (sent == STACK_UNSENDABLE)
        net_udp_unreachable(udp, id);
    return true;
}

/* Sockets with datagrams to send, the next one first. */
static struct ax_udp *sending[MEMP_NUM_UDP_PCB];
static unsigned sending_count;

static bool is_sending(const struct ax_udp *udp)
{
    for (unsigned at = 0; at < sending_count; at++)
        if (sending[at] == udp)
            return true;
    return false;
}

static void send_next(struct ax_udp *udp)
{
    for (unsigned at = sending_count++; at > 0; at--)
        sending[at] = sending[at - 1];
    sending[0] = udp;
}

static void stop_sending(unsigned at)
{
    sending_count--;
    for (; at < sending_count; at++)
        sending[at] = sending[at + 1];
}

static void forget(const struct ax_udp *udp)
{
    for (unsigned at = 0; at < sending_count; at++)
        if (sending[at] == udp) {
            stop_sending(at);
            return;
        }
}

void stack_udp_serve(struct ax_udp *udp, unsigned wants)
{
    if (wants & NET_UDP_CLOSE) {
        forget(udp);
        stack_datagram_forget(udp);
        detach(udp);
        return;
    }
    if (wants & NET_UDP_BIND)
        attach(udp);
    if ((wants & NET_UDP_SEND) && !is_sending(udp))
        sending[sending_count++] = udp;
}

bool stack_udp_send(unsigned budget)
{
    unsigned blocked = 0;

    while (blocked < sending_count) {
        struct ax_udp *udp = sending[0];
        if (budget == 0)
            return true;
        stop_sending(0);
        if (send_oldest(udp)) {
            budget--;
        } else if (stack_datagram_is_broken_off(udp)) {
            send_next(udp);
            return false;
        } else if (has_datagrams(udp)) {
            blocked++;
        }
        if (has_datagrams(udp))
            sending[sending_count++] = udp;
    }
    return false;
}

#endif
