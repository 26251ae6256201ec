/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams into and out of UDP sockets. A datagram is one piece, and may be
 * larger than a stack should hold: it is made and received in a block of the
 * arena that is given back at once. */
#include "shell/cmd.h"
#include "shell/handles.h"
#include "shell/pattern.h"
#include "shell/way.h"

enum {
    SHOWN_MAX_BYTES = 200,      /* as hex in one reply */
    DATAGRAM_MAX_BYTES = 65535, /* what a length field of UDP can say */
};

static int send_datagram(struct shell *shell, struct shell_udp *socket,
                         const struct ax_endpoint *to, const struct data *data, uint32_t *id)
{
    uint8_t *block = arena_take(&shell->arena, data->len);
    int err;

    if (!block)
        return SHELL_E_FULL_ARENA;
    data_copy(data, 0, block, data->len);
    err = socket->way->udp.send(socket, to, block, data->len, id, NULL);
    arena_give_back(&shell->arena, block);
    return err;
}

int cmd_udp_send(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    struct ax_endpoint to;
    struct data data;
    uint32_t id;
    int err = handle_udp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_endpoint(request, 1, &to);
    if (err == AX_OK)
        err = request_data(request, 2, DATAGRAM_MAX_BYTES, &data);
    if (err == AX_OK)
        err = send_datagram(shell, socket, &to, &data, &id);
    if (err == AX_OK)
        text_field(reply, "id", id);
    return err;
}

int cmd_udp_can_send(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    uint32_t len;
    int err = handle_udp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = request_number(request, 1, 0, UINT32_MAX, &len);
    if (err == AX_OK)
        text_field(reply, "can", ax_udp_can_send(&socket->udp, len));
    return err;
}

/* What `udp recv` asks for. */
struct wanted {
    uint32_t size;
    bool check;
    uint32_t seed, offset;
};

static int read_wanted(struct request *request, struct wanted *wanted)
{
    int err = request_number(request, 1, 0, UINT32_MAX, &wanted->size);

    wanted->check = request->count == 3;
    if (err == AX_OK && wanted->check)
        err = request_check(request, 2, &wanted->seed, &wanted->offset);
    return err;
}

static void show_datagram(struct text *reply, const struct wanted *wanted, const uint8_t *bytes,
                          const struct ax_packet *about)
{
    uint32_t at = UINT32_MAX;

    text_field(reply, "n", about->len);
    text_field_endpoint(reply, "from", about->remote);
    text_field_endpoint(reply, "to", about->local);
    if (wanted->check) {
        uint32_t bad = pattern_check(bytes, about->len, wanted->seed, wanted->offset, &at);
        text_field(reply, "bad", bad);
        if (bad != 0)
            text_field(reply, "at", at);
    } else {
        uint32_t shown = about->len < SHOWN_MAX_BYTES ? about->len : SHOWN_MAX_BYTES;
        text_field_hex(reply, "hex", bytes, shown);
    }
}

static int recv_datagram(struct shell *shell, struct shell_udp *socket, const struct wanted *wanted,
                         struct text *reply)
{
    uint32_t size = wanted->size < socket->rx_size ? wanted->size : socket->rx_size;
    uint8_t *block = arena_take(&shell->arena, size);
    struct ax_packet about;
    int len;

    if (!block)
        return SHELL_E_FULL_ARENA;
    len = socket->way->udp.recv(socket, block, size, &about, NULL);
    if (len >= 0)
        show_datagram(reply, wanted, block, &about);
    else if (len == AX_E_SMALL)
        text_field(reply, "need", about.len);
    arena_give_back(&shell->arena, block);
    return len < 0 ? len : AX_OK;
}

int cmd_udp_recv(struct shell *shell, struct request *request, struct text *reply)
{
    struct shell_udp *socket;
    struct wanted wanted;
    int err = handle_udp(shell, request, 0, &socket);

    if (err == AX_OK)
        err = read_wanted(request, &wanted);
    return err < 0 ? err : recv_datagram(shell, socket, &wanted, reply);
}
