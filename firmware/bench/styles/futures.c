/* SPDX-License-Identifier: BSD-3-Clause */
/* An echo of futures (ax/future.h): one task, one operation at a time. */
#include <ax/tcp_future.h>

#include "../ax/services.h"

static struct echo {
    struct ax_task task; /* first */
    struct ax_listener listener;
    struct ax_tcp tcp;
    struct ax_tcp_future now;
    enum { ACCEPTING, READING, WRITING, CLOSING } step;
    uint8_t chunk[STACK_MSS];
} echo;

static void begin_accepting(void)
{
    echo.step = ACCEPTING;
    ax_accept(&echo.now, &echo.listener, &echo.tcp);
}

static void advance(int result)
{
    if (echo.step == CLOSING) {
        begin_accepting();
    } else if (result < 0) {
        echo.step = CLOSING;
        ax_close(&echo.now, &echo.tcp);
    } else if (echo.step == READING) {
        echo.step = WRITING;
        ax_write_all(&echo.now, &echo.tcp, echo.chunk, (size_t)result);
    } else {
        echo.step = READING;
        ax_recv(&echo.now, &echo.tcp, echo.chunk, sizeof echo.chunk);
    }
}

static enum ax_poll poll_echo(struct ax_task *task)
{
    int result;

    while ((result = ax_future_poll(&echo.now.future, task->self)) != AX_E_WOULD_BLOCK)
        advance(result);
    return AX_PENDING;
}

void services_open_echo(uint16_t port)
{
    services_prepare(&echo.listener, port, &echo.tcp);
    begin_accepting();
    echo.task = (struct ax_task){.poll = poll_echo, .name = "echo"};
    services_need(ax_task_start(&echo.task) == AX_OK);
}
