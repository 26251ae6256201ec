/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP sockets on lwIP's control blocks: made, tied to their socket, explained
 * when they end, and listened with. The bytes are tcp_output.c's and tcp_input.c's. */
#include "base/check.h"
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "net/stack_side.h"
#include "stack/parts.h"

enum { EXT_ARG = STACK_EXT_ARG, SYN_RTO = LWIP_TCP_RTO_TIME / TCP_SLOW_INTERVAL };

u16_t stack_tcp_wnd;
enum stack_doing stack_doing;

static struct tcp_pcb *pcb_of(const struct ax_tcp *tcp) { return tcp->stack; }

void stack_tcp_at_hand(struct ax_tcp *tcp)
{
    stack_tcp_wnd = (u16_t)LWIP_MIN(tcp->rx.size, AX_TCP_WINDOW_MAX);
    if (tcp->rx_consumed != 0)
        stack_tcp_open_window(tcp);
}

/* Cuts the tie between a control block and its socket. */
static void let_go(struct ax_tcp *tcp)
{
    struct tcp_pcb *pcb = pcb_of(tcp);

    if (pcb) {
        tcp_arg(pcb, NULL);
        tcp_ext_arg_set(pcb, EXT_ARG, NULL);
    }
    tcp->stack = NULL;
}

/* Why lwIP freed a control block by itself. */
static int cause_of(const struct tcp_pcb *pcb)
{
    if (stack_doing == STACK_READDRESS)
        return AX_E_ADDRESS_LOST;
    if (AX_PROXY && stack_doing == STACK_EXPIRE)
        return AX_E_IDLE;
    if (stack_doing == STACK_ALLOC || stack_doing == STACK_INPUT)
        return AX_E_EVICTED;
    if (pcb->state == TIME_WAIT)
        return AX_E_CLOSED;
    if (pcb->state == SYN_SENT || pcb->state == SYN_RCVD)
        return AX_E_CONNECT_TIMEOUT;
    if (ip_get_option(pcb, SOF_KEEPALIVE) && pcb->keep_cnt_sent >= pcb->keep_cnt)
        return AX_E_KEEPALIVE;
    return AX_E_RETRANSMISSIONS;
}

/* The control block is about to be freed; its fields can still be read. */
static void on_destroyed(u8_t id, void *data)
{
    struct ax_tcp *tcp = data;
    int cause;

    (void)id;
    if (!tcp)
        return;
    cause = cause_of(pcb_of(tcp));
    tcp->stack = NULL;
    net_tcp_ended(tcp, cause);
    net_tcp_detached(tcp);
}

static const struct tcp_ext_arg_callbacks ext_callbacks = {.destroy = on_destroyed,
                                                           .passive_open = stack_tcp_passive_open};

/* A reset (before the block is freed) or both FINs done from LAST-ACK. Timeouts
 * come through on_destroyed(), which knows more. */
static void on_error(void *arg, err_t err)
{
    struct ax_tcp *tcp = arg;

    if (!tcp || err == ERR_ABRT)
        return;
    if (err == ERR_CLSD)
        stack_tcp_take_acks(tcp);
    let_go(tcp);
    net_tcp_ended(tcp, err == ERR_CLSD                        ? AX_E_CLOSED
                       : ax_tcp_state(tcp) == AX_TCP_SYN_SENT ? AX_E_REFUSED
                                                              : AX_E_RESET);
    net_tcp_detached(tcp);
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *bytes, err_t err)
{
    struct ax_tcp *tcp = arg;

    (void)pcb;
    (void)err;
    if (tcp && ax_tcp_state(tcp) != AX_TCP_CLOSED) {
        for (const struct pbuf *piece = bytes; piece; piece = piece->next)
            net_tcp_received(tcp, piece->payload, piece->len);
        if (!bytes)
            net_tcp_peer_fin(tcp);
    }
    if (bytes)
        pbuf_free(bytes);
    return ERR_OK;
}

/* One walk, as it is made for every connection, four times a second. In SYN-SENT
 * lwIP does not back off (RFC 6298 5.5). */
void stack_tcp_before_tick(void)
{
    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
        struct ax_tcp *tcp = pcb->callback_arg;
        if (tcp && tcp->rx_consumed != 0)
            stack_tcp_at_hand(tcp);
        if (pcb->flags & (TF_ACK_DELAY | TF_ACK_NOW))
            stack_tcp_acknowledge(pcb, TF_ACK_DELAY | TF_ACK_NOW);
        if (tcp && tcp->options.keepalive_ms != 0)
            stack_tcp_hold_keepalive(pcb);
        if (pcb->state == SYN_SENT)
            pcb->rto = (s16_t)(SYN_RTO << pcb->nrtx);
    }
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    struct ax_tcp *tcp = arg;

    (void)err;
    pcb->rto = SYN_RTO; /* RFC 6298 5.7 */
    if (tcp)
        net_tcp_established(tcp);
    return ERR_OK;
}

/* Without a control block for the SYN, `arg` is still the listener. */
err_t stack_tcp_accepted(void *arg, struct tcp_pcb *pcb, err_t err)
{
    if (pcb)
        return on_connected(arg, pcb, err);
    net_listener_dropped(arg);
    return ERR_OK;
}

/* The peer got on, if only by part of a segment. */
static err_t on_acked(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    (void)pcb;
    (void)len;
    if (arg)
        net_tcp_acked(arg, 0);
    return ERR_OK;
}

/* Tries again what lwIP had no memory for. */
static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    (void)pcb;
    if (arg)
        stack_tcp_sync(arg);
    return ERR_OK;
}

void stack_tcp_tie(struct ax_tcp *tcp, struct tcp_pcb *pcb)
{
    tcp->stack = pcb;
    tcp_arg(pcb, tcp);
    tcp_ext_arg_set_callbacks(pcb, EXT_ARG, &ext_callbacks);
    tcp_ext_arg_set(pcb, EXT_ARG, tcp);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_acked);
    tcp_err(pcb, on_error);
    tcp_poll(pcb, on_poll, 1);
    if (net_calls.apply_options) /* else it has those of a new one */
        net_calls.apply_options(tcp);
}

/* Also by what rests in TIME-WAIT without a socket. */
static bool is_port_taken(const struct ax_endpoint *local)
{
    for (int list = 0; list < NUM_TCP_PCB_LISTS; list++)
        for (const struct tcp_pcb *pcb = *tcp_pcb_lists[list]; pcb; pcb = pcb->next)
            if (pcb->local_port == local->port)
                return true;
    return false;
}

static err_t open_to(struct tcp_pcb *pcb, const struct ax_tcp *tcp)
{
    struct ax_endpoint place = tcp->local;
    ip_addr_t local = IPADDR4_INIT(lwip_htonl(place.addr));
    ip_addr_t remote = IPADDR4_INIT(lwip_htonl(tcp->remote.addr));
    err_t err;

    if (place.port == 0 && net_choose_port(&place, is_port_taken) != AX_OK)
        return ERR_USE;
    ip_set_option(pcb, SOF_REUSEADDR);
    err = tcp_bind(pcb, &local, place.port);
    return err == ERR_OK ? tcp_connect(pcb, &remote, tcp->remote.port, on_connected) : err;
}

static struct tcp_pcb *new_pcb(void)
{
    struct tcp_pcb *pcb;

    stack_doing = STACK_ALLOC;
    pcb = tcp_new();
    stack_doing = STACK_NOTHING;
    return pcb;
}

/* It may have gone between the call and now. */
static bool has_address(const struct ax_tcp *tcp)
{
    return tcp->local.addr == 0 || tcp->local.addr == ax_stack_address().addr;
}

void stack_tcp_connect(struct ax_tcp *tcp)
{
    struct tcp_pcb *pcb;
    err_t err = ERR_MEM;

    if (!has_address(tcp)) {
        net_tcp_ended(tcp, AX_E_ADDRESS_LOST);
        net_tcp_detached(tcp);
        return;
    }
    stack_tcp_at_hand(tcp);
    pcb = new_pcb();
    if (pcb) {
        stack_tcp_tie(tcp, pcb);
        err = open_to(pcb, tcp);
    }
    if (err != ERR_OK) {
        let_go(tcp);
        if (pcb)
            tcp_abandon(pcb, 0);
        net_tcp_ended(tcp, stack_error(err));
        net_tcp_detached(tcp);
        return;
    }
    tcp->stack_seq = pcb->snd_lbb;
    net_tcp_attached(tcp, &(struct ax_endpoint){stack_addr(&pcb->local_ip), pcb->local_port});
}

static void drop(struct ax_tcp *tcp, bool with_reset)
{
    struct tcp_pcb *pcb = pcb_of(tcp);

    if (pcb) {
        let_go(tcp);
        stack_neighbours_forget_connection(pcb);
        tcp_abandon(pcb, with_reset && stack_tcp_resets(pcb));
    }
    net_tcp_detached(tcp);
}

/* The control block of a socket that is about to have none. */
static void part(struct ax_tcp *tcp, unsigned wants)
{
    if (wants & (NET_RESET | NET_FORGET)) {
        drop(tcp, (wants & NET_RESET) != 0);
    } else if (wants & NET_LET_GO) {
        let_go(tcp);
        net_tcp_detached(tcp);
    } else {
        net_calls.pass_on(tcp);
    }
}

void stack_tcp_serve(struct ax_tcp *tcp, unsigned wants)
{
    if (wants & (NET_RESET | NET_FORGET | NET_LET_GO | NET_PASS_ON)) {
        part(tcp, wants);
        return;
    }
    stack_tcp_at_hand(tcp);
    if (wants & NET_CONNECT)
        net_calls.connect(tcp);
    if (!tcp->stack) {
        net_tcp_detached(tcp);
        return;
    }
    if (wants & NET_OPTIONS)
        net_calls.apply_options(tcp);
    if (wants & (NET_OUTPUT | NET_OPTIONS))
        stack_tcp_output(tcp);
    if (tcp->stack && (wants & NET_CONSUMED))
        stack_tcp_note_worth(tcp);
}

err_t stack_tcp_passive_open(u8_t id, struct tcp_pcb_listen *listening, struct tcp_pcb *pcb)
{
    struct ax_listener *listener = listening->callback_arg;
    struct ax_tcp *tcp = net_listener_front(listener);
    struct ax_endpoint local = {stack_addr(&pcb->local_ip), pcb->local_port};
    struct ax_endpoint remote = {stack_addr(&pcb->remote_ip), pcb->remote_port};

    (void)id;
    AX_CHECK(tcp); /* stack_tcp_inpacket() looked */
    stack_tcp_tie(tcp, pcb);
    tcp->stack_seq = pcb->snd_lbb + 1; /* behind the SYN that is about to be queued */
    net_listener_take(listener, tcp, &local, &remote);
    stack_proxy_heard(pcb);
    stack_tcp_touch(tcp, 0);
    return ERR_OK;
}

static void listen_on(struct ax_listener *listener)
{
    ip_addr_t addr = IPADDR4_INIT(lwip_htonl(listener->local.addr));
    struct tcp_pcb *pcb = new_pcb();

    AX_CHECK(pcb); /* lwipopts.h: more control blocks than sockets */
    ip_set_option(pcb, SOF_REUSEADDR);
    if (!AX_PROXY || listener->local.port != 0)                         /* the proxy's has none */
        AX_CHECK(tcp_bind(pcb, &addr, listener->local.port) == ERR_OK); /* net knows the ports */
    pcb = tcp_listen(pcb);
    AX_CHECK(pcb);
    tcp_arg(pcb, listener);
    tcp_ext_arg_set_callbacks(pcb, EXT_ARG, &ext_callbacks);
    tcp_accept(pcb, stack_tcp_accepted);
    listener->stack = pcb;
    net_listener_attached(listener);
}

/* lwIP would reset every one of them, whatever its state. */
void stack_tcp_leave_address(void)
{
    struct tcp_pcb *next;

    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = next) {
        next = pcb->next;
        if (stack_proxy_has(pcb))
            continue;
        tcp_abandon(pcb, stack_tcp_resets(pcb));
    }
}

void stack_tcp_keep_places(void)
{
    for (struct tcp_pcb_listen *pcb = tcp_listen_pcbs.listen_pcbs; pcb; pcb = pcb->next) {
        const struct ax_listener *listener = pcb->callback_arg;
        ip4_addr_set_u32(&pcb->local_ip, lwip_htonl(listener->local.addr));
    }
}

void stack_tcp_listener(struct ax_listener *listener)
{
    if (!listener->open && listener->attached) {
        tcp_close(listener->stack);
        net_listener_detached(listener);
    } else if (listener->open && !listener->attached) {
        listen_on(listener);
    }
}
