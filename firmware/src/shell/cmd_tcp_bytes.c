/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes into and out of TCP sockets, copied and in place. */
#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/pattern.h"
#include "shell/way.h"

enum {
    SHOWN_MAX_BYTES = 200, /* as hex in one reply */
    CHUNK_BYTES = 256,     /* copied at a time */
};

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Sends chunk by chunk until one is not taken whole. A first chunk of no bytes
 * is sent too: it must be a state error where that is due. */
static int send_data(struct shell_tcp *socket, const struct data *data, uint32_t *sent)
{
    uint8_t chunk[CHUNK_BYTES];
    int taken;
    size_t len;

    *sent = 0;
    do {
        len = smaller(sizeof chunk, data->len - *sent);
        data_copy(data, *sent, chunk, len);
        taken = socket->way->tcp.send(socket, chunk, len, NULL);
        if (taken > 0)
            *sent += (uint32_t)taken;
    } while (taken == (int)len && *sent < data->len);
    return *sent != 0 ? AX_OK : taken;
}

int cmd_tcp_send(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct data data;
    uint32_t sent;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_data(request, 1, UINT32_MAX, &data);
    if (err == AX_OK)
        err = send_data(socket, &data, &sent);
    if (err < 0)
        return err;
    text_field(reply, "n", sent);
    return AX_OK;
}

static int recv_and_show(struct shell_tcp *socket, uint32_t max, struct text *reply)
{
    uint8_t bytes[SHOWN_MAX_BYTES];
    int len = socket->way->tcp.recv(socket, bytes, smaller(max, sizeof bytes), NULL);

    if (len < 0)
        return len;
    text_field(reply, "n", (uint32_t)len);
    text_field_hex(reply, "hex", bytes, (size_t)len);
    return AX_OK;
}

struct checked {
    uint32_t len, bad, at; /* at: UINT32_MAX while none is bad */
};

static int recv_and_check(struct shell_tcp *socket, uint32_t max, uint32_t seed, uint32_t offset,
                          struct checked *checked)
{
    uint8_t chunk[CHUNK_BYTES];
    size_t asked;
    int len;

    *checked = (struct checked){.at = UINT32_MAX};
    do {
        asked = smaller(sizeof chunk, max - checked->len);
        len = socket->way->tcp.recv(socket, chunk, asked, NULL);
        if (len <= 0)
            break;
        checked->bad +=
            pattern_check(chunk, (size_t)len, seed, offset + checked->len, &checked->at);
        checked->len += (uint32_t)len;
    } while (len == (int)asked && checked->len < max);
    return checked->len != 0 ? AX_OK : len;
}

static int recv_checked(struct shell_tcp *socket, uint32_t max, struct request *request,
                        struct text *reply)
{
    struct checked checked;
    uint32_t seed, offset;
    int err = request_check(request, 2, &seed, &offset);

    if (err == AX_OK)
        err = recv_and_check(socket, max, seed, offset, &checked);
    if (err < 0)
        return err;
    text_field(reply, "n", checked.len);
    text_field(reply, "bad", checked.bad);
    if (checked.bad != 0)
        text_field(reply, "at", checked.at);
    return AX_OK;
}

int cmd_tcp_recv(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    uint32_t max;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &max);
    if (err < 0)
        return err;
    if (request->count == 3)
        return recv_checked(socket, max, request, reply);
    return recv_and_show(socket, max, reply);
}

int cmd_tcp_peek(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct ax_span data;
    uint32_t max;
    size_t len;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &max);
    if (err == AX_OK)
        err = ax_tcp_data(&socket->tcp, &data);
    if (err < 0)
        return err;
    len = smaller(smaller(max, data.len), SHOWN_MAX_BYTES);
    text_field(reply, "n", (uint32_t)len);
    text_field_hex(reply, "hex", data.at, len);
    return AX_OK;
}

int cmd_tcp_room(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct ax_span room;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = ax_tcp_room(&socket->tcp, &room);
    if (err == AX_OK)
        text_field(reply, "len", (uint32_t)room.len);
    return err;
}

/* What is more than the room is not written, and commit refuses it. */
static int write_and_commit(struct shell_tcp *socket, const struct data *data)
{
    struct ax_span room;
    int err = ax_tcp_room(&socket->tcp, &room);

    if (err < 0)
        return err;
    data_copy(data, 0, room.at, smaller(data->len, room.len));
    return socket->way->tcp.commit(socket, data->len);
}

int cmd_tcp_commit(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct data data;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_data(request, 1, UINT32_MAX, &data);
    if (err == AX_OK)
        err = write_and_commit(socket, &data);
    if (err < 0)
        return err;
    text_field(reply, "n", data.len);
    return AX_OK;
}

int cmd_tcp_data(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    struct ax_span data;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = ax_tcp_data(&socket->tcp, &data);
    if (err == AX_OK)
        text_field(reply, "len", (uint32_t)data.len);
    return err;
}

int cmd_tcp_consume(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_tcp *socket;
    uint32_t len;
    int err = handle_tcp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &len);
    if (err == AX_OK)
        err = socket->way->tcp.consume(socket, len);
    if (err < 0)
        return err;
    text_field(reply, "n", len);
    return AX_OK;
}
