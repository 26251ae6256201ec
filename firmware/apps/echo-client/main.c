/* SPDX-License-Identifier: BSD-3-Clause */
/* Connects to an echo server, sends a line, reads it back, closes, and begins again a
 * second later: what a task made of futures looks like (ax/future.h). */
#include <ax/link.h>
#include <ax/port.h>
#include <ax/stack.h>
#include <ax/tcp_future.h>

enum { RX_BYTES = 1024, TX_BYTES = 1024, PATIENCE_MS = 5000, PAUSE_MS = 1000, NO_ROOM = 1 };

static const struct ax_address address = {
    .addr = 0x0a000002, /* 10.0.0.2 */
    .netmask = 0xffffff00,
};
static const struct ax_endpoint server = {.addr = 0x0a000001, .port = 7};
static const char line[] = "hello";

struct client {
    struct ax_task task; /* first, so that a task pointer is a client pointer */
    struct ax_tcp tcp;
    enum step { CONNECTING, SENDING, READING, CLOSING, PAUSING } step;
    struct ax_future *now; /* what the step waits for: one of these */
    struct ax_tcp_future operation;
    struct ax_timeout patience;
    struct ax_sleep pause;
    char answer[sizeof line];
    uint8_t rx[RX_BYTES], tx[TX_BYTES];
};

static void begin(struct client *client, enum step step)
{
    struct ax_tcp_future *operation = &client->operation;

    client->step = step;
    switch (step) {
    case CONNECTING: ax_connect(operation, &client->tcp, NULL, &server, 0); break;
    case SENDING: ax_write_all(operation, &client->tcp, line, sizeof line); break;
    case READING: ax_read_exact(operation, &client->tcp, client->answer, sizeof line); break;
    case CLOSING: ax_close(operation, &client->tcp); break;
    case PAUSING:
        ax_sleep_for(&client->pause, PAUSE_MS);
        client->now = &client->pause.future;
        return;
    }
    ax_timeout(&client->patience, &operation->future, PATIENCE_MS);
    client->now = &client->patience.future;
}

/* What comes behind a step that came out as `result`. */
static void advance(struct client *client, int result)
{
    switch (client->step) {
    case CONNECTING: begin(client, result < 0 ? PAUSING : SENDING); break;
    case SENDING: begin(client, result < 0 ? CLOSING : READING); break;
    case READING: begin(client, CLOSING); break;
    case CLOSING:
        if (result == AX_E_TIMEOUT)
            ax_tcp_destroy(&client->tcp);
        begin(client, PAUSING);
        break;
    case PAUSING: begin(client, CONNECTING); break;
    }
}

static enum ax_poll poll_client(struct ax_task *task)
{
    struct client *client = (struct client *)task;
    int result;

    while ((result = ax_future_poll(client->now, task->self)) != AX_E_WOULD_BLOCK)
        advance(client, result);
    return AX_PENDING; /* it never ends */
}

int main(int argc, char **argv)
{
    static struct client client = {.task = {.poll = poll_client, .name = "client"}};
    static struct ax_link wire;
    struct ax_tcp_config rings = {
        .rx_storage = client.rx, .rx_size = RX_BYTES, .tx_storage = client.tx, .tx_size = TX_BYTES};

    ax_port_init(argc, argv);
    ax_link_init(&wire, ax_port_ethernet());
    if (ax_stack_start(&wire, &address) < 0 || ax_tcp_init(&client.tcp, &rings) < 0)
        return NO_ROOM;
    begin(&client, CONNECTING);
    if (ax_task_start(&client.task) < 0)
        return NO_ROOM;
    ax_run();
}
