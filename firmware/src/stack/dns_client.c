/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP's resolver as a task: its table of names, each with a socket of ours while it is
 * asked for, and with a deadline of its own in the place of lwIP's tick.
 */
#include <ax/dns.h>

#include "lwip/opt.h"

#if LWIP_UDP && AX_DNS_NAMES > 0

#include <ax/clock.h>
#include <ax/stack.h>
#include <ax/timer.h>

#include "stack/dns_name.h"
#include "stack/dns_of_lwip.h"
#include "stack/dns_reply.h"
#include "stack/dns_socket.h"
#include "stack/parts.h"

enum { TICK_MS = 1000 };

/* What lwIP's entry at the same index needs beside it. */
struct place {
    struct ax_dns_query *asking; /* who asks for it; NULL: nobody does */
    uint32_t due_ms;             /* when lwIP looks at it next */
    uint32_t ttl_s;              /* of the answer at hand */
    int sending;                 /* how its last question came out */
    struct dns_socket socket;
};

static struct {
    struct ax_task task; /* first */
    bool running;
    struct ax_timer timer;
    uint32_t here; /* our address, for which all this is so */
    struct place places[AX_DNS_NAMES];
} resolver;

static struct dns_table_entry *entry_of(const struct place *place)
{
    return &dns_table[place - resolver.places];
}

static bool is_asked(const struct place *place)
{
    return entry_of(place)->state == DNS_STATE_ASKING;
}

static bool is_known(const struct place *place) { return entry_of(place)->state == DNS_STATE_DONE; }

static struct place *behind_last(void) { return resolver.places + AX_DNS_NAMES; }

/* For lwIP, which tries again at its next time. */
static err_t send_question(unsigned index, const struct pbuf *question, const ip_addr_t *server)
{
    struct place *place = &resolver.places[index];

    place->sending = dns_socket_send(&place->socket, stack_addr(server),
                                     (struct ax_span){question->payload, question->len});
    return place->sending < 0 ? ERR_MEM : ERR_OK;
}

/* Without a socket there are no more times. */
static bool has_no_socket(const struct place *place)
{
    return !place->socket.is_open && place->sending < 0 && place->sending != AX_E_WOULD_BLOCK;
}

/* ---- how a question ends */

static void tell(struct place *place, int result, uint32_t addr)
{
    while (place->asking) {
        struct ax_dns_query *query = place->asking;
        place->asking = query->next;
        query->result = result;
        query->addr = addr;
        ax_event_signal(&query->news);
    }
}

static void due_in(struct place *place, uint32_t steps)
{
    place->due_ms = ax_now_ms() + steps * TICK_MS;
}

static void close_socket(struct place *place)
{
    dns_socket_close(&place->socket, resolver.task.self);
    place->sending = AX_E_WOULD_BLOCK;
}

/* For lwIP, which keeps no more of whoever asks than this. */
static void found(const char *name, const ip_addr_t *addr, void *unused)
{
    struct place *place = resolver.places;

    (void)unused;
    while (entry_of(place)->name != name)
        place++;
    close_socket(place);
    if (!addr) {
        tell(place, AX_E_NO_ANSWER, 0);
        return;
    }
    entry_of(place)->ttl = LWIP_MIN(entry_of(place)->ttl, place->ttl_s);
    due_in(place, entry_of(place)->ttl);
    tell(place, AX_OK, lwip_ntohl(ip4_addr_get_u32(addr)));
}

static void drop(struct place *place)
{
    dns_requests[place - resolver.places].found = NULL;
    entry_of(place)->state = DNS_STATE_UNUSED;
    close_socket(place);
}

static void end(struct place *place, int result)
{
    drop(place);
    tell(place, result, 0);
}

void ax_dns_forget(void)
{
    for (struct place *place = resolver.places; place < behind_last(); place++)
        if (is_known(place))
            drop(place);
    if (resolver.running)
        ax_wake(resolver.task.self);
}

/* Behind another address of ours all is gone that was asked or known from the old one. */
static void leave_address(void)
{
    uint32_t here = ax_stack_address().addr;

    if (here == resolver.here)
        return;
    resolver.here = here;
    ax_dns_forget();
    for (struct place *place = resolver.places; place < behind_last(); place++)
        if (is_asked(place))
            end(place, AX_E_ADDRESS_LOST);
}

/* Whether there are servers. */
static bool tell_lwip_servers(void)
{
    uint32_t servers[AX_DNS_SERVERS];

    ax_dns_servers(servers);
    for (u8_t i = 0; i < AX_DNS_SERVERS; i++) {
        ip_addr_t addr = IPADDR4_INIT(lwip_htonl(servers[i]));
        dns_setserver(i, &addr);
    }
    return servers[0] != 0;
}

/* ---- its task */

/* It is read before lwIP sees it. Where one server says that there is no such name, another
 * one is not asked, as lwIP would. */
static void hear(struct place *place, struct ax_span message)
{
    const struct dns_table_entry *entry = entry_of(place);
    u8_t server = entry->server_idx;
    struct dns_reply reply;
    struct pbuf *pbuf;

    if (!dns_reply_read(&reply, message, entry->txid, entry->name))
        return;
    if (reply.says == DNS_SAYS_NO_NAME || reply.says == DNS_SAYS_CUT) {
        end(place, reply.says == DNS_SAYS_CUT ? AX_E_NO_ANSWER : AX_E_NO_NAME);
        return;
    }
    pbuf = pbuf_alloc(PBUF_RAW, (u16_t)message.len, PBUF_REF);
    if (!pbuf)
        return; /* it will be asked for again */
    pbuf->payload = message.at;
    place->ttl_s = reply.ttl_s;
    dns_recv(NULL, NULL, pbuf, &dns_servers[server], DNS_SERVER_PORT);
    if (is_asked(place) && entry->server_idx != server)
        due_in(place, entry->tmr); /* the next one was asked */
}

static void hear_all(struct place *place)
{
    struct ax_span message;

    while (is_asked(place) && dns_socket_hear(&place->socket, &message) == AX_OK) {
        hear(place, message);
        dns_socket_drop(&place->socket);
    }
}

/* lwIP counts seconds: here the last one of those it would. */
static void look_again(struct place *place)
{
    struct dns_table_entry *entry = entry_of(place);

    entry->tmr = 1;
    entry->ttl = 1;
    dns_check_entry((u8_t)(place - resolver.places));
    if (is_asked(place))
        due_in(place, entry->tmr);
}

/* A held clock may stand where our deadline is and not have come to it yet. */
static bool is_due(const struct place *place)
{
    return ax_timer_has_fired(&resolver.timer) && (int32_t)(ax_now_ms() - place->due_ms) >= 0;
}

static void serve(struct place *place)
{
    if (is_asked(place) && !place->socket.is_open)
        (void)dns_send((u8_t)(place - resolver.places));
    if (is_asked(place) && has_no_socket(place))
        end(place, place->sending);
    hear_all(place);
    if ((is_asked(place) || is_known(place)) && is_due(place))
        look_again(place);
    if (is_asked(place))
        dns_socket_wait(&place->socket, resolver.task.self);
}

/* Whether there is a deadline. */
static bool arm(void)
{
    uint32_t now = ax_now_ms(), in_ms = UINT32_MAX;

    for (const struct place *place = resolver.places; place < behind_last(); place++) {
        int32_t left = (int32_t)(place->due_ms - now);
        if (is_asked(place) || is_known(place))
            in_ms = LWIP_MIN(in_ms, left > 0 ? (uint32_t)left : 0);
    }
    if (in_ms != UINT32_MAX)
        ax_timer_arm_in(&resolver.timer, in_ms, resolver.task.self);
    return in_ms != UINT32_MAX;
}

static enum ax_poll poll_resolver(struct ax_task *task)
{
    leave_address();
    (void)tell_lwip_servers();
    for (struct place *place = resolver.places; place < behind_last(); place++)
        serve(place);
    if (arm()) {
        ax_stack_wait(AX_ADDRESS_LOST, task->self);
        return AX_PENDING;
    }
    ax_timer_cancel(&resolver.timer);
    ax_stack_unwait(task->self);
    resolver.running = false;
    return AX_READY;
}

static int start(void)
{
    int err;

    if (resolver.running)
        return AX_OK;
    resolver.task = (struct ax_task){.poll = poll_resolver, .name = "dns"};
    err = ax_task_start(&resolver.task);
    resolver.running = err == AX_OK;
    return err;
}

/* ---- questions */

static struct place *place_of(const char *name, size_t len)
{
    for (struct place *place = resolver.places; place < behind_last(); place++) {
        const struct dns_table_entry *entry = entry_of(place);
        if (is_asked(place) && lwip_strnicmp(name, entry->name, len) == 0 && !entry->name[len])
            return place;
    }
    return NULL;
}

/* lwIP chooses the place, and has its question sent at once: to the socket, from where the
 * network task takes it. */
static int begin(const char *name, size_t len, struct place **begun)
{
    if (!tell_lwip_servers() || resolver.here == 0)
        return AX_E_UNREACHABLE;
    if (dns_enqueue(name, len, found, NULL) != ERR_INPROGRESS)
        return AX_E_MEMORY;
    *begun = place_of(name, len);
    if (has_no_socket(*begun)) {
        int err = (*begun)->sending;
        drop(*begun);
        return err;
    }
    due_in(*begun, entry_of(*begun)->tmr);
    return AX_OK;
}

static int join(struct ax_dns_query *query, const char *name, size_t len)
{
    struct place *place = place_of(name, len);
    int err = start();

    if (err == AX_OK && !place)
        err = begin(name, len, &place);
    if (err < 0)
        return err;
    query->result = AX_E_WOULD_BLOCK;
    query->place = (unsigned)(place - resolver.places);
    query->next = place->asking;
    place->asking = query;
    ax_wake(resolver.task.self);
    return AX_OK;
}

static int ask(struct ax_dns_query *query, const char *name)
{
    size_t len = dns_name_len(name);
    ip_addr_t known;

    if (dns_name_is_address(name, &query->addr))
        return AX_OK;
    if (len == 0)
        return AX_E_ARG;
    leave_address();
    if (dns_lookup(name, len, &known) != ERR_OK)
        return join(query, name, len);
    query->addr = lwip_ntohl(ip4_addr_get_u32(&known));
    return AX_OK;
}

int ax_dns_ask(struct ax_dns_query *query, const char *name)
{
    int err;

    *query = (struct ax_dns_query){0};
    err = ask(query, name);
    if (err < 0)
        query->result = err;
    return err;
}

void ax_dns_withdraw(struct ax_dns_query *query)
{
    struct place *place = &resolver.places[query->place];
    struct ax_dns_query **link = &place->asking;

    if (query->result != AX_E_WOULD_BLOCK)
        return;
    while (*link != query)
        link = &(*link)->next;
    *link = query->next;
    query->result = AX_E_ABORTED;
    if (place->asking)
        return;
    drop(place);
    ax_wake(resolver.task.self);
}

struct ax_dns_levels ax_dns_levels(void)
{
    struct ax_dns_levels levels = {0};

    for (const struct place *place = resolver.places; place < behind_last(); place++) {
        levels.asked += is_asked(place);
        levels.known += is_known(place);
    }
    return levels;
}

#else /* no socket to ask through, or no place for a name */

int ax_dns_ask(struct ax_dns_query *query, const char *name)
{
    (void)name;
    *query = (struct ax_dns_query){.result = AX_E_MEMORY};
    return AX_E_MEMORY;
}

void ax_dns_withdraw(struct ax_dns_query *query) { (void)query; }
void ax_dns_forget(void) {}

struct ax_dns_levels ax_dns_levels(void) { return (struct ax_dns_levels){0}; }

#endif
