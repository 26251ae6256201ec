/* SPDX-License-Identifier: BSD-3-Clause */
/* Echo, discard and chargen, in place: bytes go from ring to ring. */
#include "serve/services.h"

#include <string.h>

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

int serve_drop(struct ax_tcp *tcp)
{
    for (size_t left = SERVE_STEP_BYTES; left != 0;) {
        struct ax_span data;
        int err = ax_tcp_data(tcp, &data);
        if (err < 0)
            return err;
        data.len = smaller(data.len, left);
        ax_tcp_consume(tcp, data.len);
        left -= data.len;
    }
    return AX_OK;
}

int serve_discard(struct ax_serve_peer *peer)
{
    int err = serve_drop(&peer->tcp);

    return err == AX_E_WOULD_BLOCK ? AX_READABLE : err;
}

int serve_echo(struct ax_serve_peer *peer)
{
    for (size_t left = SERVE_STEP_BYTES; left != 0;) {
        struct ax_span data, room;
        int err = ax_tcp_data(&peer->tcp, &data);
        if (err < 0)
            return err == AX_E_WOULD_BLOCK ? AX_READABLE : err;
        err = ax_tcp_room(&peer->tcp, &room);
        if (err < 0)
            return err == AX_E_WOULD_BLOCK ? AX_WRITABLE : err;
        data.len = smaller(smaller(data.len, room.len), left);
        memcpy(room.at, data.at, data.len);
        ax_tcp_commit(&peer->tcp, data.len);
        ax_tcp_consume(&peer->tcp, data.len);
        left -= data.len;
    }
    return 0;
}

/* ---- chargen: rows of 72 of the 95 printable characters, each row begins one later */

enum { COLUMNS = 72, ROW = COLUMNS + 2, CHARACTERS = 95, PERIOD = ROW * CHARACTERS };

static uint8_t character(uint32_t at)
{
    uint32_t row = at / ROW, column = at % ROW;

    if (column >= COLUMNS)
        return column == COLUMNS ? '\r' : '\n';
    return (uint8_t)(' ' + (row + column) % CHARACTERS);
}

static int generate(struct ax_serve_peer *peer)
{
    for (size_t left = SERVE_STEP_BYTES; left != 0;) {
        struct ax_span room;
        int err = ax_tcp_room(&peer->tcp, &room);
        if (err < 0)
            return err;
        room.len = smaller(room.len, left);
        for (size_t i = 0; i < room.len; i++)
            room.at[i] = character((peer->at + (uint32_t)i) % PERIOD);
        ax_tcp_commit(&peer->tcp, room.len);
        peer->at = (peer->at + (uint32_t)room.len) % PERIOD;
        left -= room.len;
    }
    return AX_OK;
}

/* A peer that ended its half may go on reading: only a reset ends it. */
int serve_chargen(struct ax_serve_peer *peer)
{
    int dropped = serve_drop(&peer->tcp);
    int generated = generate(peer);

    if (generated == AX_OK || dropped == AX_OK)
        return 0;
    if (generated != AX_E_WOULD_BLOCK)
        return generated;
    return dropped == AX_E_WOULD_BLOCK ? AX_READABLE | AX_WRITABLE : AX_WRITABLE;
}
