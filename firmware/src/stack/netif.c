/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's interface over our link. A received frame stays where the device put
 * it: lwIP gets a pbuf that points there, and the frame goes back when lwIP
 * frees it. */
#include <string.h>

#include "base/check.h"
#include "link/link.h"
#include "link/packets.h"
#include "lwip/etharp.h"
#include "lwip/ip4.h"
#include "lwip/prot/ethernet.h"
#include "netif/ethernet.h"
#include "stack/parts.h"

enum { PIECES_MAX = 8 };

_Static_assert(TCP_MSS + 40 == AX_LINK_MTU, "no segment is larger than the link takes");

struct netif stack_netif;

static struct ax_link *stack_link;
static bool was_full;

/* Wrappers for frames that lwIP holds; a free one has no frame. */
struct held_frame {
    struct pbuf_custom pbuf; /* first */
    struct ax_span frame;
#if AX_PROXY
    struct ax_packets *packets; /* whose it is, if it is no frame of the link */
#endif
};
static struct held_frame held[AX_LINK_RX_QUEUE];
static uint32_t held_count, held_most;

static void give_back(struct pbuf *pbuf)
{
    struct held_frame *one = (struct held_frame *)pbuf;

    link_release(stack_link, one->frame);
    one->frame.at = NULL;
    held_count--;
}

static struct held_frame *free_wrapper(void)
{
    for (struct held_frame *one = held; one < held + AX_LINK_RX_QUEUE; one++)
        if (!one->frame.at)
            return one;
    return NULL;
}

/* Segments that wait out of order are the only frames held for long. The last
 * few wrappers are not theirs: new frames may fill the gap they wait for. */
static struct held_frame *wrapper(void)
{
    if (held_count >= AX_LINK_RX_QUEUE - AX_LINK_RX_RESERVE)
        stack_tcp_free_reordered();
    return free_wrapper();
}

/* RFC 1122 3.2.1.3: neither our own address nor the loopback net comes in. */
static bool source_is_possible(const uint8_t *ip)
{
    uint32_t source = stack_u32_at(ip + 12);

    return source >> 24 != 127 &&
           (source == 0 || source != stack_addr(netif_ip4_addr(&stack_netif)));
}

/* RFC 1122 3.3.6: what went to all on the link is for nobody alone. 3.2.1.3: nobody
 * here joins a group. */
static bool destination_is_possible(const uint8_t *frame, const uint8_t *ip)
{
    uint32_t to = stack_u32_at(ip + 16);

    return to >> 28 != 0xe && (!(frame[0] & 1) || to != stack_addr(netif_ip4_addr(&stack_netif)));
}

/* One host's, and not ours. */
static bool is_anothers(const uint8_t *mac)
{
    static const uint8_t nobody[AX_MAC_LEN];

    return !(mac[0] & 1) && memcmp(mac, nobody, AX_MAC_LEN) != 0 &&
           memcmp(mac, stack_netif.hwaddr, AX_MAC_LEN) != 0;
}

/* RFC 826: lwIP learns from others, too, and whatever the sender says of itself. */
static bool is_question_or_answer(const uint8_t *arp)
{
    return arp[6] == 0 && (arp[7] == 1 || arp[7] == 2) && is_anothers(arp + 8);
}

/* The same as memcmp(), in a word and a half. */
static bool is_ours(const uint8_t *mac)
{
    uint32_t word[2];
    uint16_t half[2];

    memcpy(&word[0], mac, sizeof *word);
    memcpy(&word[1], stack_netif.hwaddr, sizeof *word);
    memcpy(&half[0], mac + sizeof *word, sizeof *half);
    memcpy(&half[1], stack_netif.hwaddr + sizeof *word, sizeof *half);
    return word[0] == word[1] && half[0] == half[1];
}

/* What lwIP may see: frames to us or to a group, long enough for the header it
 * reads without looking. */
static bool is_acceptable(struct ax_span frame)
{
    enum { ETHERNET = AX_FRAME_MIN, TYPE_AT = 12, IPV4 = 20, ARP = 28 };
    const uint8_t *at = frame.at;

    if (!(at[0] & 1) && !is_ours(at))
        return false;
    if (at[TYPE_AT] != 0x08)
        return false;
    if (at[TYPE_AT + 1] == 0x06)
        return frame.len >= ETHERNET + ARP && is_question_or_answer(at + ETHERNET);
    return at[TYPE_AT + 1] == 0x00 && frame.len >= ETHERNET + IPV4 &&
           source_is_possible(at + ETHERNET) && destination_is_possible(at, at + ETHERNET);
}

static err_t input_frame(struct pbuf *frame) { return stack_netif.input(frame, &stack_netif); }

/* lwIP gets a pbuf that points to the frame; `one` gives it back. */
static void take(struct held_frame *one, struct ax_span frame, pbuf_free_custom_fn back,
                 err_t (*input)(struct pbuf *pbuf))
{
    struct pbuf *pbuf;

    one->frame = frame;
    one->pbuf.custom_free_function = back;
    if (++held_count > held_most)
        held_most = held_count;
    pbuf = pbuf_alloced_custom(PBUF_RAW, (u16_t)frame.len, PBUF_REF, &one->pbuf, frame.at,
                               (u16_t)frame.len);
    stack_doing = STACK_INPUT;
    if (input(pbuf) != ERR_OK)
        pbuf_free(pbuf);
    stack_tcp_after_input();
    stack_doing = STACK_NOTHING;
}

void stack_netif_input(struct ax_span frame)
{
    struct held_frame *one;

    if (!is_acceptable(frame)) {
        link_release(stack_link, frame);
        return;
    }
    one = wrapper();
    if (!one) {
        link_drop_alloc(stack_link, frame);
        return;
    }
    stack_sums_before_frame(stack_link, frame);
    take(one, frame, give_back, AX_PROXY ? stack_proxy_input : input_frame);
    stack_sums_after_frame();
}

#if AX_PROXY

static void give_back_packet(struct pbuf *pbuf)
{
    struct held_frame *one = (struct held_frame *)pbuf;

    packets_release(one->packets, one->frame);
    one->frame.at = NULL;
    held_count--;
}

void stack_netif_input_packet(struct ax_packets *packets, struct ax_span packet)
{
    struct held_frame *one = wrapper();

    if (!one) {
        packets->stats.no_buffer++;
        packets_release(packets, packet);
        return;
    }
    one->packets = packets;
    take(one, packet, give_back_packet, stack_proxy_input_packet);
}

#endif

static err_t send_pieces(const struct ax_span *pieces, size_t count)
{
    if (link_send(stack_link, pieces, count) == AX_OK)
        return ERR_OK;
    was_full = true;
    return ERR_WOULDBLOCK;
}

/* A frame in more pieces than a device may gather is gathered here. */
static err_t send_gathered(const struct pbuf *frame)
{
    static uint8_t whole[AX_FRAME_MAX];
    struct ax_span piece = {whole, pbuf_copy_partial(frame, whole, sizeof whole, 0)};

    return send_pieces(&piece, 1);
}

static err_t link_output(struct netif *netif, struct pbuf *frame)
{
    struct ax_span pieces[PIECES_MAX];
    size_t count = 0;

    (void)netif;
    if (frame->tot_len > AX_FRAME_MAX)
        return ERR_VAL;
    for (const struct pbuf *piece = frame; piece; piece = piece->next) {
        if (count == PIECES_MAX)
            return send_gathered(frame);
        pieces[count++] = (struct ax_span){piece->payload, piece->len};
    }
    return send_pieces(pieces, count);
}

static err_t interface_init(struct netif *netif)
{
    netif->name[0] = 'a';
    netif->name[1] = 'x';
    netif->output = stack_neighbour_output;
    netif->linkoutput = link_output;
    netif->mtu = AX_LINK_MTU;
    netif->hwaddr_len = AX_MAC_LEN;
    memcpy(netif->hwaddr, link_mac(stack_link), AX_MAC_LEN);
    netif->flags = NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    return ERR_OK;
}

void stack_netif_start(struct ax_link *link)
{
    stack_link = link;
    netif_add(&stack_netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4, NULL, interface_init,
              ethernet_input);
    netif_set_default(&stack_netif);
    stack_sums_start();
}

/* RFC 3021: a net of two addresses has no broadcast of its own. lwIP looks for one
 * only where the flag is. */
static void set_broadcast(uint32_t netmask)
{
    if (~netmask > 1)
        netif_set_flags(&stack_netif, NETIF_FLAG_BROADCAST);
    else
        netif_clear_flags(&stack_netif, NETIF_FLAG_BROADCAST);
}

void stack_netif_set_address(const struct ax_address *address)
{
    ip4_addr_t addr = {lwip_htonl(address->addr)};
    ip4_addr_t netmask = {lwip_htonl(address->netmask)};
    ip4_addr_t gateway = {lwip_htonl(address->gateway)};

    set_broadcast(address->netmask);
    netif_set_addr(&stack_netif, &addr, &netmask, &gateway);
}

bool stack_netif_was_full(void)
{
    bool was = was_full;

    was_full = false;
    return was;
}

uint32_t stack_netif_held_frames(void) { return held_count; }
uint32_t stack_netif_held_frames_most(void) { return held_most; }
