/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy's packets in and out of lwIP.
 *
 * lwIP knows one interface, ours. The proxy's is a second one that is in no list: its
 * packets come in as of this one, and whatever leaves from an address that is not our own
 * leaves by it (stack_proxy_route()). Its address is written at each packet and at each route,
 * since netif_set_ipaddr() ends the connections of the old one.
 */
#include "base/check.h"
#include "hooks.h"
#include "link/packets.h"
#include "lwip/etharp.h"
#include "lwip/icmp.h"
#include "lwip/inet_chksum.h"
#include "lwip/ip.h"
#include "lwip/prot/udp.h"
#include "lwip/udp.h"
#include "net/any.h"
#include "net/stack_side.h"
#include "netif/ethernet.h"
#include "proxy/stack_side.h"
#include "stack/parts.h"
#include "stack/proxy.h"

#if AX_PROXY

#include <ax/clock.h>

enum { ETHERNET = AX_FRAME_MIN, TYPE_AT = 12, PIECES_MAX = 8, FRAGMENT = AX_LINK_MTU - IP_HLEN };
enum { SOURCE_AT = 12, DESTINATION_AT = 16 };                       /* in an IPv4 packet */
enum { ARP_OPCODE_AT = 7, ARP_SENDER_AT = 14, ARP_TARGET_AT = 24 }; /* the addresses of IP */

struct ax_proxy *stack_proxy;

static bool packets_were_full;

/* ---- whose an address is */

static uint32_t own_address(void) { return stack_addr(netif_ip4_addr(&stack_netif)); }

static bool has_prefix(uint32_t addr)
{
    return proxy_has_prefix(stack_proxy, addr) && addr != own_address() &&
           addr != stack_addr(netif_ip4_gw(&stack_netif));
}

/* Of another host; what comes from a prefix says it were one of ours. */
static bool may_send(uint32_t source) { return net_is_unicast(source) && !has_prefix(source); }

static struct ax_packets *packets(void) { return stack_proxy->config.packets; }

bool stack_proxy_is_at_hand(void) { return ip_current_input_netif() == &stack_proxy_netif; }

/* ---- out */

static err_t send_to_application(const struct pbuf *packet)
{
    static uint8_t whole[AX_PACKET_MAX];
    struct ax_span pieces[PIECES_MAX];
    size_t count = 0;

    for (const struct pbuf *piece = packet; piece && count < PIECES_MAX; piece = piece->next)
        pieces[count++] = (struct ax_span){piece->payload, piece->len};
    if (pbuf_clen(packet) > PIECES_MAX) {
        count = 1;
        pieces[0] = (struct ax_span){whole, pbuf_copy_partial(packet, whole, sizeof whole, 0)};
    }
    if (packets_send(packets(), pieces, count) == AX_OK)
        return ERR_OK;
    packets_were_full = true;
    return ERR_WOULDBLOCK;
}

/* A socket's datagram, or a fragment of it: the whole train has room. */
static err_t send_datagram_to_application(struct pbuf *packet)
{
    err_t err;

    if (stack_datagram_skips(packet))
        return ERR_OK;
    err = send_to_application(packet);
    stack_datagram_note(err);
    return err;
}

/* By the source: the link, as our own packets and to the same neighbours, or the
 * application. */
static err_t output(struct netif *netif, struct pbuf *packet, const ip4_addr_t *to)
{
    (void)netif;
    if (has_prefix(stack_u32_at((const uint8_t *)packet->payload + SOURCE_AT)))
        return stack_neighbour_output(&stack_netif, packet, to);
    if (!packets())
        return ERR_RTE;
    return stack_datagram.udp ? send_datagram_to_application(packet) : send_to_application(packet);
}

struct netif stack_proxy_netif = {
    .output = output,
    .mtu = AX_LINK_MTU,
    .flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP | NETIF_FLAG_ETHARP, /* ethernet_input() wants it */
};

static bool is_ordinary_datagram(void)
{
    return stack_datagram.udp && !net_is_any_udp(stack_datagram.udp);
}

static bool link_is_usable(void)
{
    return netif_is_link_up(&stack_netif) && !ip4_addr_isany_val(*netif_ip4_addr(&stack_netif));
}

/* NULL: by our own interface, as without a proxy, if it can send at all. */
struct netif *stack_proxy_route(const ip4_addr_t *from)
{
    uint32_t addr = stack_addr(from);

    if (!stack_proxy || addr == 0 || addr == own_address())
        return NULL;
    if (is_ordinary_datagram() || !net_is_unicast(addr) || (has_prefix(addr) && !link_is_usable()))
        return NULL;
    ip4_addr_copy(stack_proxy_netif.ip_addr, *from); /* ICMP speaks for it */
    return &stack_proxy_netif;
}

/* ---- in */

static void aim(const uint8_t *packet)
{
    ip4_addr_set_u32(&stack_proxy_netif.ip_addr, lwip_htonl(stack_u32_at(packet + DESTINATION_AT)));
}

static err_t refuse(struct pbuf *pbuf)
{
    stack_proxy->stats.refused++;
    pbuf_free(pbuf);
    return ERR_OK;
}

/* RFC 1122 3.3.6: what went to all on the link is for nobody alone. What looks at our
 * frames before lwIP looks at these, too. */
static err_t take_from_link(struct pbuf *pbuf)
{
    const uint8_t *frame = pbuf->payload, *packet = frame + ETHERNET;
    err_t err;

    if ((frame[0] & 1) || !may_send(stack_u32_at(packet + SOURCE_AT)))
        return refuse(pbuf);
    aim(packet);
    stack_proxy_tcp_aim(packet, (size_t)(pbuf->len - ETHERNET));
    err = stack_netif.input(pbuf, &stack_proxy_netif);
    stack_proxy_tcp_park();
    return err;
}

/* Whoever asks for an address of a prefix gets the answer that lwIP gives for our own. */
static err_t answer_for(uint32_t target, struct pbuf *pbuf)
{
    ip4_addr_t own = *netif_ip4_addr(&stack_netif);
    err_t err;

    stack_proxy->stats.arp_answered++;
    ip4_addr_set_u32(&stack_netif.ip_addr, lwip_htonl(target));
    err = ethernet_input(pbuf, &stack_netif);
    ip4_addr_copy(stack_netif.ip_addr, own);
    return err;
}

static bool is_asked_for(const uint8_t *arp)
{
    return arp[ARP_OPCODE_AT] == 1 && has_prefix(stack_u32_at(arp + ARP_TARGET_AT)) &&
           !has_prefix(stack_u32_at(arp + ARP_SENDER_AT));
}

err_t stack_proxy_input(struct pbuf *pbuf)
{
    const uint8_t *frame = pbuf->payload;
    bool is_arp = frame[TYPE_AT + 1] == 0x06;

    if (!stack_proxy)
        return stack_netif.input(pbuf, &stack_netif);
    if (is_arp && is_asked_for(frame + ETHERNET))
        return answer_for(stack_u32_at(frame + ETHERNET + ARP_TARGET_AT), pbuf);
    if (!is_arp && has_prefix(stack_u32_at(frame + ETHERNET + DESTINATION_AT)))
        return take_from_link(pbuf);
    return stack_netif.input(pbuf, &stack_netif);
}

err_t stack_proxy_input_packet(struct pbuf *packet)
{
    err_t err;

    aim(packet->payload);
    err = ip4_input(packet, &stack_proxy_netif);
    stack_proxy_tcp_park();
    return err;
}

static bool is_possible(const uint8_t *packet)
{
    uint32_t from = stack_u32_at(packet + SOURCE_AT), to = stack_u32_at(packet + DESTINATION_AT);

    return from != to && may_send(from) && net_is_unicast(to) && !has_prefix(to);
}

static void take_packet(struct ax_span packet)
{
    if (is_possible(packet.at)) {
        stack_netif_input_packet(packets(), packet);
    } else {
        packets()->stats.refused++;
        packets_release(packets(), packet);
    }
}

/* During an advance of the clock they wait, as frames do. */
bool stack_proxy_take(unsigned most)
{
    struct ax_span packet;

    if (!stack_proxy || !packets() || ax_clock_is_advancing())
        return false;
    while (most != 0 && packets_next(packets(), &packet) == AX_OK) {
        take_packet(packet);
        most--;
    }
    return most == 0;
}

/* ---- UDP */

static bool is_sum_right(struct pbuf *udp)
{
    return ((struct udp_hdr *)udp->payload)->chksum == 0 || !CHECKSUM_CHECK_UDP ||
           ip_chksum_pseudo(udp, IP_PROTO_UDP, udp->tot_len, ip_current_src_addr(),
                            ip_current_dest_addr()) == 0;
}

/* From its UDP header on. Returns false when there is no place for its tuple. */
static bool deliver(struct pbuf *udp)
{
    const struct udp_hdr *header = udp->payload;
    struct ax_endpoint remote = {stack_addr(ip_current_src_addr()), lwip_ntohs(header->src)};
    struct ax_endpoint local = {stack_addr(ip_current_dest_addr()), lwip_ntohs(header->dest)};
    u16_t len = (u16_t)(udp->tot_len - UDP_HLEN);
    struct ax_span room;
    int err =
        local.port == 0 ? AX_E_MEMORY : proxy_udp_room(stack_proxy, &local, &remote, len, &room);

    if (err == AX_OK) {
        pbuf_copy_partial(udp, room.at, len, UDP_HLEN);
        net_udp_received(&stack_proxy->udp, len, &remote, &local);
    }
    return err != AX_E_MEMORY;
}

bool stack_proxy_eats(struct pbuf *packet)
{
    u16_t header = ip_current_header_tot_len();
    bool is_delivered;

    if (!stack_proxy_is_at_hand())
        return false;
    pbuf_remove_header(packet, header);
    is_delivered = packet->len < UDP_HLEN || !is_sum_right(packet) || deliver(packet);
    if (!is_delivered && stack_proxy->config.policy == AX_LISTEN_RESET) {
        pbuf_add_header_force(packet, header);
        icmp_dest_unreach(packet, ICMP_DUR_PORT);
    }
    pbuf_free(packet);
    return true;
}

bool stack_proxy_has_room(const struct ax_packet *about)
{
    unsigned fragments = (about->len + UDP_HLEN + FRAGMENT - 1) / FRAGMENT;

    if (!stack_proxy || has_prefix(about->local.addr) || !packets() ||
        packets_have_room(packets(), fragments))
        return true;
    packets_were_full = true;
    return false;
}

err_t stack_proxy_send(struct udp_pcb *pcb, struct pbuf *payload, const struct ax_packet *about)
{
    ip_addr_t from = IPADDR4_INIT(lwip_htonl(about->local.addr));
    ip_addr_t to = IPADDR4_INIT(lwip_htonl(about->remote.addr));
    struct netif *netif = stack_proxy_route(&from);

    if (!netif)
        return ERR_RTE;
    pcb->local_port = about->local.port;
    return udp_sendto_if_src(pcb, payload, &to, about->remote.port, netif, &from);
}

/* ---- life */

int stack_proxy_begin(struct ax_proxy *proxy)
{
    if (stack_proxy)
        return AX_E_STATE;
    stack_proxy = proxy;
    return AX_OK;
}

void stack_proxy_look(void) { ax_event_signal(&net_attention); }

static void attach(void)
{
    stack_proxy->attached = true;
    stack_proxy_tcp_attach();
}

static void detach(void)
{
    stack_proxy_tcp_detach();
    stack_proxy->attached = false;
    stack_proxy->borrowed = false;
    stack_proxy = NULL;
}

static void send_again(void)
{
    if (!packets_were_full || !packets_have_room(packets(), 1))
        return;
    packets_were_full = false;
    stack_tcp_output_all();
}

void stack_proxy_serve(void)
{
    if (!stack_proxy)
        return;
    if (!stack_proxy->attached)
        attach();
    if (!stack_proxy->running) {
        detach();
        return;
    }
    stack_proxy_tcp_expire();
    if (packets())
        send_again();
}

static ax_tasks network;

ax_tasks stack_proxy_network(void) { return network; }

void stack_proxy_wait(ax_tasks network_task)
{
    network = network_task;
    if (stack_proxy && packets())
        packets_wait(packets(), network_task);
}

#endif
