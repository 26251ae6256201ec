/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends back whatever comes in on TCP port 7, for several peers at a time: one task looks
 * after all of them by a readiness driver (ax/readiness.h). */
#include <ax/link.h>
#include <ax/listener.h>
#include <ax/port.h>
#include <ax/readiness.h>
#include <ax/stack.h>

enum { ECHO_PORT = 7, PEERS = 3, RX_BYTES = 2048, TX_BYTES = 2048, NO_ROOM = 1 };

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
};

static struct ax_listener listener;
static struct ax_readiness driver;

/* Sends some of what has come back, out of one ring into the other. */
static int echo(struct ax_tcp *tcp)
{
    struct ax_span data;
    int result = ax_tcp_data(tcp, &data);

    if (result == AX_OK)
        result = ax_tcp_send(tcp, data.at, data.len);
    return result > 0 ? ax_tcp_consume(tcp, (size_t)result) : result;
}

/* Gives the socket to the listener again. */
static int lend(struct ax_tcp *tcp)
{
    if (!ax_tcp_is_released(tcp))
        return AX_E_WOULD_BLOCK;
    ax_tcp_destroy(tcp); /* drops what the last peer sent and nobody read */
    return ax_listener_lend(&listener, tcp);
}

/* Does what the state calls for, until something stands in the way. Returns what. */
static unsigned serve(struct ax_tcp *tcp)
{
    for (;;) {
        switch (ax_tcp_state(tcp)) {
        case AX_TCP_CLOSED:
            if (lend(tcp) < 0)
                return AX_RELEASED;
            break;
        case AX_TCP_ESTABLISHED:
        case AX_TCP_CLOSE_WAIT: {
            int result = echo(tcp);
            if (result == AX_E_WOULD_BLOCK)
                return ax_tcp_can_recv(tcp) ? AX_WRITABLE : AX_READABLE;
            if (result < 0) /* AX_E_EOF */
                ax_tcp_close(tcp);
            break;
        }
        case AX_TCP_LISTEN:
        case AX_TCP_SYN_RECEIVED: return AX_WRITABLE;
        default: return AX_RELEASED;
        }
    }
}

static enum ax_poll poll_echo(struct ax_task *task)
{
    struct ax_ready events[PEERS];
    int count = ax_readiness_poll(&driver, events, PEERS, task->self);

    for (int i = 0; i < count; i++) {
        events[i].ready = serve(events[i].token);
        ax_readiness_clear(&driver, &events[i]);
    }
    if (count == PEERS)
        ax_wake(task->self); /* there may be more */
    return AX_PENDING;       /* echo never ends */
}

static int start(struct ax_task *task)
{
    static struct {
        struct ax_tcp tcp;
        uint8_t rx[RX_BYTES], tx[TX_BYTES];
    } peers[PEERS];
    static struct ax_source sources[PEERS];
    const unsigned interest = AX_READABLE | AX_WRITABLE | AX_RELEASED;
    int err = ax_task_start(task);

    ax_readiness_init(&driver, sources, PEERS);
    for (unsigned i = 0; i < PEERS && err >= 0; i++) {
        err = ax_tcp_init(&peers[i].tcp, &(struct ax_tcp_config){
                                             .rx_storage = peers[i].rx,
                                             .rx_size = sizeof peers[i].rx,
                                             .tx_storage = peers[i].tx,
                                             .tx_size = sizeof peers[i].tx,
                                         });
        if (err == AX_OK)
            err = ax_readiness_register_tcp(&driver, &peers[i].tcp, interest, &peers[i].tcp);
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
