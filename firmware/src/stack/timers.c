/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's periodic work on the executor's queue of deadlines. Each is armed while
 * there is something to time and no longer, so an idle device has none. */
#include <ax/clock.h>
#include <ax/timer.h>

#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "stack/parts.h"

static bool has_connections(void) { return tcp_active_pcbs || tcp_tw_pcbs; }

static void tick_tcp(void)
{
    stack_tcp_before_tick();
    tcp_tmr();
}

static bool knows_neighbours(void)
{
    ip4_addr_t *addr;
    struct netif *netif;
    struct eth_addr *mac;

    for (size_t i = 0; i < ARP_TABLE_SIZE; i++)
        if (etharp_get_entry(i, &addr, &netif, &mac))
            return true;
    return false;
}

/* Fragments that wait for the others are among the frames held. */
static bool holds_frames(void) { return stack_netif_held_frames() != 0; }

static bool has_fired;  /* one of them, and it has not ticked yet */
static bool may_forget; /* since it was last looked: neighbours may be gone */

static void note(struct ax_timer *timer)
{
    (void)timer;
    has_fired = true;
}

enum { OF_TCP, OF_ARP, OF_FRAGMENTS, ALL = IP_REASSEMBLY ? 3 : 2 };

static struct periodic {
    void (*tick)(void);
    uint32_t every_ms;
    bool runs;
    struct ax_timer timer;
} all[] = {
    [OF_TCP] = {.tick = tick_tcp, .every_ms = TCP_TMR_INTERVAL, .timer.fired = note},
    [OF_ARP] = {.tick = etharp_tmr, .every_ms = ARP_TMR_INTERVAL, .timer.fired = note},
#if IP_REASSEMBLY
    [OF_FRAGMENTS] = {.tick = ip_reass_tmr, .every_ms = IP_TMR_INTERVAL, .timer.fired = note},
#endif
};

static ax_tasks task;

u32_t sys_now(void) { return ax_now_ms(); }

/* lwIP says so in the middle of its work; stack_timers_arm() sees it at the end. */
void tcp_timer_needed(void) {}

void stack_timers_start(ax_tasks network_task) { task = network_task; }

void stack_timers_poll(void)
{
    if (!has_fired)
        return;
    has_fired = false;
    may_forget = true;
    for (struct periodic *one = all; one < all + ALL; one++)
        if (ax_timer_has_fired(&one->timer)) {
            ax_timer_arm_again(&one->timer, one->every_ms, task);
            one->tick();
        }
}

static void turn(struct periodic *one)
{
    one->runs = !one->runs;
    if (one->runs)
        ax_timer_arm_in(&one->timer, one->every_ms, task);
    else
        ax_timer_cancel(&one->timer);
}

static void run_while(bool is_needed, struct periodic *one)
{
    if (one->runs != is_needed)
        turn(one);
}

/* lwIP forgets neighbours at its tick alone, and learns of them at any time. */
void stack_timers_arm(void)
{
    run_while(has_connections(), &all[OF_TCP]);
    if (!all[OF_ARP].runs || may_forget)
        run_while(knows_neighbours(), &all[OF_ARP]);
    may_forget = false;
    if (IP_REASSEMBLY)
        run_while(holds_frames(), &all[OF_FRAGMENTS]);
}
