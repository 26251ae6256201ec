/* SPDX-License-Identifier: BSD-3-Clause */
/* A task for each socket, as long as there are slots for tasks. The spares are
 * more sockets than slots: a task of theirs serves several, and looks at each of
 * them whenever one has woken it. */
#include "services.h"

#include <ax/exec.h>
#include <ax/listener.h>
#include <ax/tcp.h>
#include <ax/udp.h>

#include "../console.h"

enum { GROUPS = 26, SOCKETS = BENCH_SOCKETS, LISTENERS = 4 };

struct service {
    struct ax_tcp tcp; /* first */
    struct ax_listener *listener;
    /* Moves what it can; AX_E_WOULD_BLOCK, or why there is nothing to move. */
    int (*serve)(struct service *service);
    unsigned interest;
};

/* A task and the sockets it serves. */
struct group {
    struct ax_task task; /* first */
    struct service *sockets;
    unsigned count;
};

static uint32_t read_bytes;

uint32_t services_read_bytes(void) { return read_bytes; }

void services_need(bool there)
{
    if (!there) {
        machine_say("ax: no memory\n");
        machine_fail();
    }
}

/* ---- what they do */

static int sink(struct service *service)
{
    struct ax_span data;
    int result;

    do {
        result = ax_tcp_data(&service->tcp, &data);
        if (result < 0)
            return result;
        read_bytes += (uint32_t)data.len; /* read where it lies */
        (void)ax_tcp_consume(&service->tcp, data.len);
    } while (ax_tcp_can_recv(&service->tcp));
    return AX_E_WOULD_BLOCK;
}

static int echo(struct service *service)
{
    struct ax_span data;
    int result;

    do {
        result = ax_tcp_data(&service->tcp, &data);
        if (result == AX_OK)
            result = ax_tcp_send(&service->tcp, data.at, data.len);
        if (result < 0)
            return result;
        (void)ax_tcp_consume(&service->tcp, (size_t)result);
    } while (ax_tcp_can_recv(&service->tcp));
    return AX_E_WOULD_BLOCK;
}

/* Ends with the peer's half, of which the readable event tells. */
static int source(struct service *service)
{
    static uint8_t bytes[STACK_MSS];
    struct ax_span data;
    int result = ax_tcp_data(&service->tcp, &data);

    if (result != AX_E_WOULD_BLOCK)
        return result;
    do
        result = ax_tcp_send(&service->tcp, bytes, sizeof bytes);
    while (result > 0);
    return result;
}

/* ---- the life of a socket */

/* Between two connections: closes the old one, and lends the socket again once it
 * is released. What to wait for. */
static unsigned turn_over(struct service *service)
{
    enum ax_tcp_state state = ax_tcp_state(&service->tcp);

    if (state == AX_TCP_LISTEN || state == AX_TCP_SYN_RECEIVED)
        return service->interest;
    (void)ax_tcp_close(&service->tcp);
    if (!ax_tcp_is_released(&service->tcp))
        return AX_RELEASED;
    services_need(ax_listener_lend(service->listener, &service->tcp) == AX_OK);
    return service->interest;
}

static void poll_socket(struct service *service, ax_tasks self)
{
    unsigned interest = service->interest;

    if (service->serve(service) != AX_E_WOULD_BLOCK)
        interest = turn_over(service);
    ax_tcp_wait(&service->tcp, interest, self);
}

static enum ax_poll poll_group(struct ax_task *task)
{
    struct group *group = (struct group *)task;

    for (unsigned i = 0; i < group->count; i++)
        poll_socket(&group->sockets[i], task->self);
    return AX_PENDING;
}

/* ---- their storage */

static void start_socket(struct service *service, struct ax_listener *listener,
                         enum stack_service kind)
{
    static int (*const serves[])(struct service *) = {
        [STACK_SINK] = sink, [STACK_SOURCE] = source, [STACK_ECHO] = echo, [STACK_SPARE] = echo};
    static uint8_t large[3][2][STACK_WINDOW], small[SOCKETS][2][STACK_SPARE_BUFFER];
    static unsigned large_used, small_used;
    bool is_small = kind == STACK_SPARE;
    uint8_t *storage = is_small ? small[small_used++][0] : large[large_used++][0];
    uint32_t size = is_small ? (uint32_t)STACK_SPARE_BUFFER : (uint32_t)STACK_WINDOW;

    service->listener = listener;
    service->serve = serves[kind];
    service->interest = kind == STACK_SOURCE ? AX_READABLE | AX_WRITABLE : AX_READABLE;
    services_need(ax_tcp_init(&service->tcp, &(struct ax_tcp_config){.rx_storage = storage,
                                                                     .rx_size = size,
                                                                     .tx_storage = storage + size,
                                                                     .tx_size = size}) == AX_OK);
}

static void start_group(struct service *sockets, unsigned count)
{
    static struct group groups[GROUPS + LISTENERS];
    static unsigned used;
    struct group *group = &groups[used++];

    *group = (struct group){
        .task = {.poll = poll_group, .name = "service"}, .sockets = sockets, .count = count};
    services_need(ax_task_start(&group->task) == AX_OK);
}

void services_open(enum stack_service service, uint16_t port, unsigned connections)
{
    static struct ax_listener listeners[LISTENERS];
    static struct service sockets[SOCKETS];
    static unsigned listeners_used, sockets_used;
    struct ax_listener *listener = &listeners[listeners_used++];
    struct service *first = &sockets[sockets_used];
    unsigned each = (connections + GROUPS - 1) / GROUPS;

    services_need(
        ax_listener_open(listener, &(struct ax_endpoint){.port = port}, AX_LISTEN_RESET) == AX_OK);
    for (unsigned i = 0; i < connections; i++)
        start_socket(&first[i], listener, service);
    for (unsigned done = 0; done < connections; done += each)
        start_group(&first[done], connections - done < each ? connections - done : each);
    sockets_used += connections;
}

void services_prepare(struct ax_listener *listener, uint16_t port, struct ax_tcp *tcp)
{
    static uint8_t rx[STACK_WINDOW], tx[STACK_WINDOW];

    if (listener)
        services_need(ax_listener_open(listener, &(struct ax_endpoint){.port = port},
                                       AX_LISTEN_RESET) == AX_OK);
    services_need(ax_tcp_init(tcp, &(struct ax_tcp_config){.rx_storage = rx,
                                                           .rx_size = sizeof rx,
                                                           .tx_storage = tx,
                                                           .tx_size = sizeof tx}) == AX_OK);
}

/* ---- UDP */

struct echo_udp {
    struct ax_task task; /* first */
    struct ax_udp udp;
};

static enum ax_poll poll_udp(struct ax_task *task)
{
    struct ax_udp *udp = &((struct echo_udp *)task)->udp;
    struct ax_packet about;
    struct ax_span data = {0};
    int result = AX_OK;

    while (result == AX_OK && ax_udp_data(udp, &data, &about) == AX_OK) {
        result = ax_udp_send(udp, &about.remote, data.at, data.len, NULL);
        if (result == AX_OK)
            (void)ax_udp_consume(udp);
    }
    ax_udp_wait(udp, result == AX_OK ? AX_READABLE : AX_WRITABLE, data.len, task->self);
    return AX_PENDING;
}

void services_open_udp(uint16_t port)
{
    enum { BYTES = 4096, SLOTS = 4 };
    static struct echo_udp one;
    static uint8_t rx[BYTES], tx[BYTES];
    static struct ax_packet rx_slots[SLOTS], tx_slots[SLOTS];
    static const struct ax_udp_config config = {.rx_storage = rx,
                                                .rx_size = sizeof rx,
                                                .rx_slots = rx_slots,
                                                .rx_slot_count = SLOTS,
                                                .tx_storage = tx,
                                                .tx_size = sizeof tx,
                                                .tx_slots = tx_slots,
                                                .tx_slot_count = SLOTS};

    services_need(ax_udp_init(&one.udp, &config) == AX_OK);
    services_need(ax_udp_bind(&one.udp, &(struct ax_endpoint){.port = port}) == AX_OK);
    one.task = (struct ax_task){.poll = poll_udp, .name = "udp"};
    services_need(ax_task_start(&one.task) == AX_OK);
}
