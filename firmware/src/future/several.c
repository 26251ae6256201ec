/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/future.h>

static void withdraw_all(struct ax_future *const *of, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        ax_future_withdraw(of[i]);
}

static int poll_select(struct ax_future *future, ax_tasks self)
{
    const struct ax_select *select = (const struct ax_select *)future;

    for (unsigned i = 0; i < select->count; i++)
        if (ax_future_poll(select->of[i], self) != AX_E_WOULD_BLOCK) {
            withdraw_all(select->of, select->count);
            return (int)i;
        }
    return select->count ? AX_E_WOULD_BLOCK : AX_E_ARG;
}

static void withdraw_select(struct ax_future *future)
{
    const struct ax_select *select = (const struct ax_select *)future;

    withdraw_all(select->of, select->count);
}

void ax_select(struct ax_select *select, struct ax_future *const *of, unsigned count)
{
    static const struct ax_future_kind kind = {.poll = poll_select, .withdraw = withdraw_select};

    *select = (struct ax_select){.of = of, .count = count};
    ax_future_init(&select->future, &kind);
}

static int poll_join(struct ax_future *future, ax_tasks self)
{
    const struct ax_join *join = (const struct ax_join *)future;
    int result = AX_OK;

    for (unsigned i = 0; i < join->count; i++)
        if (ax_future_poll(join->of[i], self) == AX_E_WOULD_BLOCK)
            result = AX_E_WOULD_BLOCK;
    return result;
}

static void withdraw_join(struct ax_future *future)
{
    const struct ax_join *join = (const struct ax_join *)future;

    withdraw_all(join->of, join->count);
}

void ax_join(struct ax_join *join, struct ax_future *const *of, unsigned count)
{
    static const struct ax_future_kind kind = {.poll = poll_join, .withdraw = withdraw_join};

    *join = (struct ax_join){.of = of, .count = count};
    ax_future_init(&join->future, &kind);
}
