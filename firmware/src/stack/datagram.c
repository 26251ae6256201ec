/* SPDX-License-Identifier: BSD-3-Clause */
/* The datagram that lwIP is sending for a socket, through all its fragments.
 *
 * lwIP's ip4_frag() does not look at what becomes of each fragment. So that is
 * done here: once the link refuses one, the rest is dropped for now, and the
 * next attempt drops what has left already. Once one fragment was given up for
 * want of an address, the others are dropped for good.
 *
 * lwIP also numbers packets by attempts. Here a datagram has one identification,
 * for all its parts, and one that did not leave at all uses none up.
 */
#include "lwip/prot/ip4.h"
#include "stack/parts.h"

struct stack_datagram stack_datagram;

static u16_t next_ident;

/* The one that the link broke off; one at a time, because its socket is served
 * before all others. */
static struct {
    const struct ax_udp *udp; /* NULL: none */
    uint32_t id;
    u16_t ident, left; /* of the packet's octets, so many have left */
} broken_off;

void stack_datagram_begin(struct ax_udp *udp, uint32_t id)
{
    bool again = broken_off.udp == udp && broken_off.id == id;

    stack_datagram = (struct stack_datagram){
        .udp = udp,
        .id = id,
        .ident = again ? broken_off.ident : next_ident,
        .before = again ? broken_off.left : 0,
        .left = again ? broken_off.left : 0,
    };
}

enum stack_sent stack_datagram_end(err_t err)
{
    struct stack_datagram end = stack_datagram;

    stack_datagram = (struct stack_datagram){0};
    broken_off.udp = NULL;
    if (end.before == 0 && (end.left != 0 || end.held))
        next_ident++;
    if (end.held)
        return STACK_HELD;
    if (!end.refused && err != ERR_MEM && err != ERR_WOULDBLOCK)
        return err == ERR_OK ? STACK_SENT : STACK_UNSENDABLE;
    if (end.left != 0) {
        broken_off.udp = end.udp;
        broken_off.id = end.id;
        broken_off.ident = end.ident;
        broken_off.left = end.left;
    }
    return STACK_REFUSED;
}

bool stack_datagram_is_broken_off(const struct ax_udp *udp) { return broken_off.udp == udp; }

void stack_datagram_forget(const struct ax_udp *udp)
{
    if (broken_off.udp == udp)
        broken_off.udp = NULL;
}

void stack_datagram_begin_anew(void) { broken_off.udp = NULL; }

static u16_t offset_of(const struct ip_hdr *ip) { return IPH_OFFSET_BYTES(ip); }

/* RFC 1624: the checksum follows from what changes. */
static void set_ident(struct ip_hdr *ip, u16_t ident)
{
    u16_t before = IPH_ID(ip), now = lwip_htons(ident);
    u32_t sum = (u16_t)~IPH_CHKSUM(ip) + (u32_t)(u16_t)~before + now;

    IPH_ID_SET(ip, now);
    sum = (sum & 0xffff) + (sum >> 16);
    if (CHECKSUM_GEN_IP)
        IPH_CHKSUM_SET(ip, (u16_t) ~(sum + (sum >> 16)));
}

bool stack_datagram_skips(struct pbuf *packet)
{
    struct ip_hdr *ip = packet->payload;

    if (stack_datagram.refused || stack_datagram.given_up || offset_of(ip) < stack_datagram.before)
        return true;
    set_ident(ip, stack_datagram.ident);
    stack_datagram.reaches = (u16_t)(offset_of(ip) + packet->tot_len - IP_HLEN);
    return false;
}

void stack_datagram_note(err_t err)
{
    if (err == ERR_OK)
        stack_datagram.left = stack_datagram.reaches;
    else
        stack_datagram.refused = err == ERR_MEM || err == ERR_WOULDBLOCK;
}
