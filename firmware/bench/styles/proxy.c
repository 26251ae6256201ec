/* SPDX-License-Identifier: BSD-3-Clause */
/* An echo at an address that the device only stands for (ax/proxy.h): of one connection, and
 * of datagrams. */
#include <ax/proxy.h>

#include "../ax/services.h"

enum { BYTES = 4096, SLOTS = 4, TUPLES = 4 };

static struct echo {
    struct ax_task task; /* first */
    struct ax_proxy proxy;
    struct ax_tcp tcp;
} echo;

static int send_back(void)
{
    struct ax_span data;
    int result;

    do {
        result = ax_tcp_data(&echo.tcp, &data);
        if (result == AX_OK)
            result = ax_tcp_send(&echo.tcp, data.at, data.len);
        if (result < 0)
            return result;
        (void)ax_tcp_consume(&echo.tcp, (size_t)result);
    } while (ax_tcp_can_recv(&echo.tcp));
    return AX_E_WOULD_BLOCK;
}

/* What to wait for. */
static unsigned serve(void)
{
    enum ax_tcp_state state = ax_tcp_state(&echo.tcp);

    if (state == AX_TCP_LISTEN || state == AX_TCP_SYN_RECEIVED || send_back() == AX_E_WOULD_BLOCK)
        return AX_READABLE;
    (void)ax_tcp_close(&echo.tcp);
    if (!ax_tcp_is_released(&echo.tcp))
        return AX_RELEASED;
    services_need(ax_listener_lend(ax_proxy_listener(&echo.proxy), &echo.tcp) == AX_OK);
    return AX_READABLE;
}

static void serve_datagrams(void)
{
    struct ax_packet about;
    struct ax_span data;

    while (ax_proxy_data(&echo.proxy, &data, &about) == AX_OK) {
        (void)ax_proxy_send(&echo.proxy, &about.local, &about.remote, data.at, data.len, NULL);
        (void)ax_proxy_consume(&echo.proxy);
    }
}

static enum ax_poll poll_echo(struct ax_task *task)
{
    ax_tcp_wait(&echo.tcp, serve(), task->self);
    serve_datagrams();
    ax_proxy_wait(&echo.proxy, AX_READABLE, 0, task->self);
    return AX_PENDING;
}

/* Of every port: there is one listener for all. */
void services_open_echo(uint16_t port)
{
    static const struct ax_prefix stood_for = {BENCH_ADDR & 0xffffff00, 0xffffff00};
    static uint8_t rx[BYTES], tx[BYTES];
    static struct ax_packet rx_slots[SLOTS], tx_slots[SLOTS];
    static struct ax_proxy_tuple tuples[TUPLES];
    static const struct ax_proxy_config config = {.prefixes = &stood_for,
                                                  .prefix_count = 1,
                                                  .policy = AX_LISTEN_RESET,
                                                  .tuples = tuples,
                                                  .tuple_count = TUPLES,
                                                  .udp = {.rx_storage = rx,
                                                          .rx_size = sizeof rx,
                                                          .rx_slots = rx_slots,
                                                          .rx_slot_count = SLOTS,
                                                          .tx_storage = tx,
                                                          .tx_size = sizeof tx,
                                                          .tx_slots = tx_slots,
                                                          .tx_slot_count = SLOTS}};

    (void)port;
    services_prepare(NULL, 0, &echo.tcp);
    services_need(ax_proxy_start(&echo.proxy, &config) == AX_OK);
    services_need(ax_listener_lend(ax_proxy_listener(&echo.proxy), &echo.tcp) == AX_OK);
    echo.task = (struct ax_task){.poll = poll_echo, .name = "echo"};
    services_need(ax_task_start(&echo.task) == AX_OK);
}
