/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends back whatever comes in on TCP port 7. One task accepts; each peer gets a task of
 * its own out of a pool, for as long as it stays. What they wait for are futures
 * (ax/future.h). */
#include <ax/link.h>
#include <ax/port.h>
#include <ax/stack.h>
#include <ax/tcp_future.h>

enum { ECHO_PORT = 7, PEERS = 3, RX_BYTES = 2048, TX_BYTES = 2048, NO_ROOM = 1 };

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
};

struct peer {
    struct ax_task task; /* first, so that a task pointer is a peer pointer */
    struct ax_tcp tcp;
    struct ax_tcp_future now; /* what the step waits for */
    enum { UNUSED, ACCEPTING, READING, WRITING, CLOSING } step;
    uint8_t chunk[256], rx[RX_BYTES], tx[TX_BYTES];
};

static struct peer peers[PEERS];

static struct {
    struct ax_task task; /* first */
    struct ax_listener listener;
    struct peer *next; /* who is being accepted; NULL: all are taken */
} door;

static void begin_reading(struct peer *peer)
{
    peer->step = READING;
    ax_recv(&peer->now, &peer->tcp, peer->chunk, sizeof peer->chunk);
}

static void begin_closing(struct peer *peer)
{
    peer->step = CLOSING;
    ax_close(&peer->now, &peer->tcp);
}

/* What comes behind a step that came out as `result`. */
static void advance(struct peer *peer, int result)
{
    if (peer->step == CLOSING) {
        peer->step = UNUSED;
    } else if (result < 0) { /* AX_E_EOF, or why the connection ended */
        begin_closing(peer);
    } else if (peer->step == READING) {
        peer->step = WRITING;
        ax_write_all(&peer->now, &peer->tcp, peer->chunk, (size_t)result);
    } else {
        begin_reading(peer);
    }
}

static enum ax_poll poll_peer(struct ax_task *task)
{
    struct peer *peer = (struct peer *)task;
    int result;

    while ((result = ax_future_poll(&peer->now.future, task->self)) != AX_E_WOULD_BLOCK) {
        advance(peer, result);
        if (peer->step == UNUSED) {
            ax_wake(door.task.self);
            return AX_READY;
        }
    }
    return AX_PENDING;
}

/* A task of its own for who has come; without one, or when it is gone again, it is shown
 * out from here. */
static void let_in(struct peer *peer, int result)
{
    peer->task.poll = poll_peer;
    peer->task.name = "peer";
    begin_reading(peer);
    if (result < 0 || ax_task_start(&peer->task) < 0)
        begin_closing(peer);
    else
        door.next = NULL;
}

static struct peer *unused_peer(void)
{
    for (unsigned i = 0; i < PEERS; i++)
        if (peers[i].step == UNUSED)
            return &peers[i];
    return NULL;
}

static enum ax_poll poll_door(struct ax_task *task)
{
    (void)task;
    for (;;) {
        int result;
        if (!door.next) {
            door.next = unused_peer();
            if (!door.next)
                return AX_PENDING; /* the next one to leave wakes us */
            door.next->step = ACCEPTING;
            ax_accept(&door.next->now, &door.listener, &door.next->tcp);
        }
        result = ax_future_poll(&door.next->now.future, door.task.self);
        if (result == AX_E_WOULD_BLOCK)
            return AX_PENDING;
        if (door.next->step == ACCEPTING && result != AX_E_MEMORY) {
            let_in(door.next, result);
            continue;
        }
        door.next->step = UNUSED;
        door.next = NULL;
        if (result == AX_E_MEMORY)
            return AX_PENDING; /* the stack has no room: until somebody leaves */
    }
}

static int prepare(struct peer *peer)
{
    return ax_tcp_init(&peer->tcp, &(struct ax_tcp_config){
                                       .rx_storage = peer->rx,
                                       .rx_size = sizeof peer->rx,
                                       .tx_storage = peer->tx,
                                       .tx_size = sizeof peer->tx,
                                   });
}

int main(int argc, char **argv)
{
    static struct ax_link wire;
    static const struct ax_endpoint any = {.port = ECHO_PORT};

    ax_port_init(argc, argv);
    ax_link_init(&wire, ax_port_ethernet());
    if (ax_stack_start(&wire, &address) < 0 ||
        ax_listener_open(&door.listener, &any, AX_LISTEN_DROP) < 0)
        return NO_ROOM;
    for (unsigned i = 0; i < PEERS; i++)
        if (prepare(&peers[i]) < 0)
            return NO_ROOM;
    door.task.poll = poll_door;
    door.task.name = "door";
    if (ax_task_start(&door.task) < 0)
        return NO_ROOM;
    ax_run();
}
