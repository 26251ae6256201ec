/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/listener.h>

#include "net/stack_side.h"

int ax_listener_reopen(struct ax_listener *listener)
{
    if (!listener->open)
        return AX_E_STATE;
    listener->reopens = true;
    stack_tcp_begin_reopening();
    return AX_OK;
}
