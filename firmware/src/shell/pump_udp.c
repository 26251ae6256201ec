/* SPDX-License-Identifier: BSD-3-Clause */
/* Pumps over UDP, in place. A datagram of LEN bytes holds the pattern of the
 * pump's seed plus LEN, from its start. */
#include <string.h>

#include "shell/pattern.h"
#include "shell/pump.h"

enum { STEP_DATAGRAMS = 8 }; /* one step moves at most so many */

/* Waits for room for `len` bytes, or ends with `err`. */
static int wait_for_room(struct shell_pump *pump, int err, size_t len)
{
    if (err != AX_E_WOULD_BLOCK)
        return err;
    ax_udp_wait_room(&pump->socket.udp->udp, len, pump->task.self);
    return PUMP_WAITS;
}

static int wait_for_datagram(struct shell_pump *pump, int err)
{
    if (err != AX_E_WOULD_BLOCK)
        return err;
    ax_udp_wait(&pump->socket.udp->udp, AX_READABLE, pump->task.self);
    return PUMP_WAITS;
}

int pump_step_udp_source(struct shell_pump *pump)
{
    struct ax_udp *udp = &pump->socket.udp->udp;

    for (unsigned i = 0; i < STEP_DATAGRAMS && pump->next <= pump->last; i++) {
        struct ax_span room;
        int err = ax_udp_room(udp, pump->next, &room);
        if (err < 0)
            return wait_for_room(pump, err, pump->next);
        pattern_fill(room.at, pump->next, pump->seed + pump->next, 0);
        err = ax_udp_commit(udp, &pump->remote, NULL);
        if (err < 0)
            return err;
        pump->bytes += pump->next++;
    }
    return pump->next <= pump->last ? PUMP_MORE : AX_OK;
}

int pump_step_udp_sink(struct shell_pump *pump)
{
    struct ax_udp *udp = &pump->socket.udp->udp;

    for (unsigned i = 0; i < STEP_DATAGRAMS && !pump_is_full(pump); i++) {
        struct ax_span data;
        uint32_t at = UINT32_MAX;
        int err = ax_udp_data(udp, &data, NULL);
        if (err < 0)
            return wait_for_datagram(pump, err);
        pump->bad += pattern_check(data.at, data.len, pump->seed + (uint32_t)data.len, 0, &at);
        pump->bytes += (uint32_t)data.len;
        pump->done++;
        ax_udp_consume(udp);
    }
    return pump_is_full(pump) ? AX_OK : PUMP_MORE;
}

/* Sends the oldest datagram back and drops it; one that can never be sent back
 * is dropped and counted as bad. */
static int echo_datagram(struct shell_pump *pump)
{
    struct ax_udp *udp = &pump->socket.udp->udp;
    struct ax_span data, room;
    struct ax_packet about;
    int err = ax_udp_data(udp, &data, &about);

    if (err < 0)
        return wait_for_datagram(pump, err);
    err = ax_udp_room(udp, data.len, &room);
    if (err == AX_E_WOULD_BLOCK)
        return wait_for_room(pump, err, data.len);
    if (err == AX_OK) {
        if (data.len != 0)
            memcpy(room.at, data.at, data.len);
        err = ax_udp_commit(udp, &about.remote, NULL);
    }
    if (err == AX_OK)
        pump->bytes += (uint32_t)data.len;
    else
        pump->bad++;
    ax_udp_consume(udp);
    return PUMP_MORE;
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
