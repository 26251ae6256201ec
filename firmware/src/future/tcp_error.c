/* SPDX-License-Identifier: BSD-3-Clause */
#include "future/tcp_error.h"

int tcp_error_of(const struct ax_tcp_future *sending, int err)
{
    bool has_waited = sending->future.begun || sending->future.late;
    int end = ax_tcp_end(sending->tcp);

    return err == AX_E_STATE && has_waited && end != AX_OK ? end : err;
}
