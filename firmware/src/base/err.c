/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/err.h>

const char *ax_err_name(int err)
{
    switch (err) {
    case AX_E_ARG: return "arg";
    case AX_E_STATE: return "state";
    case AX_E_WOULD_BLOCK: return "would-block";
    case AX_E_TOO_LARGE: return "too-large";
    case AX_E_SMALL: return "small";
    case AX_E_EOF: return "eof";
    case AX_E_IN_USE: return "in-use";
    case AX_E_MEMORY: return "memory";
    case AX_E_UNREACHABLE: return "unreachable";
    case AX_E_TIMEOUT: return "timeout";
    case AX_E_NO_NAME: return "no-name";
    case AX_E_NO_ANSWER: return "no-answer";
    case AX_E_CLOSED: return "closed";
    case AX_E_RESET: return "reset";
    case AX_E_REFUSED: return "refused";
    case AX_E_CONNECT_TIMEOUT: return "connect-timeout";
    case AX_E_USER_TIMEOUT: return "user-timeout";
    case AX_E_RETRANSMISSIONS: return "retransmissions";
    case AX_E_KEEPALIVE: return "keepalive";
    case AX_E_ADDRESS_LOST: return "address-lost";
    case AX_E_EVICTED: return "evicted";
    case AX_E_ABORTED: return "aborted";
    case AX_E_REAPED: return "reaped";
    case AX_E_IDLE: return "idle";
    default: return err >= 0 ? "ok" : "unknown";
    }
}
