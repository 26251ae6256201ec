/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's DHCP client as a task: begun and ended by calls, driven by frames and by
 * exact deadlines in the place of its ticks.
 */
#include <ax/dhcp.h>

#include <ax/clock.h>
#include <ax/timer.h>
#include <ax/udp.h>

#include "lwip/opt.h"

#if LWIP_UDP

#include "lwip/prot/dhcp.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/iana.h"
#include "lwip/prot/ip4.h"
#include "net/stack_side.h"
#include "stack/dhcp_of_lwip.h"
#include "stack/name_servers.h"

enum { REFUSED_MS = 10000, LONGEST_SECONDS = 2000000 }; /* RFC 2131 3.1; what a timer takes */

/* A counter of lwIP's: in what steps it counts, how many are left (0: it rests), since
 * when, and by what another beginning shows. */
struct counter {
    uint32_t step_ms, left, since_ms;
    uint64_t mark;
};

static struct {
    struct ax_task task; /* first */
    bool running, ending;
    bool link_up; /* as it was last */
    bool refused; /* the address that a server gave cannot be */
    struct ax_dhcp_lease lease;
    bool has_lease; /* as those who wait were last told */
    struct ax_event news;
    struct ax_udp socket; /* port 68 */
    struct ax_packet slots[2];
    udp_recv_fn recv; /* what the socket had */
    struct ax_timer timer;
    struct counter requests, leases, conflicts;
    struct dhcp dhcp;
} client;

static netif_input_fn below; /* what took frames before */

/* ---- what lwIP's client reaches for */

static void take_address(const ip4_addr_t *addr, const ip4_addr_t *mask, const ip4_addr_t *router)
{
    struct ax_address address = {stack_addr(addr), stack_addr(mask), stack_addr(router)};
    bool is_bound = dhcp_supplied_address(&stack_netif);

    client.refused = ax_stack_set_address(&address) < 0 || (is_bound && address.addr == 0);
}

static void keep_name_server(unsigned place, const ip_addr_t *addr)
{
    client.lease.name_servers[place] = stack_addr(addr);
}

/* To the resolver: those of the lease, which go with it. */
static void tell_name_servers(bool has_lease)
{
    for (unsigned i = 0; i < AX_DHCP_NAME_SERVERS; i++) {
        if (client.has_lease && !has_lease)
            client.lease.name_servers[i] = 0;
        stack_name_servers[i] = has_lease ? client.lease.name_servers[i] : 0;
    }
}

/* lwIP's own function in the place of the socket's. Nobody sends through the socket. */
static struct udp_pcb *take_pcb(void)
{
    struct udp_pcb *pcb = client.socket.stack;

    client.recv = pcb->recv;
    return pcb;
}

static struct ax_udp *owner_of_pcb(void) { return &client.socket; }

static void give_pcb_back(struct udp_pcb *pcb)
{
    udp_disconnect(pcb);
    udp_recv(pcb, client.recv, NULL);
}

/* ---- its counters as deadlines */

/* The steps that are over: 0, or all that were left. A held clock may stand where our
 * deadline is and not have come to it yet. */
static uint32_t passed(struct counter *counter, uint32_t left, uint64_t mark)
{
    if (counter->left != left || counter->mark != mark) {
        *counter = (struct counter){counter->step_ms, left, ax_now_ms(), mark};
        return 0;
    }
    return ax_timer_has_fired(&client.timer) &&
                   ax_now_ms() - counter->since_ms >= left * counter->step_ms
               ? left
               : 0;
}

static uint64_t mark_of(const struct dhcp *dhcp)
{
    return (uint64_t)dhcp->xid << 16 | (uint32_t)dhcp->state << 8 | dhcp->tries;
}

static void count_requests(void)
{
    struct dhcp *dhcp = &client.dhcp;

    if (passed(&client.requests, dhcp->request_timeout, mark_of(dhcp)) == 0)
        return;
    client.requests.left = 0;
    dhcp->request_timeout = 1;
    dhcp_fine_tmr();
    (void)passed(&client.requests, dhcp->request_timeout, mark_of(dhcp));
}

static uint32_t least(uint32_t a, uint32_t b) { return a != 0 && (b == 0 || a < b) ? a : b; }

static uint32_t seconds_left(const struct dhcp *dhcp)
{
    uint32_t left = dhcp->t0_timeout != 0 ? dhcp->t0_timeout - dhcp->lease_used : 0;

    left = least(dhcp->t1_renew_time, least(dhcp->t2_rebind_time, left));
    return LWIP_MIN(left, LONGEST_SECONDS);
}

static void skip(uint32_t *counter, uint32_t steps) { *counter -= *counter > steps ? steps : 0; }

static void count_leases(void)
{
    struct dhcp *dhcp = &client.dhcp;
    uint32_t steps = passed(&client.leases, seconds_left(dhcp), dhcp->lease_used);

    if (steps == 0)
        return;
    client.leases.left = 0;
    dhcp->lease_used += steps - 1;
    skip(&dhcp->t1_renew_time, steps - 1);
    skip(&dhcp->t2_rebind_time, steps - 1);
    dhcp_coarse_tmr();
    (void)passed(&client.leases, seconds_left(dhcp), dhcp->lease_used);
}

/* A wait that is over counts as one step: lwIP looks at it in its next. */
static uint32_t conflict_steps(const struct acd *acd)
{
    bool is_waiting = acd->state != ACD_STATE_OFF && acd->state != ACD_STATE_ONGOING;

    return least(is_waiting ? LWIP_MAX(acd->ttw, 1) : 0, acd->lastconflict);
}

static uint64_t conflict_mark(const struct acd *acd)
{
    return (uint64_t)acd->state << 16 | (uint32_t)acd->sent_num << 8 | acd->num_conflicts;
}

static void count_conflicts(void)
{
    struct acd *acd = &client.dhcp.acd;
    uint32_t steps = passed(&client.conflicts, conflict_steps(acd), conflict_mark(acd));

    if (steps == 0)
        return;
    client.conflicts.left = 0;
    acd->ttw = (u16_t)(acd->ttw - LWIP_MIN(acd->ttw, steps - 1));
    acd->lastconflict = (u8_t)(acd->lastconflict - LWIP_MIN(acd->lastconflict, steps - 1));
    acd_tmr();
    (void)passed(&client.conflicts, conflict_steps(acd), conflict_mark(acd));
}

static void count(void)
{
    count_requests();
    count_leases();
    count_conflicts();
}

static uint32_t ms_left(const struct counter *counter)
{
    uint32_t ago = ax_now_ms() - counter->since_ms, all = counter->left * counter->step_ms;

    return counter->left == 0 ? UINT32_MAX : all > ago ? all - ago : 0;
}

static void arm(void)
{
    uint32_t in_ms = LWIP_MIN(ms_left(&client.requests), ms_left(&client.leases));

    in_ms = LWIP_MIN(in_ms, ms_left(&client.conflicts));
    if (in_ms == UINT32_MAX)
        ax_timer_cancel(&client.timer);
    else
        ax_timer_arm_in(&client.timer, in_ms, client.task.self);
}

/* ---- frames */

/* To our port, while we have no address: lwIP takes no packet in then. */
static bool is_for_nobody(const struct pbuf *frame)
{
    const struct eth_hdr *ethernet = frame->payload;
    const struct ip_hdr *ip = (const struct ip_hdr *)(ethernet + 1);
    const u8_t *udp = (const u8_t *)ip + IPH_HL_BYTES(ip);

    return ip4_addr_isany_val(*netif_ip4_addr(&stack_netif)) &&
           ethernet->type == PP_HTONS(ETHTYPE_IP) && IPH_PROTO(ip) == IP_PROTO_UDP &&
           frame->len >= SIZEOF_ETH_HDR + IPH_HL_BYTES(ip) + UDP_HLEN &&
           (udp[2] << 8 | udp[3]) == LWIP_IANA_PORT_DHCP_CLIENT;
}

/* With any address that nobody has, broadcasts come in; for what goes to the address
 * that is offered we have that one. Nothing is sent from either: the client's words
 * until then are from 0. */
static err_t take_in(struct pbuf *frame, struct netif *netif)
{
    const struct ip_hdr *ip = (const struct ip_hdr *)((const struct eth_hdr *)frame->payload + 1);
    bool is_to_all = ip->dest.addr == IPADDR_BROADCAST;
    ip4_addr_t meanwhile = {is_to_all ? PP_HTONL(1) : ip->dest.addr};
    err_t err;

    ip4_addr_copy(netif->ip_addr, meanwhile);
    err = below(frame, netif);
    if (ip4_addr_eq(netif_ip4_addr(netif), &meanwhile))
        ip4_addr_set_any(&netif->ip_addr);
    return err;
}

static err_t input(struct pbuf *frame, struct netif *netif)
{
    struct eth_hdr *ethernet = frame->payload;

    if (!client.running)
        return below(frame, netif);
    if (ethernet->type == PP_HTONS(ETHTYPE_ARP))
        acd_arp_reply(netif, (struct etharp_hdr *)(ethernet + 1));
    ax_wake(client.task.self);
    return is_for_nobody(frame) ? take_in(frame, netif) : below(frame, netif);
}

/* ---- its life */

static void serve_socket(void)
{
    struct ax_udp *udp;
    unsigned wants;

    while ((udp = net_udp_wanting(&wants)) != NULL)
        stack_udp_serve(udp, wants);
}

static void begin(void)
{
    static const struct ax_address none;

    serve_socket();
    ax_stack_set_address(&none);
    client.dhcp = (struct dhcp){0};
    dhcp_set_struct(&stack_netif, &client.dhcp);
    client.link_up = netif_is_link_up(&stack_netif);
    dhcp_start(&stack_netif);
}

static void end(void)
{
    dhcp_release_and_stop(&stack_netif);
    dhcp_remove_struct(&stack_netif);
    ax_timer_cancel(&client.timer);
    ax_udp_close(&client.socket);
    serve_socket();
    tell_name_servers(false);
    client.running = false;
    client.has_lease = false;
    ax_event_signal(&client.news);
}

static void follow_link(void)
{
    bool is_up = netif_is_link_up(&stack_netif);

    if (is_up && !client.link_up)
        dhcp_network_changed_link_up(&stack_netif);
    if (!is_up && client.link_up)
        acd_network_changed_link_down(&stack_netif);
    client.link_up = is_up;
}

/* What cannot be our address is not: others are asked for, as behind a conflict. */
static void refuse(void)
{
    dhcp_set_state(&client.dhcp, DHCP_STATE_BACKING_OFF);
    client.dhcp.request_timeout = REFUSED_MS / DHCP_FINE_TIMER_MSECS;
    take_address(IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
}

static bool is_bound(void)
{
    return dhcp_supplied_address(&stack_netif) &&
           !ip4_addr_isany_val(*netif_ip4_addr(&stack_netif));
}

static void tell(void)
{
    bool has_lease = is_bound();

    client.lease.address = ax_stack_address();
    client.lease.server = stack_addr(&client.dhcp.server_ip_addr);
    client.lease.seconds = client.dhcp.offered_t0_lease;
    tell_name_servers(has_lease);
    if (has_lease == client.has_lease)
        return;
    client.has_lease = has_lease;
    ax_event_signal(&client.news);
}

static enum ax_poll poll_client(struct ax_task *task)
{
    if (client.ending) {
        end();
        return AX_READY;
    }
    ax_event_unwait(&stack_news, task->self); /* our own doings are no news */
    if (!dhcp_place)
        begin();
    follow_link();
    count();
    if (client.refused)
        refuse();
    count(); /* from now on, what has just begun */
    tell();
    arm();
    (void)ax_event_wait(&stack_news, task->self);
    return AX_PENDING;
}

static int open_socket(void)
{
    static const struct ax_endpoint here = {0, LWIP_IANA_PORT_DHCP_CLIENT};
    struct ax_udp_config config = {.rx_slots = &client.slots[0],
                                   .rx_slot_count = 1,
                                   .tx_slots = &client.slots[1],
                                   .tx_slot_count = 1};
    int err = ax_udp_init(&client.socket, &config);

    return err < 0 ? err : ax_udp_bind(&client.socket, &here);
}

static void watch_frames(void)
{
    if (below)
        return;
    below = stack_netif.input;
    stack_netif.input = input;
}

int ax_dhcp_start(void)
{
    int err;

    if (client.running)
        return client.ending ? AX_E_STATE : AX_OK;
    err = open_socket();
    if (err < 0)
        return err;
    client.task = (struct ax_task){.poll = poll_client, .name = "dhcp"};
    err = ax_task_start(&client.task);
    if (err < 0) {
        ax_udp_close(&client.socket);
        return err;
    }
    watch_frames();
    client.running = true;
    client.ending = false;
    client.refused = false;
    client.lease = (struct ax_dhcp_lease){0};
    client.requests = (struct counter){.step_ms = DHCP_FINE_TIMER_MSECS};
    client.leases = (struct counter){.step_ms = DHCP_COARSE_TIMER_MSECS};
    client.conflicts = (struct counter){.step_ms = ACD_TMR_INTERVAL};
    return AX_OK;
}

void ax_dhcp_release(void)
{
    if (!client.running)
        return;
    client.ending = true;
    ax_wake(client.task.self);
}

bool ax_dhcp_is_running(void) { return client.running && !client.ending; }

bool ax_dhcp_lease(struct ax_dhcp_lease *lease)
{
    if (!ax_dhcp_is_running() || !client.has_lease)
        return false;
    if (lease)
        *lease = client.lease;
    return true;
}

void ax_dhcp_wait(ax_tasks self) { (void)ax_event_wait(&client.news, self); }
void ax_dhcp_unwait(ax_tasks self) { ax_event_unwait(&client.news, self); }

#else /* no socket to ask through */

int ax_dhcp_start(void) { return AX_E_MEMORY; }
void ax_dhcp_release(void) {}
bool ax_dhcp_is_running(void) { return false; }

bool ax_dhcp_lease(struct ax_dhcp_lease *lease)
{
    (void)lease;
    return false;
}

void ax_dhcp_wait(ax_tasks self) { (void)self; }
void ax_dhcp_unwait(ax_tasks self) { (void)self; }

#endif
