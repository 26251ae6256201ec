/* SPDX-License-Identifier: BSD-3-Clause */
#include "net/conn_state.h"

/* Cells hold the next state plus one, so an empty cell reads as "not legal". */
#define TO(state) ((uint8_t)((state) + 1))

static const uint8_t next[AX_TCP_STATES][CONN_EVENTS] = {
    [AX_TCP_CLOSED] = {[CONN_CONNECT] = TO(AX_TCP_SYN_SENT), [CONN_LEND] = TO(AX_TCP_LISTEN)},
    [AX_TCP_LISTEN] = {[CONN_SYN] = TO(AX_TCP_SYN_RECEIVED), [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_SYN_SENT] = {[CONN_SYN] = TO(AX_TCP_SYN_RECEIVED),
                         [CONN_ESTABLISHED] = TO(AX_TCP_ESTABLISHED),
                         [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_SYN_RECEIVED] = {[CONN_ESTABLISHED] = TO(AX_TCP_ESTABLISHED),
                             [CONN_CLOSE] = TO(AX_TCP_FIN_WAIT_1),
                             [CONN_RETURN] = TO(AX_TCP_LISTEN),
                             [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_ESTABLISHED] = {[CONN_CLOSE] = TO(AX_TCP_FIN_WAIT_1),
                            [CONN_PEER_FIN] = TO(AX_TCP_CLOSE_WAIT),
                            [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_FIN_WAIT_1] = {[CONN_FIN_ACKED] = TO(AX_TCP_FIN_WAIT_2),
                           [CONN_PEER_FIN] = TO(AX_TCP_CLOSING),
                           [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_FIN_WAIT_2] = {[CONN_PEER_FIN] = TO(AX_TCP_TIME_WAIT), [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_CLOSE_WAIT] = {[CONN_CLOSE] = TO(AX_TCP_LAST_ACK), [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_CLOSING] = {[CONN_FIN_ACKED] = TO(AX_TCP_TIME_WAIT), [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_LAST_ACK] = {[CONN_FIN_ACKED] = TO(AX_TCP_CLOSED), [CONN_END] = TO(AX_TCP_CLOSED)},
    [AX_TCP_TIME_WAIT] = {[CONN_END] = TO(AX_TCP_CLOSED)},
};

int conn_next(enum ax_tcp_state state, enum conn_event event)
{
    uint8_t cell = next[state][event];

    return cell ? cell - 1 : AX_E_STATE;
}

const char *ax_tcp_state_name(enum ax_tcp_state state)
{
    static const char *const names[AX_TCP_STATES] = {
        [AX_TCP_CLOSED] = "CLOSED",           [AX_TCP_LISTEN] = "LISTEN",
        [AX_TCP_SYN_SENT] = "SYN-SENT",       [AX_TCP_SYN_RECEIVED] = "SYN-RECEIVED",
        [AX_TCP_ESTABLISHED] = "ESTABLISHED", [AX_TCP_FIN_WAIT_1] = "FIN-WAIT-1",
        [AX_TCP_FIN_WAIT_2] = "FIN-WAIT-2",   [AX_TCP_CLOSE_WAIT] = "CLOSE-WAIT",
        [AX_TCP_CLOSING] = "CLOSING",         [AX_TCP_LAST_ACK] = "LAST-ACK",
        [AX_TCP_TIME_WAIT] = "TIME-WAIT",
    };

    return (unsigned)state < AX_TCP_STATES ? names[state] : "?";
}
