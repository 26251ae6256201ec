/* SPDX-License-Identifier: BSD-3-Clause */
/* Pumps over TCP, chunk by chunk through the socket's way. What is under way when a
 * step ends is asked for again by the next one, with the same bytes. */
#include "shell/pattern.h"
#include "shell/pump.h"
#include "shell/way.h"

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
    struct shell_tcp *socket = pump->socket.tcp;
    struct ax_tcp *tcp = &socket->tcp;

    if (err == AX_E_WOULD_BLOCK)
        return PUMP_WAITS;
    if (err == AX_E_STATE && is_before_connection(tcp)) {
        socket->way->tcp.wait(socket, interest, &pump->asker);
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
    struct shell_tcp *socket = pump->socket.tcp;
    size_t left = STEP_BYTES;

    while (pump->done < pump->total && left != 0) {
        size_t len = smaller(smaller(PUMP_CHUNK_BYTES, left), pump->total - pump->done);
        int sent;
        pattern_fill(pump->block, len, pump->seed, pump->done);
        sent = socket->way->tcp.send(socket, pump->block, len, &pump->asker);
        if (sent < 0)
            return wait_or_end(pump, sent, AX_WRITABLE);
        count(pump, (size_t)sent);
        left -= (size_t)sent;
    }
    return pump->done < pump->total ? PUMP_MORE : AX_OK;
}

int pump_step_sink(struct shell_pump *pump)
{
    struct shell_tcp *socket = pump->socket.tcp;
    size_t left = STEP_BYTES;

    while (!pump_is_full(pump) && left != 0) {
        size_t len = smaller(PUMP_CHUNK_BYTES, left);
        uint32_t at = UINT32_MAX;
        int received;
        if (pump->total != 0)
            len = smaller(len, pump->total - pump->done);
        received = socket->way->tcp.recv(socket, pump->block, len, &pump->asker);
        if (received < 0)
            return wait_or_end(pump, received, AX_READABLE);
        pump->bad += pattern_check(pump->block, (size_t)received, pump->seed, pump->done, &at);
        count(pump, (size_t)received);
        left -= (size_t)received;
    }
    return pump_is_full(pump) ? AX_OK : PUMP_MORE;
}

/* Sends what is left of the chunk that it holds. */
static int send_held(struct shell_pump *pump)
{
    struct shell_tcp *socket = pump->socket.tcp;
    int sent = socket->way->tcp.send(socket, pump->block + pump->next, pump->last - pump->next,
                                     &pump->asker);

    if (sent < 0)
        return wait_or_end(pump, sent, AX_WRITABLE);
    count(pump, (size_t)sent);
    pump->next += (uint32_t)sent;
    return PUMP_MORE;
}

static int receive_chunk(struct shell_pump *pump)
{
    struct shell_tcp *socket = pump->socket.tcp;
    int received = socket->way->tcp.recv(socket, pump->block, PUMP_CHUNK_BYTES, &pump->asker);

    if (received == AX_E_EOF)
        socket->way->tcp.close(socket);
    if (received < 0)
        return wait_or_end(pump, received, AX_READABLE);
    pump->next = 0;
    pump->last = (uint32_t)received;
    return PUMP_MORE;
}

int pump_step_echo(struct shell_pump *pump)
{
    uint32_t until = pump->done + STEP_BYTES;
    int result = PUMP_MORE;

    while (result == PUMP_MORE && (int32_t)(until - pump->done) > 0)
        result = pump->next == pump->last ? receive_chunk(pump) : send_held(pump);
    return result;
}
