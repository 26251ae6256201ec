/* SPDX-License-Identifier: BSD-3-Clause */
#include "callback_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "callback/turns.h"

static struct life {
    enum { GONE, IDLE, BEGUN, UP, FINISHED, ERRED } at;
    bool lent;               /* in the pool: idle means that it waits there */
    uint32_t said, heard;    /* of the peer's stream */
    uint32_t written, acked; /* of ours */
} lives[PROBES];

static struct life *of(const struct probe *probe) { return &lives[probe - probes]; }

static uint8_t byte_at(uint32_t at) { return (uint8_t)(at * 7 + at / 251); }

void watch_start(void) { memset(lives, 0, sizeof lives); }

void watch_prepared(struct probe *probe) { *of(probe) = (struct life){.at = IDLE}; }

static void begin(struct probe *probe, bool lent)
{
    assert_true(of(probe)->at == IDLE || of(probe)->at == GONE);
    *of(probe) = (struct life){.at = BEGUN, .lent = lent};
}

void watch_begun(struct probe *probe) { begin(probe, false); }
void watch_lent(struct probe *probe) { begin(probe, true); }
void watch_freed(struct probe *probe) { of(probe)->at = GONE; }

void watch_server_ended(void)
{
    for (unsigned n = 0; n < PROBES; n++) {
        if (lives[n].lent && lives[n].at == BEGUN)
            lives[n].at = IDLE;
        lives[n].lent = false;
    }
}

void watch_peer_says(struct probe *probe, size_t len)
{
    static uint8_t bytes[PROBE_RX];

    for (size_t i = 0; i < len; i++)
        bytes[i] = byte_at(of(probe)->said++);
    net_tcp_received(&probe->tcp, bytes, len);
}

static const unsigned connected_states = 1u << UP | 1u << FINISHED;

static bool is_legal(const struct life *life, enum told_event event)
{
    unsigned now = 1u << life->at;

    switch (event) {
    case TOLD_CONNECT: return life->at == BEGUN && !life->lent;
    case TOLD_CLIENT: return (now & (1u << BEGUN | 1u << IDLE)) && life->lent;
    case TOLD_DATA:
    case TOLD_PACKET:
    case TOLD_END: return life->at == UP;
    case TOLD_ACK:
    case TOLD_TIMEOUT:
    case TOLD_POLL: return now & connected_states;
    case TOLD_ERROR: return now & (connected_states | (life->lent ? 0 : 1u << BEGUN));
    case TOLD_DISCONNECT:
        return now & (connected_states | 1u << ERRED | (life->lent ? 0 : 1u << BEGUN));
    default: return false;
    }
}

void watch_told(struct probe *probe, enum told_event event)
{
    struct life *life = of(probe);

    if (!is_legal(life, event))
        fail_msg("client %u is told of event %d in state %d", (unsigned)(probe - probes),
                 (int)event, (int)life->at);
    switch (event) {
    case TOLD_CONNECT:
    case TOLD_CLIENT: life->at = UP; break;
    case TOLD_END: life->at = FINISHED; break;
    case TOLD_ERROR: life->at = ERRED; break;
    case TOLD_DISCONNECT: *life = (struct life){.at = IDLE, .lent = life->lent}; break;
    default: break;
    }
    if (event == TOLD_END)
        assert_int_equal(life->heard, life->said); /* behind the last byte */
    if (event == TOLD_ERROR && ax_tcp_end(&probe->tcp) == AX_E_RESET)
        assert_int_equal(life->heard, life->said); /* what came before a reset */
}

void watch_bytes(struct ax_client *client, struct ax_span data)
{
    struct life *life = of((struct probe *)client);

    assert_int_not_equal(data.len, 0);
    for (size_t i = 0; i < data.len; i++)
        if (data.at[i] != byte_at(life->heard++))
            fail_msg("a byte is not the next one");
    assert_true(life->heard <= life->said);
}

void watch_acked(struct ax_client *client, size_t bytes)
{
    struct life *life = of((struct probe *)client);

    life->acked += (uint32_t)bytes;
    assert_true(bytes != 0 && life->acked <= life->written);
}

void watch_written(struct probe *probe, int count)
{
    if (count > 0)
        of(probe)->written += (uint32_t)count;
}

/* ---- at rest */

static unsigned places_of(const struct ax_client *client)
{
    unsigned places = 0;

    for (const struct ax_client *at = service.first; at; at = at->next)
        places += at == client;
    return places;
}

static bool has_untold_bytes(struct ax_client *client)
{
    struct ax_span data;
    int err = ax_tcp_data_behind(client->tcp, client->held, &data);

    return err == AX_OK || (err == AX_E_EOF && !client->told_end);
}

static void check_connected(struct ax_client *client)
{
    const struct life *life = of((struct probe *)client);

    assert_false(has_untold_bytes(client));
    assert_int_equal(ax_tcp_end(client->tcp), AX_OK);
    assert_int_equal(client->acked, ax_tcp_stats(client->tcp).tx_bytes);
    assert_int_equal(life->acked, client->acked);
    assert_int_equal(life->written, client->acked + client->added + ax_tcp_levels(client->tcp).tx);
    if (client->times.poll_every_ms != 0)
        assert_true(ax_timer_is_armed(&client->poll_timer));
    if (client->times.ack_timeout_ms != 0)
        assert_int_equal(ax_timer_is_armed(&client->ack_timer),
                         !client->stalled && ax_tcp_levels(client->tcp).tx != 0);
}

static void check(struct probe *probe)
{
    struct ax_client *client = &probe->client;
    enum ax_tcp_state state = ax_tcp_state(client->tcp);

    assert_int_equal(places_of(client), client->phase != CLIENT_IDLE);
    switch ((enum client_phase)client->phase) {
    case CLIENT_BEGINNING:
        assert_true(!ax_tcp_is_released(client->tcp) || ax_timer_is_armed(&client->poll_timer));
        break;
    case CLIENT_OPENING:
        assert_true(state == AX_TCP_LISTEN || state == AX_TCP_SYN_SENT ||
                    state == AX_TCP_SYN_RECEIVED);
        break;
    case CLIENT_CONNECTED: check_connected(client); break;
    case CLIENT_ENDING: fail_msg("an end is not told"); break;
    case CLIENT_IDLE: break;
    }
}

void watch_at_rest(void)
{
    for (unsigned n = 0; n < PROBES; n++)
        if (!is_given_up(&probes[n]) && probes[n].client.service == &service)
            check(&probes[n]);
}
