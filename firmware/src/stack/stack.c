/* SPDX-License-Identifier: BSD-3-Clause */
/* The network task, from which lwIP runs; and the two calls that run it in the
 * caller's task instead: a new address and a poll by hand. */
#include <ax/stack.h>

#include <ax/clock.h>
#include <ax/debug.h>
#include <ax/timer.h>

#include "link/link.h"
#include "lwip/init.h"
#include "lwip/priv/tcp_priv.h"
#include "net/stack_side.h"
#include "stack/parts.h"

static struct {
    struct ax_task task; /* first */
    struct ax_link *link;
    struct ax_timer debounce;
    bool by_hand;
} network;

struct ax_event stack_news;

uint32_t stack_addr(const ip4_addr_t *addr) { return lwip_ntohl(ip4_addr_get_u32(addr)); }

int stack_error(err_t err)
{
    switch (err) {
    case ERR_OK: return AX_OK;
    case ERR_RTE: return AX_E_UNREACHABLE;
    case ERR_USE: return AX_E_IN_USE;
    case ERR_VAL:
    case ERR_ARG: return AX_E_ARG;
    default: return AX_E_MEMORY;
    }
}

static void cable_in(bool in)
{
    link_set_up(network.link, in);
    if (in)
        netif_set_link_up(&stack_netif);
    else
        netif_set_link_down(&stack_netif);
    ax_event_signal(&stack_news);
}

/* A cable that moves is believed once it has been still for a while. What has fired is
 * used up: were it left, a cable that moves back before the next poll would be believed
 * at once. */
static void poll_cable(void)
{
    bool moved = link_is_cable_in(network.link) != ax_link_is_up(network.link);

    if (!moved) {
        ax_timer_cancel(&network.debounce);
    } else if (ax_timer_has_fired(&network.debounce)) {
        ax_timer_cancel(&network.debounce);
        cable_in(!ax_link_is_up(network.link));
    } else if (!ax_timer_is_armed(&network.debounce)) {
        ax_timer_arm_in(&network.debounce, STACK_LINK_DEBOUNCE_MS, network.task.self);
    }
}

static void serve_sockets(void)
{
    struct ax_listener *listener;
    struct ax_tcp *tcp;
    struct ax_udp *udp;
    unsigned wants;

    while ((listener = net_listener_wanting()) != NULL)
        stack_tcp_listener(listener);
    while ((tcp = net_tcp_wanting(&wants)) != NULL)
        stack_tcp_serve(tcp, wants);
    while (LWIP_UDP && (udp = net_udp_wanting(&wants)) != NULL)
        stack_udp_serve(udp, wants);
}

static unsigned take_frames(unsigned most)
{
    struct ax_span frame;
    unsigned count = 0;

    while (count < most && link_next(network.link, &frame) == AX_OK) {
        stack_netif_input(frame);
        count++;
    }
    link_note_poll(network.link, count);
    return count;
}

/* What sockets want comes before frames, so that a frame never meets a
 * connection that the application has already ended. Datagrams come behind all
 * that gives memory back, so that one refused for want of it needs no wake. */
static unsigned work(unsigned frames, unsigned datagrams)
{
    unsigned count;

    stack_timers_poll();
    poll_cable();
    if (!link_is_full(network.link) && stack_netif_was_full())
        stack_tcp_output_all();
    serve_sockets();
    stack_proxy_serve();
    count = take_frames(frames);
    if (stack_proxy_take(frames))
        ax_wake(network.task.self);
    stack_neighbours_poll();
    if (!link_is_full(network.link) && stack_udp_send(datagrams))
        ax_wake(network.task.self);
    stack_timers_arm();
    return count;
}

static bool is_more_to_take(void)
{
    bool is_queued = ax_link_waiting(network.link) != 0 && !link_is_unwatched(network.link);

    return is_queued || link_has_more(network.link);
}

static enum ax_poll poll_network(struct ax_task *task)
{
    bool link_has_news = link_wait(network.link, task->self);

    (void)ax_event_wait(&net_attention, task->self);
    stack_proxy_wait(task->self);
    if (link_has_news)
        link_intake(network.link, AX_POLL_FRAMES);
    if (!network.by_hand)
        work(AX_POLL_FRAMES, AX_POLL_DATAGRAMS);
    if (is_more_to_take())
        ax_wake(task->self);
    return AX_PENDING;
}

static void tell_path(const struct ax_address *address)
{
    net_set_path(&(struct net_path){.address = *address,
                                    .datagram_max = AX_DATAGRAM_MAX,
                                    .listeners = AX_TCP_LISTENERS,
                                    .tcp_sockets = AX_TCP_SOCKETS,
                                    .udp_sockets = AX_UDP_SOCKETS,
                                    .fin_wait_2_ms = STACK_FIN_WAIT_2_MS});
}

static bool is_possible(const struct ax_address *address)
{
    uint32_t host = ~address->netmask;
    bool is_mask = (host & (host + 1)) == 0;
    bool is_broadcast = host > 1 && (address->addr & host) == host;

    return address->addr == 0 ||
           (is_mask && address->addr >> 28 < 0xe && address->addr >> 24 != 127 && !is_broadcast);
}

int ax_stack_start(struct ax_link *link, const struct ax_address *address)
{
    int err;

    if (!is_possible(address))
        return AX_E_ARG;
    network.link = link;
    network.task = (struct ax_task){.poll = poll_network, .name = "network"};
    err = ax_task_start(&network.task);
    if (err < 0)
        return err;
    stack_isn_start();
    lwip_init();
    stack_netif_start(link);
    stack_tcp_join_headers();
    stack_udp_start();
    stack_timers_start(network.task.self);
    stack_neighbours_start(network.task.self);
    cable_in(link_is_cable_in(link));
    netif_set_up(&stack_netif);
    return ax_stack_set_address(address);
}

/* Nothing leaves from the old address any more. */
static void leave_address(void)
{
    stack_tcp_leave_address();
    stack_neighbours_give_up();
    stack_datagram_begin_anew();
}

/* The connections that end here give memory back for which datagrams may wait. */
int ax_stack_set_address(const struct ax_address *address)
{
    if (!is_possible(address))
        return AX_E_ARG;
    tell_path(address);
    stack_doing = STACK_READDRESS;
    if (address->addr != ax_stack_address().addr)
        leave_address();
    stack_proxy_leave(address->addr);
    stack_netif_set_address(address);
    stack_tcp_keep_places();
    stack_udp_keep_places();
    stack_doing = STACK_NOTHING;
    ax_event_signal(&stack_news);
    ax_wake(network.task.self);
    return AX_OK;
}

struct ax_address ax_stack_address(void)
{
    return (struct ax_address){stack_addr(netif_ip4_addr(&stack_netif)),
                               stack_addr(netif_ip4_netmask(&stack_netif)),
                               stack_addr(netif_ip4_gw(&stack_netif))};
}

void ax_stack_by_hand(bool by_hand)
{
    network.by_hand = by_hand;
    link_set_by_hand(network.link, by_hand);
    ax_wake(network.task.self);
}

bool ax_stack_is_by_hand(void) { return network.by_hand; }

unsigned ax_stack_poll(unsigned frames, unsigned datagrams)
{
    return network.by_hand ? work(frames, datagrams) : 0;
}
