/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends back whatever comes in on TCP port 7, for several peers at a time: for each there
 * is always one operation under way in a completion reactor (ax/reactor.h). */
#include <ax/link.h>
#include <ax/port.h>
#include <ax/reactor.h>
#include <ax/stack.h>

enum { ECHO_PORT = 7, PEERS = 3, RX_BYTES = 2048, TX_BYTES = 2048, NO_ROOM = 1 };

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
};

struct echo {
    struct ax_tcp tcp;
    uint8_t chunk[256], rx[RX_BYTES], tx[TX_BYTES];
};

static struct ax_listener listener;
static struct ax_reactor reactor;

/* What comes behind an operation that has completed; its place is free for that. */
static int advance(const struct ax_completion *done)
{
    struct echo *echo = done->token;

    if (done->op == AX_OP_CLOSE)
        return ax_reactor_accept(&reactor, &listener, &echo->tcp, echo);
    if (done->result < 0) /* AX_E_EOF, or why the connection ended */
        return ax_reactor_close(&reactor, &echo->tcp, echo);
    if (done->op == AX_OP_RECV)
        return ax_reactor_write_all(&reactor, &echo->tcp, echo->chunk, done->bytes, echo);
    return ax_reactor_recv(&reactor, &echo->tcp, echo->chunk, sizeof echo->chunk, echo);
}

static enum ax_poll poll_echo(struct ax_task *task)
{
    struct ax_completion done;

    ax_reactor_process(&reactor, task->self);
    while (ax_reactor_next(&reactor, &done) == AX_OK)
        advance(&done);
    return AX_PENDING; /* echo never ends */
}

static int start(struct ax_task *task)
{
    static struct echo echoes[PEERS];
    static struct ax_operation table[PEERS];
    int err = ax_task_start(task);

    ax_reactor_init(&reactor, table, PEERS);
    for (unsigned i = 0; i < PEERS && err >= 0; i++) {
        struct echo *echo = &echoes[i];
        err = ax_tcp_init(&echo->tcp, &(struct ax_tcp_config){
                                          .rx_storage = echo->rx,
                                          .rx_size = sizeof echo->rx,
                                          .tx_storage = echo->tx,
                                          .tx_size = sizeof echo->tx,
                                      });
        if (err == AX_OK)
            err = ax_reactor_accept(&reactor, &listener, &echo->tcp, echo);
    }
    return err;
}

int main(int argc, char **argv)
{
    static struct ax_task task = {.poll = poll_echo, .name = "echo"};
    static struct ax_link wire;
    static const struct ax_endpoint any = {.port = ECHO_PORT};

    ax_port_init(argc, argv);
    ax_link_init(&wire, ax_port_ethernet());
    if (ax_stack_start(&wire, &address) < 0 ||
        ax_listener_open(&listener, &any, AX_LISTEN_DROP) < 0 || start(&task) < 0)
        return NO_ROOM;
    ax_run();
}
