/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP echo as raw lwIP callbacks, the least that is right: what the size of
 * apps/echo is held beside. It is not run. */
#include <string.h>

#include <ax/link.h>
#include <ax/port.h>

#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"

enum { ECHO_PORT = 7, PIECES_MAX = 8, NO_ROOM = 1 };

static struct netif interface;

u32_t sys_now(void) { return ax_port_now_ms(); }

uint32_t raw_random(void)
{
    uint32_t word;

    ax_port_random(&word, sizeof word);
    return word;
}

/* ---- the driver */

static err_t send_frame(struct netif *netif, struct pbuf *frame)
{
    struct ax_link_device *device = netif->state;
    struct ax_span pieces[PIECES_MAX];
    size_t count = 0;

    for (const struct pbuf *piece = frame; piece && count < PIECES_MAX; piece = piece->next)
        pieces[count++] = (struct ax_span){piece->payload, piece->len};
    return device->ops->send(device, pieces, count) == AX_OK ? ERR_OK : ERR_WOULDBLOCK;
}

static void receive_frame(struct ax_link_device *device)
{
    struct ax_span frame;
    struct pbuf *copy;

    if (device->ops->receive(device, &frame) != AX_OK)
        return;
    copy = pbuf_alloc(PBUF_RAW, (u16_t)frame.len, PBUF_POOL);
    if (copy)
        pbuf_take(copy, frame.at, (u16_t)frame.len);
    device->ops->release(device, frame);
    if (copy && interface.input(copy, &interface) != ERR_OK)
        pbuf_free(copy);
}

static err_t start_interface(struct netif *netif)
{
    const struct ax_link_device *device = netif->state;

    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    netif->mtu = AX_LINK_MTU;
    netif->hwaddr_len = AX_MAC_LEN;
    memcpy(netif->hwaddr, device->mac, AX_MAC_LEN);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    return ERR_OK;
}

/* ---- the application: a connection's argument is what it has not sent back yet */

static void send_back(struct tcp_pcb *pcb, struct pbuf *rest)
{
    while (rest && tcp_write(pcb, rest->payload, rest->len, TCP_WRITE_FLAG_COPY) == ERR_OK) {
        struct pbuf *sent = rest;
        tcp_recved(pcb, sent->len);
        rest = pbuf_dechain(sent);
        pbuf_free(sent);
    }
    tcp_arg(pcb, rest);
    if (!rest && pcb->state == CLOSE_WAIT)
        (void)tcp_close(pcb);
}

static err_t on_sent(void *rest, struct tcp_pcb *pcb, u16_t len)
{
    (void)len;
    send_back(pcb, rest);
    return ERR_OK;
}

static err_t on_received(void *rest, struct tcp_pcb *pcb, struct pbuf *bytes, err_t err)
{
    (void)err;
    if (rest && bytes)
        pbuf_cat(rest, bytes);
    send_back(pcb, rest ? rest : bytes); /* no bytes: the peer has closed */
    return ERR_OK;
}

static void on_error(void *rest, err_t err)
{
    (void)err;
    if (rest)
        pbuf_free(rest);
}

static err_t on_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    if (!pcb)
        return ERR_VAL;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    return ERR_OK;
}

int main(int argc, char **argv)
{
    static const ip4_addr_t addr = {PP_HTONL(0x0a000002)}, netmask = {PP_HTONL(0xffffff00)};
    struct ax_link_device *device = ax_port_ethernet();
    struct tcp_pcb *pcb;

    ax_port_init(argc, argv);
    lwip_init();
    netif_add(&interface, &addr, &netmask, IP4_ADDR_ANY4, device, start_interface, ethernet_input);
    netif_set_default(&interface);
    netif_set_link_up(&interface);
    netif_set_up(&interface);
    pcb = tcp_new();
    if (!pcb || tcp_bind(pcb, IP_ADDR_ANY, ECHO_PORT) != ERR_OK)
        return NO_ROOM;
    pcb = tcp_listen(pcb);
    if (!pcb)
        return NO_ROOM;
    tcp_accept(pcb, on_accepted);
    for (;;) {
        receive_frame(device);
        sys_check_timeouts();
    }
}
