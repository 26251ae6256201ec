/* SPDX-License-Identifier: BSD-3-Clause */
/* Raw lwIP callbacks, with a driver that copies nothing: a received frame becomes
 * a pbuf where it lies, a frame to be sent is gathered by the device. */
#include <string.h>

#include "../console.h"
#include "../stack.h"
#include "../wire.h"
#include "lwip/etharp.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/sys.h"
#include "lwip/tcp.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "netif/ethernet.h"

const char stack_name[] = "raw";

static struct netif interface;
static uint32_t read_bytes;
static uint8_t buffer[1536]; /* the application's: what it reads, and sends again */

u32_t sys_now(void) { return wire_now_ms; }

/* xorshift: ports and sequence numbers need not be secret here. */
uint32_t raw_random(void)
{
    static uint32_t state = 0x2545f491;

    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static void need(bool there)
{
    if (!there) {
        machine_say("raw: no memory\n");
        machine_fail();
    }
}

/* ---- the driver */

static err_t send_frame(struct netif *netif, struct pbuf *frame)
{
    (void)netif;
    for (const struct pbuf *piece = frame; piece; piece = piece->next)
        uncounted_piece(piece->payload, piece->len);
    uncounted_sent();
    return ERR_OK;
}

static err_t start_interface(struct netif *netif)
{
    static const uint8_t mac[] = {2, 0, 0, 0, 0, 1};

    netif->output = etharp_output;
    netif->linkoutput = send_frame;
    netif->mtu = 1500;
    netif->hwaddr_len = sizeof mac;
    memcpy(netif->hwaddr, mac, sizeof mac);
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    return ERR_OK;
}

/* The device has one buffer, and it is free again when lwIP returns: no service
 * keeps a pbuf. */
static void give_back(struct pbuf *pbuf) { (void)pbuf; }

static struct pbuf_custom lent = {.custom_free_function = give_back};

void stack_start(void)
{
    ip4_addr_t address, netmask, gateway;

    IP4_ADDR(&address, 192, 168, 1, 10);
    IP4_ADDR(&netmask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 0, 0, 0, 0);
    lwip_init();
    netif_add(&interface, &address, &netmask, &gateway, NULL, start_interface, ethernet_input);
    netif_set_default(&interface);
    netif_set_link_up(&interface);
    netif_set_up(&interface);
}

void stack_input(void)
{
    struct wire_frame *frame = wire_arrived();
    struct pbuf *pbuf = pbuf_alloced_custom(PBUF_RAW, (u16_t)frame->len, PBUF_REF, &lent, frame->at,
                                            sizeof frame->at);

    if (interface.input(pbuf, &interface) != ERR_OK)
        pbuf_free(pbuf);
    sys_check_timeouts();
}

void stack_poll(void) { sys_check_timeouts(); }

uint32_t stack_next_ms(void) { return sys_timeouts_sleeptime(); }

uint32_t stack_read_bytes(void) { return read_bytes; }

/* ---- the services */

static u16_t read(struct tcp_pcb *pcb, struct pbuf *bytes)
{
    u16_t len = pbuf_copy_partial(bytes, buffer, sizeof buffer, 0);

    read_bytes += len;
    tcp_recved(pcb, len);
    pbuf_free(bytes);
    return len;
}

static err_t end(struct tcp_pcb *pcb)
{
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    return tcp_close(pcb);
}

static err_t sink_received(void *arg, struct tcp_pcb *pcb, struct pbuf *bytes, err_t err)
{
    (void)arg;
    (void)err;
    if (!bytes)
        return end(pcb);
    (void)read(pcb, bytes);
    return ERR_OK;
}

/* A refusal makes lwIP offer the bytes again. */
static err_t echo_received(void *arg, struct tcp_pcb *pcb, struct pbuf *bytes, err_t err)
{
    (void)arg;
    (void)err;
    if (!bytes)
        return end(pcb);
    if (tcp_sndbuf(pcb) < bytes->tot_len)
        return ERR_MEM;
    need(tcp_write(pcb, buffer, read(pcb, bytes), TCP_WRITE_FLAG_COPY) == ERR_OK);
    return ERR_OK;
}

static void fill(struct tcp_pcb *pcb)
{
    static uint8_t source[STACK_MSS];

    while (tcp_sndbuf(pcb) >= sizeof source)
        if (tcp_write(pcb, source, sizeof source, TCP_WRITE_FLAG_COPY) != ERR_OK)
            return;
}

static err_t source_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    (void)arg;
    (void)len;
    fill(pcb);
    return ERR_OK;
}

static err_t sink_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    need(pcb && err == ERR_OK);
    tcp_recv(pcb, sink_received);
    return ERR_OK;
}

static err_t echo_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    need(pcb && err == ERR_OK);
    tcp_recv(pcb, echo_received);
    return ERR_OK;
}

static err_t source_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    need(pcb && err == ERR_OK);
    tcp_recv(pcb, sink_received);
    tcp_sent(pcb, source_sent);
    fill(pcb);
    return tcp_output(pcb);
}

void stack_serve(enum stack_service service, uint16_t port, unsigned connections)
{
    static const tcp_accept_fn accepted[] = {
        [STACK_SINK] = sink_accepted,
        [STACK_SOURCE] = source_accepted,
        [STACK_ECHO] = echo_accepted,
        [STACK_SPARE] = echo_accepted,
    };
    struct tcp_pcb *pcb = tcp_new();

    (void)connections;
    need(pcb && tcp_bind(pcb, IP_ADDR_ANY, port) == ERR_OK);
    pcb = tcp_listen(pcb);
    need(pcb != NULL);
    tcp_accept(pcb, accepted[service]);
}

/* The datagram goes through the application, as its bytes do with TCP. */
static void datagram_received(void *arg, struct udp_pcb *pcb, struct pbuf *datagram,
                              const ip_addr_t *from, u16_t port)
{
    u16_t len = pbuf_copy_partial(datagram, buffer, sizeof buffer, 0);
    struct pbuf *answer = pbuf_alloc(PBUF_TRANSPORT, len, PBUF_RAM);

    (void)arg;
    pbuf_free(datagram);
    need(answer != NULL);
    memcpy(answer->payload, buffer, len);
    (void)udp_sendto(pcb, answer, from, port);
    pbuf_free(answer);
}

void stack_serve_udp(uint16_t port)
{
    struct udp_pcb *pcb = udp_new();

    need(pcb && udp_bind(pcb, IP_ADDR_ANY, port) == ERR_OK);
    udp_recv(pcb, datagram_received, NULL);
}
