/* SPDX-License-Identifier: BSD-3-Clause */
/* What operations of a TCP socket have in common. */
#include "reactor/operations.h"

void operation_tell_tcp(const struct ax_operation *operation, struct ax_completion *done)
{
    const struct ax_tcp_future *of = &operation->of.tcp;

    done->tcp = of->tcp;
    done->bytes = (uint32_t)of->done;
    done->about.local = of->local;
    done->about.remote = of->remote;
}
