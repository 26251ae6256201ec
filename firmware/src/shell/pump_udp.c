/* SPDX-License-Identifier: BSD-3-Clause */
/* Pumps over UDP, through the socket's way. A datagram of LEN bytes holds the pattern
 * of the pump's seed plus LEN, from its start. */
#include "shell/pattern.h"
#include "shell/pump.h"
#include "shell/way.h"

enum { STEP_DATAGRAMS = 8 }; /* one step moves at most so many */

static int wait_or_end(int err) { return err == AX_E_WOULD_BLOCK ? PUMP_WAITS : err; }

int pump_step_udp_source(struct shell_pump *pump)
{
    struct shell_udp *socket = pump->socket.udp;

    for (unsigned i = 0; i < STEP_DATAGRAMS && pump->next <= pump->last; i++) {
        int err;
        pattern_fill(pump->block, pump->next, pump->seed + pump->next, 0);
        err = socket->way->udp.send(socket, &pump->remote, pump->block, pump->next, NULL,
                                    &pump->asker);
        if (err < 0)
            return wait_or_end(err);
        pump->bytes += pump->next++;
    }
    return pump->next <= pump->last ? PUMP_MORE : AX_OK;
}

int pump_step_udp_sink(struct shell_pump *pump)
{
    struct shell_udp *socket = pump->socket.udp;

    for (unsigned i = 0; i < STEP_DATAGRAMS && !pump_is_full(pump); i++) {
        uint32_t at = UINT32_MAX;
        int len = socket->way->udp.recv(socket, pump->block, socket->rx_size, NULL, &pump->asker);
        if (len < 0)
            return wait_or_end(len);
        pump->bad += pattern_check(pump->block, (size_t)len, pump->seed + (uint32_t)len, 0, &at);
        pump->bytes += (uint32_t)len;
        pump->done++;
    }
    return pump_is_full(pump) ? AX_OK : PUMP_MORE;
}

/* Sends back what was received; what can never be sent back is dropped and counted
 * as bad. */
static int send_back(struct shell_pump *pump)
{
    struct shell_udp *socket = pump->socket.udp;
    int err =
        socket->way->udp.send(socket, &pump->remote, pump->block, pump->next, NULL, &pump->asker);

    if (err == AX_E_WOULD_BLOCK)
        return PUMP_WAITS;
    if (err == AX_OK)
        pump->bytes += pump->next;
    else
        pump->bad++;
    pump->holds = false;
    return PUMP_MORE;
}

static int echo_datagram(struct shell_pump *pump)
{
    struct shell_udp *socket = pump->socket.udp;
    struct ax_packet about;
    int len;

    if (pump->holds)
        return send_back(pump);
    len = socket->way->udp.recv(socket, pump->block, socket->rx_size, &about, &pump->asker);
    if (len < 0)
        return wait_or_end(len);
    pump->next = (uint32_t)len;
    pump->remote = about.remote;
    pump->holds = true;
    return send_back(pump);
}

int pump_step_udp_echo(struct shell_pump *pump)
{
    for (unsigned i = 0; i < STEP_DATAGRAMS; i++) {
        int result = echo_datagram(pump);
        if (result != PUMP_MORE)
            return result;
    }
    return PUMP_MORE;
}
