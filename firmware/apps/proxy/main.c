/* SPDX-License-Identifier: BSD-3-Clause */
/* A transparent forwarder: whoever opens a connection to any address of 198.51.100.0/24, or
 * sends it a datagram, talks to this device, which talks to that address in turn, through its
 * gateway and as itself.
 *
 *     peer <-- near: the original destination --> [relay] <-- far: our own address --> server
 *
 * Bytes are copied once, from the near ring to the far one and back, as far as there is room: what
 * one side does not read closes the other's window. An end of stream is passed on, and the other
 * direction goes on. */
#include <string.h>

#include <ax/link.h>
#include <ax/port.h>
#include <ax/proxy.h>
#include <ax/stack.h>
#include <ax/tcp_future.h>

enum {
    RELAYS = 4, /* connections at once */
    FLOWS = 4,  /* UDP tuples at once */
    RING_BYTES = 4096,
    DATAGRAMS = 4, /* of the largest, that wait each way */
    DATAGRAM_BYTES = 1472,
    CONNECT_MS = 10000,
    CLOSE_MS = 60000,
    TCP_IDLE_MS = 30 * 60 * 1000,
    UDP_IDLE_MS = 60 * 1000,
    HANDSHAKE_MS = 500,
    KEEP_MS = 60 * 1000,
    NO_ROOM = 1,
};

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
    .gateway = 0x0a000001,
};
static const struct ax_prefix prefix = {.addr = 0xc6336400, .netmask = 0xffffff00};

static struct ax_proxy proxy;

/* ---- TCP: a task for each connection */

struct relay {
    struct ax_task task; /* first, so that a task pointer is a relay pointer */
    enum { ACCEPTING, CONNECTING, RELAYING, CLOSING } state;
    struct ax_tcp near, far;
    struct ax_endpoint server;     /* the original destination */
    bool near_ended, far_ended;    /* their ends of stream were passed on */
    struct ax_tcp_future near_end; /* of accepting, too; */
    struct ax_tcp_future far_end;  /* of connecting, too */
    struct ax_future *ends[2];
    struct ax_join both;
    struct ax_timeout patience;
    uint8_t rings[4][RING_BYTES];
};

static void begin_to_accept(struct relay *relay)
{
    ax_tcp_destroy(&relay->near);
    ax_tcp_destroy(&relay->far);
    ax_accept(&relay->near_end, ax_proxy_listener(&proxy), &relay->near);
    relay->state = ACCEPTING;
}

static void begin_to_connect(struct relay *relay)
{
    relay->server = ax_tcp_local(&relay->near);
    ax_connect(&relay->far_end, &relay->far, NULL, &relay->server, CONNECT_MS);
    relay->state = CONNECTING;
}

/* Both have had their ends, or there was an error: then what is left of both is reset. */
static void begin_to_close(struct relay *relay, bool with_reset)
{
    if (with_reset) {
        ax_tcp_abort(&relay->near);
        ax_tcp_abort(&relay->far);
    }
    ax_close(&relay->near_end, &relay->near);
    ax_close(&relay->far_end, &relay->far);
    relay->ends[0] = &relay->near_end.future;
    relay->ends[1] = &relay->far_end.future;
    ax_join(&relay->both, relay->ends, 2);
    ax_timeout(&relay->patience, &relay->both.future, CLOSE_MS);
    relay->state = CLOSING;
}

/* Behind the end of its stream nothing is to be moved, but it may have been reset. */
static int look_behind_end(const struct ax_tcp *from)
{
    int end = ax_tcp_end(from);

    return end == AX_OK || end == AX_E_CLOSED ? AX_E_WOULD_BLOCK : end;
}

/* Moves what there is, as far as it fits, and passes an end of stream on. Returns how much,
 * AX_OK, AX_E_WOULD_BLOCK, or why one of them ended. */
static int move(struct ax_tcp *from, struct ax_tcp *to, bool *has_ended)
{
    struct ax_span data;
    int moved = *has_ended ? look_behind_end(from) : ax_tcp_data(from, &data);

    if (moved == AX_OK)
        moved = ax_tcp_send(to, data.at, data.len);
    if (moved > 0)
        return ax_tcp_consume(from, (size_t)moved);
    if (moved != AX_E_EOF)
        return moved;
    *has_ended = true;
    return ax_tcp_close(to);
}

/* For bytes if there are none, else for room; and for the end of either in any case. */
static void wait_to_move(struct ax_tcp *from, struct ax_tcp *to, bool has_ended, ax_tasks self)
{
    ax_tcp_wait(from, AX_RELEASED, self);
    if (has_ended)
        return;
    if (ax_tcp_can_recv(from))
        ax_tcp_wait(to, AX_WRITABLE, self);
    else
        ax_tcp_wait(from, AX_READABLE, self);
}

static bool is_error(int result) { return result < 0 && result != AX_E_WOULD_BLOCK; }

static int relay_bytes(struct relay *relay)
{
    int there = move(&relay->near, &relay->far, &relay->near_ended);
    int back = move(&relay->far, &relay->near, &relay->far_ended);
    ax_tasks self = relay->task.self;

    if (is_error(there) || is_error(back))
        return is_error(there) ? there : back;
    if (there != AX_E_WOULD_BLOCK || back != AX_E_WOULD_BLOCK)
        return AX_OK;
    wait_to_move(&relay->near, &relay->far, relay->near_ended, self);
    wait_to_move(&relay->far, &relay->near, relay->far_ended, self);
    return AX_E_WOULD_BLOCK;
}

/* Does what the state calls for. Returns a count, AX_OK, or an error. */
static int attempt(struct relay *relay)
{
    ax_tasks self = relay->task.self;

    switch (relay->state) {
    case ACCEPTING: return ax_future_poll(&relay->near_end.future, self);
    case CONNECTING: return ax_future_poll(&relay->far_end.future, self);
    case RELAYING: return relay_bytes(relay);
    case CLOSING: return ax_future_poll(&relay->patience.future, self);
    }
    return AX_E_STATE;
}

/* Moves on from an attempt that came out as `result`. */
static void advance(struct relay *relay, int result)
{
    switch (relay->state) {
    case ACCEPTING:
        if (result < 0)
            begin_to_close(relay, true);
        else
            begin_to_connect(relay);
        break;
    case CONNECTING:
        relay->near_ended = relay->far_ended = false;
        relay->state = RELAYING;
        if (result < 0) /* the peer is reset as the server would */
            begin_to_close(relay, true);
        break;
    case RELAYING:
        if (result < 0)
            begin_to_close(relay, true);
        else if (relay->near_ended && relay->far_ended)
            begin_to_close(relay, false);
        break;
    case CLOSING: begin_to_accept(relay); break;
    }
}

/* One attempt a poll, so that a fast peer leaves room for the others. */
static enum ax_poll poll_relay(struct ax_task *task)
{
    struct relay *relay = (struct relay *)task;
    int result = attempt(relay);

    if (result != AX_E_WOULD_BLOCK) {
        advance(relay, result);
        ax_wake(task->self);
    }
    return AX_PENDING; /* it never ends */
}

static int start_relay(struct relay *relay)
{
    static const struct ax_tcp_options prompt = {.no_delay = true}; /* what waits has waited */
    const struct ax_tcp_config near = {relay->rings[0], RING_BYTES, relay->rings[1], RING_BYTES};
    const struct ax_tcp_config far = {relay->rings[2], RING_BYTES, relay->rings[3], RING_BYTES};

    if (ax_tcp_init(&relay->near, &near) < 0 || ax_tcp_init(&relay->far, &far) < 0)
        return AX_E_ARG;
    ax_tcp_set_options(&relay->near, &prompt);
    ax_tcp_set_options(&relay->far, &prompt);
    relay->task = (struct ax_task){.poll = poll_relay, .name = "relay"};
    begin_to_accept(relay);
    return ax_task_start(&relay->task);
}

/* ---- UDP: a socket of our own for each tuple, and one task for all */

struct datagram_rings {
    struct ax_packet slots[2][DATAGRAMS];
    uint8_t bytes[2][DATAGRAMS * DATAGRAM_BYTES];
};

static struct ax_udp_config config_of(struct datagram_rings *rings)
{
    return (struct ax_udp_config){
        rings->bytes[0], sizeof rings->bytes[0], rings->slots[0], DATAGRAMS,
        rings->bytes[1], sizeof rings->bytes[1], rings->slots[1], DATAGRAMS};
}

/* What is kept for a place of the proxy's table. */
struct flow {
    struct ax_udp far;
    uint32_t id; /* the tuple's; another's or 0: the socket is to be closed */
    struct ax_endpoint peer, server;
    struct datagram_rings rings;
};

static struct {
    struct ax_task task; /* first */
    struct flow flows[FLOWS];
} datagrams;

/* A socket for the tuple of that datagram. AX_E_STATE: not yet, the last one is still there. */
static int open_flow(struct flow *flow, uint32_t id, const struct ax_packet *about)
{
    int err = ax_udp_bind(&flow->far, &(struct ax_endpoint){0});

    if (err < 0)
        return err;
    flow->id = id;
    flow->peer = about->remote;
    flow->server = about->local;
    return AX_OK;
}

/* AX_E_WOULD_BLOCK: not now, and `self` will be told. */
static int pass_on(struct flow *flow, uint32_t id, const struct ax_packet *about,
                   struct ax_span data, ax_tasks self)
{
    int err = flow->id == id ? AX_OK : open_flow(flow, id, about);

    if (err == AX_E_STATE) {
        ax_udp_wait(&flow->far, AX_RELEASED, 0, self);
        return AX_E_WOULD_BLOCK;
    }
    if (err == AX_OK)
        err = ax_udp_send(&flow->far, &flow->server, data.at, data.len, NULL);
    if (err == AX_E_WOULD_BLOCK)
        ax_udp_wait(&flow->far, AX_WRITABLE, data.len, self);
    return err;
}

/* Sends the oldest datagram on. False: there is none, or not now. What has no tuple any more,
 * or cannot be sent, is dropped. */
static bool send_there(ax_tasks self)
{
    struct ax_packet about;
    struct ax_span data;
    int place;

    if (ax_proxy_data(&proxy, &data, &about) < 0) {
        ax_proxy_wait(&proxy, AX_READABLE, 0, self);
        return false;
    }
    place = ax_proxy_find(&proxy, &about.local, &about.remote);
    if (place >= 0 && pass_on(&datagrams.flows[place], ax_proxy_tuple_id(&proxy, (unsigned)place),
                              &about, data, self) == AX_E_WOULD_BLOCK)
        return false;
    ax_proxy_consume(&proxy);
    return true;
}

static bool is_same(const struct ax_endpoint *one, const struct ax_endpoint *other)
{
    return one->addr == other->addr && one->port == other->port;
}

/* The same for an answer; what comes from anybody but the server is dropped. */
static bool send_back(struct flow *flow, ax_tasks self)
{
    struct ax_packet about;
    struct ax_span data;

    if (ax_udp_data(&flow->far, &data, &about) < 0) {
        ax_udp_wait(&flow->far, AX_READABLE, 0, self);
        return false;
    }
    if (is_same(&about.remote, &flow->server) &&
        ax_proxy_send(&proxy, &flow->server, &flow->peer, data.at, data.len, NULL) ==
            AX_E_WOULD_BLOCK) {
        ax_proxy_wait(&proxy, AX_WRITABLE, data.len, self);
        return false;
    }
    ax_udp_consume(&flow->far);
    return true;
}

/* Closes the socket of a tuple that is no more. */
static void tidy(struct flow *flow, unsigned place)
{
    if (flow->id == 0 || flow->id == ax_proxy_tuple_id(&proxy, place))
        return;
    ax_udp_close(&flow->far);
    flow->id = 0;
}

/* One each way a poll. */
static enum ax_poll poll_datagrams(struct ax_task *task)
{
    bool has_moved;

    ax_proxy_wait_end(&proxy, task->self);
    for (unsigned i = 0; i < FLOWS; i++)
        tidy(&datagrams.flows[i], i);
    has_moved = send_there(task->self);
    for (unsigned i = 0; i < FLOWS; i++)
        if (datagrams.flows[i].id != 0)
            has_moved |= send_back(&datagrams.flows[i], task->self);
    if (has_moved)
        ax_wake(task->self);
    return AX_PENDING; /* it never ends */
}

static int start_datagrams(void)
{
    for (unsigned i = 0; i < FLOWS; i++) {
        struct ax_udp_config rings = config_of(&datagrams.flows[i].rings);
        int err = ax_udp_init(&datagrams.flows[i].far, &rings);
        if (err < 0)
            return err;
    }
    datagrams.task = (struct ax_task){.poll = poll_datagrams, .name = "datagrams"};
    return ax_task_start(&datagrams.task);
}

/* ---- */

static int start_proxy(void)
{
    static struct ax_proxy_tuple tuples[FLOWS];
    static struct datagram_rings rings;

    return ax_proxy_start(&proxy, &(struct ax_proxy_config){
                                      .prefixes = &prefix,
                                      .prefix_count = 1,
                                      .policy = AX_LISTEN_DROP,
                                      .tcp_idle_ms = TCP_IDLE_MS,
                                      .udp_idle_ms = UDP_IDLE_MS,
                                      .handshake_ms = HANDSHAKE_MS,
                                      .keep_ms = KEEP_MS,
                                      .tuples = tuples,
                                      .tuple_count = FLOWS,
                                      .udp = config_of(&rings),
                                  });
}

int main(int argc, char **argv)
{
    static struct relay relays[RELAYS];
    static struct ax_link wire;

    ax_port_init(argc, argv);
    ax_link_init(&wire, ax_port_ethernet());
    if (ax_stack_start(&wire, &address) < 0 || start_proxy() < 0 || start_datagrams() < 0)
        return NO_ROOM;
    for (unsigned i = 0; i < RELAYS; i++)
        if (start_relay(&relays[i]) < 0)
            return NO_ROOM;
    ax_run();
}
