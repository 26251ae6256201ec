/* SPDX-License-Identifier: BSD-3-Clause */
/* The any-IP proxy's connections: one listener that is at every address and port, and
 * who has to go.
 *
 * lwIP gives a new connection its listener's port and the packet's destination. So the
 * listener is put there before lwIP looks at a TCP packet of the proxy's, and otherwise is at
 * an address that no segment comes to: what comes for our own address never meets it, and
 * what comes for the proxy meets it before a listener for every address.
 */
#include <ax/clock.h>
#include <ax/timer.h>

#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "net/any.h"
#include "proxy/stack_side.h"
#include "stack/parts.h"
#include "stack/proxy.h"

#if AX_PROXY

static struct tcp_pcb_listen *listening(void) { return stack_proxy->listener.stack; }

/* lwIP drops what comes for that address (RFC 1122 4.2.3.10). */
void stack_proxy_tcp_park(void)
{
    struct tcp_pcb_listen *pcb = listening();

    if (!pcb)
        return;
    ip4_addr_set_u32(&pcb->local_ip, NET_ANY_PLACE);
    pcb->local_port = 0;
}

/* Port 0 is nobody's. */
static void aim_at(u32_t addr, u16_t port)
{
    if (port == 0)
        return;
    listening()->local_port = port;
    ip4_addr_set_u32(&listening()->local_ip, addr);
}

void stack_proxy_aim(const struct pbuf *packet)
{
    u16_t at = (u16_t)(ip_current_header_tot_len() + 2);

    if (stack_proxy_is_at_hand())
        aim_at(ip4_addr_get_u32(ip_current_dest_addr()),
               (u16_t)(pbuf_get_at(packet, at) << 8 | pbuf_get_at(packet, (u16_t)(at + 1))));
}

/* The same for who looks at a packet before lwIP does, if it is whole. */
void stack_proxy_tcp_aim(const uint8_t *packet, size_t len)
{
    const struct ip_hdr *ip = (const struct ip_hdr *)packet;
    size_t at = IPH_HL_BYTES(ip) + 2u;

    if (IPH_PROTO(ip) == IP_PROTO_TCP && (IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK | IP_MF)) == 0 &&
        len >= at + 2)
        aim_at(ip->dest.addr, (u16_t)(packet[at] << 8 | packet[at + 1]));
}

/* ---- tuples */

bool stack_proxy_has(const struct tcp_pcb *pcb)
{
    return !ip4_addr_eq(&pcb->local_ip, netif_ip4_addr(&stack_netif));
}

static uint32_t silent_ms(const struct tcp_pcb *pcb)
{
    return ax_now_ms() - (uint32_t)(uintptr_t)tcp_ext_arg_get(pcb, STACK_EXT_HEARD);
}

static void time_idle(uint32_t in_ms)
{
    ax_timer_arm_in(&stack_proxy->tcp_idle, in_ms, stack_proxy_network());
}

void stack_proxy_heard(struct tcp_pcb *pcb)
{
    uint32_t idle_ms;

    if (!stack_proxy_is_at_hand() || pcb->state == LISTEN)
        return;
    tcp_ext_arg_set(pcb, STACK_EXT_HEARD, (void *)(uintptr_t)ax_now_ms());
    idle_ms = stack_proxy->config.tcp_idle_ms;
    if (idle_ms != 0 && !ax_timer_is_armed(&stack_proxy->tcp_idle))
        time_idle(idle_ms);
}

static void end(struct tcp_pcb *pcb, bool with_reset)
{
    stack_neighbours_forget_connection(pcb);
    tcp_abandon(pcb, with_reset && stack_tcp_resets(pcb));
}

/* ---- idle */

/* Ends those that are due, and tells how long the most silent of the others was so; no
 * tuple left: UINT32_MAX. */
static uint32_t end_silent(uint32_t idle_ms)
{
    uint32_t most_ms = UINT32_MAX;
    struct tcp_pcb *next;

    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = next) {
        next = pcb->next;
        if (!stack_proxy_has(pcb))
            continue;
        if (silent_ms(pcb) >= idle_ms) {
            stack_proxy->stats.tcp_expired++;
            end(pcb, true);
        } else if (most_ms == UINT32_MAX || silent_ms(pcb) > most_ms) {
            most_ms = silent_ms(pcb);
        }
    }
    return most_ms;
}

void stack_proxy_tcp_expire(void)
{
    uint32_t idle_ms = stack_proxy->config.tcp_idle_ms, most_ms;

    if (!ax_timer_has_fired(&stack_proxy->tcp_idle))
        return;
    ax_timer_cancel(&stack_proxy->tcp_idle);
    stack_doing = STACK_EXPIRE;
    most_ms = end_silent(idle_ms);
    stack_doing = STACK_NOTHING;
    if (most_ms != UINT32_MAX)
        time_idle(idle_ms - most_ms);
}

/* ---- room for another */

/* The half-open one, or the established one, that was heard of longest ago. lwIP's list has
 * the newest first. */
static struct tcp_pcb *most_silent(bool half_open)
{
    struct tcp_pcb *found = NULL;

    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
        if (stack_proxy_has(pcb) && (pcb->state == SYN_RCVD) == half_open &&
            (!found || silent_ms(pcb) >= silent_ms(found)))
            found = pcb;
    return found;
}

bool stack_proxy_evict(const struct ax_listener *listener)
{
    const struct ax_proxy_config *config;
    struct tcp_pcb *pcb;

    if (!stack_proxy || listener != &stack_proxy->listener)
        return false;
    config = &stack_proxy->config;
    pcb = most_silent(true);
    if (pcb && silent_ms(pcb) >= config->handshake_ms) {
        stack_proxy->stats.tcp_evicted_early++;
        end(pcb, false);
        return true;
    }
    pcb = most_silent(false);
    if (!pcb || config->keep_ms == 0 || silent_ms(pcb) < config->keep_ms)
        return false;
    stack_proxy->stats.tcp_evicted++;
    end(pcb, true);
    return true;
}

/* ---- the end of an address, or of all */

static void end_at(uint32_t addr)
{
    struct tcp_pcb *next;

    for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = next) {
        next = pcb->next;
        if (stack_proxy_has(pcb) && (addr == 0 || stack_addr(&pcb->local_ip) == addr))
            end(pcb, true);
    }
}

/* Within ax_stack_set_address(): the new one is not yet ours. */
void stack_proxy_leave(uint32_t addr)
{
    if (!stack_proxy || addr == 0)
        return;
    end_at(addr);
    proxy_lose_address(stack_proxy, addr);
}

void stack_proxy_tcp_attach(void)
{
    stack_tcp_listener(&stack_proxy->listener);
    stack_proxy_tcp_park();
}

void stack_proxy_tcp_detach(void)
{
    stack_doing = STACK_READDRESS;
    end_at(0);
    stack_doing = STACK_NOTHING;
    stack_tcp_listener(&stack_proxy->listener);
    ax_timer_cancel(&stack_proxy->tcp_idle);
}

#endif
