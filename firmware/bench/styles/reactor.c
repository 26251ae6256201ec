/* SPDX-License-Identifier: BSD-3-Clause */
/* An echo by completions (ax/reactor.h): one operation under way at any time. */
#include <ax/reactor.h>

#include "../ax/services.h"

static struct echo {
    struct ax_task task; /* first */
    struct ax_listener listener;
    struct ax_tcp tcp;
    struct ax_reactor reactor;
    struct ax_operation table[1];
    uint8_t chunk[STACK_MSS];
} echo;

static int advance(const struct ax_completion *done)
{
    if (done->op == AX_OP_CLOSE)
        return ax_reactor_accept(&echo.reactor, &echo.listener, &echo.tcp, NULL);
    if (done->result < 0)
        return ax_reactor_close(&echo.reactor, &echo.tcp, NULL);
    if (done->op == AX_OP_RECV)
        return ax_reactor_write_all(&echo.reactor, &echo.tcp, echo.chunk, done->bytes, NULL);
    return ax_reactor_recv(&echo.reactor, &echo.tcp, echo.chunk, sizeof echo.chunk, NULL);
}

static enum ax_poll poll_echo(struct ax_task *task)
{
    struct ax_completion done;

    ax_reactor_process(&echo.reactor, task->self);
    while (ax_reactor_next(&echo.reactor, &done) == AX_OK)
        services_need(advance(&done) > 0);
    return AX_PENDING;
}

void services_open_echo(uint16_t port)
{
    services_prepare(&echo.listener, port, &echo.tcp);
    ax_reactor_init(&echo.reactor, echo.table, 1);
    services_need(ax_reactor_accept(&echo.reactor, &echo.listener, &echo.tcp, NULL) > 0);
    echo.task = (struct ax_task){.poll = poll_echo, .name = "echo"};
    services_need(ax_task_start(&echo.task) == AX_OK);
}
