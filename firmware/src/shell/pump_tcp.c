/* SPDX-License-Identifier: BSD-3-Clause */
/* Pumps over TCP, in place: the pattern is made in the tx ring and checked in the
 * rx ring. */
#include <string.h>

#include "shell/pattern.h"
#include "shell/pump.h"

enum { STEP_BYTES = 4096 }; /* one step moves at most so much */

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static bool is_before_connection(const struct ax_tcp *tcp)
{
    enum ax_tcp_state state = ax_tcp_state(tcp);

    return state == AX_TCP_LISTEN || state == AX_TCP_SYN_SENT || state == AX_TCP_SYN_RECEIVED;
}

/* A call said `err`: waits where that can change, else ends with the cause. */
static int wait_or_end(struct shell_pump *pump, int err, unsigned interest)
{
    struct ax_tcp *tcp = &pump->socket.tcp->tcp;

    if (err == AX_E_WOULD_BLOCK || (err == AX_E_STATE && is_before_connection(tcp))) {
        ax_tcp_wait(tcp, interest, pump->task.self);
        return PUMP_WAITS;
    }
    if (err == AX_E_STATE && ax_tcp_end(tcp) != AX_OK)
        return ax_tcp_end(tcp);
    return err;
}

static void count(struct shell_pump *pump, size_t len)
{
    pump->done += (uint32_t)len;
    pump->bytes += (uint32_t)len;
}

int pump_step_source(struct shell_pump *pump)
{
    struct ax_tcp *tcp = &pump->socket.tcp->tcp;
    size_t left = STEP_BYTES;

    while (pump->done < pump->total && left != 0) {
        struct ax_span room;
        int err = ax_tcp_room(tcp, &room);
        size_t len;
        if (err < 0)
            return wait_or_end(pump, err, AX_WRITABLE);
        len = smaller(smaller(room.len, left), pump->total - pump->done);
        pattern_fill(room.at, len, pump->seed, pump->done);
        err = ax_tcp_commit(tcp, len);
        if (err < 0)
            return err;
        count(pump, len);
        left -= len;
    }
    return pump->done < pump->total ? PUMP_MORE : AX_OK;
}

int pump_step_sink(struct shell_pump *pump)
{
    struct ax_tcp *tcp = &pump->socket.tcp->tcp;
    size_t left = STEP_BYTES;

    while (!pump_is_full(pump) && left != 0) {
        struct ax_span data;
        uint32_t at = UINT32_MAX;
        int err = ax_tcp_data(tcp, &data);
        size_t len;
        if (err < 0)
            return wait_or_end(pump, err, AX_READABLE);
        len = smaller(data.len, left);
        if (pump->total != 0)
            len = smaller(len, pump->total - pump->done);
        pump->bad += pattern_check(data.at, len, pump->seed, pump->done, &at);
        err = ax_tcp_consume(tcp, len);
        if (err < 0)
            return err;
        count(pump, len);
        left -= len;
    }
    return pump_is_full(pump) ? AX_OK : PUMP_MORE;
}

/* Moves one piece from rx to tx. Returns its length, or what the step returns. */
static int echo_piece(struct shell_pump *pump, size_t at_most, size_t *moved)
{
    struct ax_tcp *tcp = &pump->socket.tcp->tcp;
    struct ax_span data, room;
    int err = ax_tcp_data(tcp, &data);

    if (err == AX_E_EOF)
        ax_tcp_close(tcp);
    if (err < 0)
        return wait_or_end(pump, err, AX_READABLE);
    err = ax_tcp_room(tcp, &room);
    if (err < 0)
        return wait_or_end(pump, err, AX_WRITABLE);
    *moved = smaller(smaller(data.len, room.len), at_most);
    memcpy(room.at, data.at, *moved);
    err = ax_tcp_commit(tcp, *moved);
    if (err >= 0)
        err = ax_tcp_consume(tcp, *moved);
    return err < 0 ? err : PUMP_MORE;
}

int pump_step_echo(struct shell_pump *pump)
{
    size_t left = STEP_BYTES;

    while (left != 0) {
        size_t moved = 0;
        int result = echo_piece(pump, left, &moved);
        if (result != PUMP_MORE)
            return result;
        count(pump, moved);
        left -= moved;
    }
    return PUMP_MORE;
}
