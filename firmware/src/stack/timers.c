/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's periodic work, each a deadline on the executor's queue. TCP's ticks
 * only while there are connections; it is armed by lwIP itself. */
#include <ax/clock.h>
#include <ax/timer.h>

#include "lwip/etharp.h"
#include "lwip/ip4_frag.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "stack/parts.h"

static ax_tasks task;
static struct ax_timer tcp_timer, arp_timer, reassembly_timer;

u32_t sys_now(void) { return ax_now_ms(); }

void tcp_timer_needed(void)
{
    if (!ax_timer_is_armed(&tcp_timer) && (tcp_active_pcbs || tcp_tw_pcbs))
        ax_timer_arm_in(&tcp_timer, TCP_TMR_INTERVAL, task);
}

void stack_timers_start(ax_tasks network_task)
{
    task = network_task;
    ax_timer_arm_in(&arp_timer, ARP_TMR_INTERVAL, task);
    ax_timer_arm_in(&reassembly_timer, IP_TMR_INTERVAL, task);
}

/* Armed anew from when it was due, so that a late poll does not shift the rest. */
static bool take(struct ax_timer *timer, uint32_t every_ms)
{
    if (!ax_timer_has_fired(timer))
        return false;
    ax_timer_arm_at(timer, timer->at_ms + every_ms, task);
    return true;
}

static void tcp_tick(void)
{
    stack_tcp_acknowledge_delayed();
    tcp_tmr();
    if (!tcp_active_pcbs && !tcp_tw_pcbs)
        ax_timer_cancel(&tcp_timer);
}

void stack_timers_poll(void)
{
    if (take(&tcp_timer, TCP_TMR_INTERVAL))
        tcp_tick();
    if (take(&arp_timer, ARP_TMR_INTERVAL))
        etharp_tmr();
    if (take(&reassembly_timer, IP_TMR_INTERVAL))
        ip_reass_tmr();
}
