/* SPDX-License-Identifier: BSD-3-Clause */
/* An echo by readiness (ax/readiness.h): told, it attempts, and clears what it saw. */
#include <ax/readiness.h>

#include "../ax/services.h"

static struct echo {
    struct ax_task task; /* first */
    struct ax_listener listener;
    struct ax_tcp tcp;
    struct ax_readiness driver;
    struct ax_source table[1];
    int source;
} echo;

/* Sends back in place. AX_E_WOULD_BLOCK, or why there is nothing to send back. */
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

/* Between two connections it waits for nothing but the socket. */
static void turn_over(void)
{
    unsigned interest = AX_RELEASED;

    (void)ax_tcp_close(&echo.tcp);
    if (ax_tcp_is_released(&echo.tcp)) {
        services_need(ax_listener_lend(&echo.listener, &echo.tcp) == AX_OK);
        interest = AX_READABLE;
    }
    (void)ax_readiness_reregister(&echo.driver, echo.source, interest);
}

static enum ax_poll poll_echo(struct ax_task *task)
{
    struct ax_ready events[2]; /* one more than there are: whoever is told less waits already */

    if (ax_readiness_poll(&echo.driver, events, 2, task->self) != 1)
        return AX_PENDING;
    if (send_back() == AX_E_WOULD_BLOCK)
        (void)ax_readiness_clear(&echo.driver, &events[0]);
    else
        turn_over();
    return AX_PENDING;
}

void services_open_echo(uint16_t port)
{
    services_prepare(&echo.listener, port, &echo.tcp);
    services_need(ax_listener_lend(&echo.listener, &echo.tcp) == AX_OK);
    ax_readiness_init(&echo.driver, echo.table, 1);
    echo.source = ax_readiness_register_tcp(&echo.driver, &echo.tcp, AX_READABLE, NULL);
    services_need(echo.source > 0);
    echo.task = (struct ax_task){.poll = poll_echo, .name = "echo"};
    services_need(ax_task_start(&echo.task) == AX_OK);
}
