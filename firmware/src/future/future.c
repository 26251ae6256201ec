/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/future.h>

#include "base/check.h"

void ax_future_init(struct ax_future *future, const struct ax_future_kind *kind)
{
    *future = (struct ax_future){.kind = kind, .result = AX_E_WOULD_BLOCK};
}

int ax_future_poll(struct ax_future *future, ax_tasks self)
{
    AX_CHECK(future->kind != NULL);
    if (!ax_future_is_done(future)) {
        int result = future->kind->poll(future, self);
        future->begun = true;
        if (!ax_future_is_done(future)) /* a poll may withdraw its own future */
            future->result = result;
    }
    return future->result;
}

void ax_future_is_late(struct ax_future *future) { future->late = true; }

void ax_future_withdraw(struct ax_future *future)
{
    if (ax_future_is_done(future))
        return;
    future->result = AX_E_ABORTED;
    if (future->kind->withdraw)
        future->kind->withdraw(future);
}

bool ax_future_is_done(const struct ax_future *future)
{
    return future->result != AX_E_WOULD_BLOCK;
}
