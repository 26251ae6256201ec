/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends back whatever comes in on TCP port 7, for two peers at a time. */
#include <ax/link.h>
#include <ax/listener.h>
#include <ax/port.h>
#include <ax/stack.h>

enum { ECHO_PORT = 7, PEERS = 2, RX_BYTES = 4096, TX_BYTES = 4096, NO_ROOM = 1 };

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
};

static struct ax_listener listener;

/* One socket and the task that serves it. */
struct echo {
    struct ax_task task; /* first, so that a task pointer is an echo pointer */
    struct ax_tcp tcp;
    enum { LENDING, ACCEPTING, READING, WRITING } state;
    size_t len;  /* bytes in chunk */
    size_t sent; /* of those, taken by the connection */
    uint8_t chunk[256], rx[RX_BYTES], tx[TX_BYTES];
};

/* Gives the socket to the listener, once the last connection is over. */
static int lend(struct echo *echo)
{
    if (!ax_tcp_is_released(&echo->tcp))
        return AX_E_WOULD_BLOCK;
    ax_tcp_destroy(&echo->tcp); /* drops what the last peer sent and nobody read */
    return ax_listener_lend(&listener, &echo->tcp);
}

static int accept(const struct echo *echo)
{
    enum ax_tcp_state state = ax_tcp_state(&echo->tcp);

    return state == AX_TCP_LISTEN || state == AX_TCP_SYN_RECEIVED ? AX_E_WOULD_BLOCK : AX_OK;
}

/* Does what the state calls for. Returns a count, AX_OK, or an error. */
static int attempt(struct echo *echo)
{
    switch (echo->state) {
    case LENDING: return lend(echo);
    case ACCEPTING: return accept(echo);
    case READING: return ax_tcp_recv(&echo->tcp, echo->chunk, sizeof echo->chunk);
    case WRITING: return ax_tcp_send(&echo->tcp, echo->chunk + echo->sent, echo->len - echo->sent);
    }
    return AX_E_STATE;
}

/* Moves on from an attempt that came out as `result`. */
static void advance(struct echo *echo, int result)
{
    if (result < 0) { /* AX_E_EOF, or why the connection ended */
        ax_tcp_close(&echo->tcp);
        echo->state = LENDING;
        return;
    }
    switch (echo->state) {
    case LENDING: echo->state = ACCEPTING; break;
    case ACCEPTING: echo->state = READING; break;
    case READING:
        echo->len = (size_t)result;
        echo->sent = 0;
        echo->state = WRITING;
        break;
    case WRITING:
        echo->sent += (size_t)result;
        if (echo->sent == echo->len)
            echo->state = READING;
        break;
    }
}

/* What to wait for when an attempt said "would block". */
static unsigned interest(const struct echo *echo)
{
    switch (echo->state) {
    case LENDING: return AX_RELEASED;
    case WRITING: return AX_WRITABLE;
    default: return AX_READABLE;
    }
}

/* One attempt a poll, so that a fast peer leaves room for the other. */
static enum ax_poll echo_poll(struct ax_task *task)
{
    struct echo *echo = (struct echo *)task;
    int result = attempt(echo);

    if (result == AX_E_WOULD_BLOCK) {
        ax_tcp_wait(&echo->tcp, interest(echo), task->self);
    } else {
        advance(echo, result);
        ax_wake(task->self);
    }
    return AX_PENDING; /* echo never ends */
}

static int start(struct echo *echo)
{
    int err = ax_tcp_init(&echo->tcp, &(struct ax_tcp_config){
                                          .rx_storage = echo->rx,
                                          .rx_size = sizeof echo->rx,
                                          .tx_storage = echo->tx,
                                          .tx_size = sizeof echo->tx,
                                      });

    echo->task.poll = echo_poll;
    echo->task.name = "echo";
    return err < 0 ? err : ax_task_start(&echo->task);
}

int main(int argc, char **argv)
{
    static struct echo echoes[PEERS];
    static struct ax_link wire;
    static const struct ax_endpoint any = {.port = ECHO_PORT};

    ax_port_init(argc, argv);
    ax_link_init(&wire, ax_port_ethernet());
    if (ax_stack_start(&wire, &address) < 0 ||
        ax_listener_open(&listener, &any, AX_LISTEN_DROP) < 0)
        return NO_ROOM;
    for (unsigned i = 0; i < PEERS; i++)
        if (start(&echoes[i]) < 0)
            return NO_ROOM;
    ax_run();
}
