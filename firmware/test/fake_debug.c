/* SPDX-License-Identifier: BSD-3-Clause */
#include "fake_debug.h"

#include <ax/dhcp.h>
#include <ax/tcp_info.h>

#include "fake_stack.h"

struct fake_poll fake_poll;

static bool by_hand;
static struct ax_address address;
static struct ax_event news; /* of the address */

void fake_debug_init(void)
{
    by_hand = false;
    fake_poll = (struct fake_poll){0};
    address = (struct ax_address){FAKE_ADDR, 0xffffff00, PEER_ADDR};
    fake_dhcp = (struct fake_dhcp){0};
    fake_dns = (struct fake_dns){0};
}

void ax_stack_by_hand(bool yes) { by_hand = yes; }
bool ax_stack_is_by_hand(void) { return by_hand; }

struct fake_dhcp fake_dhcp;

int ax_dhcp_start(void)
{
    if (fake_dhcp.refusal < 0)
        return fake_dhcp.refusal;
    fake_dhcp.starts++;
    fake_dhcp.running = true;
    return AX_OK;
}

void ax_dhcp_release(void)
{
    fake_dhcp.running = false;
    ax_event_signal(&fake_dhcp.news);
}

bool ax_dhcp_is_running(void) { return fake_dhcp.running; }

bool ax_dhcp_lease(struct ax_dhcp_lease *lease)
{
    if (lease && fake_dhcp.running && fake_dhcp.bound)
        *lease = (struct ax_dhcp_lease){.address = address, .seconds = 600};
    return fake_dhcp.running && fake_dhcp.bound;
}

void ax_dhcp_wait(ax_tasks self) { (void)ax_event_wait(&fake_dhcp.news, self); }

struct fake_dns fake_dns;

void fake_dns_say(int result, uint32_t addr)
{
    fake_dns.query->result = result;
    fake_dns.query->addr = addr;
    ax_event_signal(&fake_dns.query->news);
}

int ax_dns_ask(struct ax_dns_query *query, const char *name)
{
    *query =
        (struct ax_dns_query){.result = fake_dns.refusal < 0 ? fake_dns.refusal : AX_E_WOULD_BLOCK};
    fake_dns.query = query;
    fake_dns.name = name;
    return fake_dns.refusal;
}

int ax_dns_result(const struct ax_dns_query *query, uint32_t *addr)
{
    *addr = query->addr;
    return query->result;
}

void ax_dns_wait(struct ax_dns_query *query, ax_tasks self)
{
    (void)ax_event_wait(&query->news, self);
}

void ax_dns_withdraw(struct ax_dns_query *query)
{
    if (query->result == AX_E_WOULD_BLOCK)
        fake_dns.withdrawn++;
}

void ax_dns_forget(void) { fake_dns.forgotten++; }

int ax_dns_set_servers(const uint32_t servers[AX_DNS_SERVERS])
{
    if (fake_dns.refuses_servers)
        return AX_E_ARG;
    for (unsigned i = 0; i < AX_DNS_SERVERS; i++)
        fake_dns.servers[i] = servers[i];
    return AX_OK;
}

void ax_dns_servers(uint32_t servers[AX_DNS_SERVERS])
{
    for (unsigned i = 0; i < AX_DNS_SERVERS; i++)
        servers[i] = fake_dns.servers[i];
}

struct ax_dns_levels ax_dns_levels(void) { return (struct ax_dns_levels){1, 2}; }

struct ax_tcp_info ax_tcp_info(const struct ax_tcp *tcp)
{
    return (struct ax_tcp_info){.rto_ms = 3000, .in_flight = ax_tcp_levels(tcp).tx};
}

void ax_tcp_meter_start(struct ax_tcp_meter *meter, struct ax_tcp *tcp)
{
    *meter = (struct ax_tcp_meter){.tcp = tcp};
}

void ax_tcp_meter_stop(struct ax_tcp_meter *meter) { meter->tcp = NULL; }

unsigned ax_stack_poll(unsigned frames, unsigned datagrams)
{
    fake_poll = (struct fake_poll){frames, datagrams};
    return frames < 3 ? frames : 3;
}

int ax_stack_set_address(const struct ax_address *wanted)
{
    if (wanted->addr == 0xffffffff)
        return AX_E_ARG;
    address = *wanted;
    ax_event_signal(&news);
    return AX_OK;
}

struct ax_address ax_stack_address(void) { return address; }

unsigned ax_stack_ready(void)
{
    return AX_LINK_UP | (address.addr != 0 ? AX_ADDRESS_SET : AX_ADDRESS_LOST);
}

void ax_stack_wait(unsigned interest, ax_tasks self)
{
    if (interest & ax_stack_ready())
        ax_wake(self);
    else
        (void)ax_event_wait(&news, self);
}

bool ax_debug_pool(unsigned index, struct ax_pool *pool)
{
    *pool = (struct ax_pool){"frames", 1, 2, 3};
    return index == 0;
}

struct ax_debug_connections ax_debug_connections(void) { return (struct ax_debug_connections){0}; }

bool ax_debug_limit(unsigned index, struct ax_limit *limit)
{
    *limit = (struct ax_limit){"a_limit_with_a_name_of_some_length", index};
    return index < FAKE_LIMITS;
}

const char *ax_debug_lwip_version(void) { return "2.2.1"; }
