/* SPDX-License-Identifier: BSD-3-Clause */
#include <ax/clock.h>
#include <ax/future.h>

static bool is_past(const struct ax_sleep *sleep)
{
    return (int32_t)(sleep->at_ms - ax_now_ms()) <= 0;
}

/* Armed once for a task, so that among equal deadlines it keeps its place; and then it is
 * over when it has fired, which a clock that is held may put off. */
static bool is_over(const struct ax_sleep *sleep)
{
    return sleep->wakes ? ax_timer_has_fired(&sleep->timer) : is_past(sleep);
}

static int poll_sleep(struct ax_future *future, ax_tasks self)
{
    struct ax_sleep *sleep = (struct ax_sleep *)future;

    if (is_over(sleep)) {
        ax_timer_cancel(&sleep->timer);
        return AX_OK;
    }
    if (sleep->wakes != self)
        ax_timer_arm_at(&sleep->timer, sleep->at_ms, self);
    sleep->wakes = self;
    return AX_E_WOULD_BLOCK;
}

static void withdraw_sleep(struct ax_future *future)
{
    ax_timer_cancel(&((struct ax_sleep *)future)->timer);
}

void ax_sleep_until(struct ax_sleep *sleep, uint32_t at_ms)
{
    static const struct ax_future_kind kind = {.poll = poll_sleep, .withdraw = withdraw_sleep};

    *sleep = (struct ax_sleep){.at_ms = at_ms};
    ax_future_init(&sleep->future, &kind);
}

void ax_sleep_for(struct ax_sleep *sleep, uint32_t in_ms)
{
    ax_sleep_until(sleep, ax_now_ms() + in_ms);
    if (in_ms > AX_TIMER_MAX_MS)
        sleep->future.result = AX_E_ARG;
}

static int poll_timeout(struct ax_future *future, ax_tasks self)
{
    struct ax_timeout *timeout = (struct ax_timeout *)future;
    int result;

    if (timeout->sleep.future.result == AX_E_ARG) {
        ax_future_withdraw(timeout->of);
        return AX_E_ARG;
    }
    result = ax_future_poll(timeout->of, self);
    if (result != AX_E_WOULD_BLOCK) {
        ax_future_withdraw(&timeout->sleep.future);
        return result;
    }
    if (ax_future_poll(&timeout->sleep.future, self) == AX_E_WOULD_BLOCK)
        return AX_E_WOULD_BLOCK;
    ax_future_withdraw(timeout->of);
    return AX_E_TIMEOUT;
}

static void withdraw_timeout(struct ax_future *future)
{
    struct ax_timeout *timeout = (struct ax_timeout *)future;

    ax_future_withdraw(timeout->of);
    ax_future_withdraw(&timeout->sleep.future);
}

void ax_timeout(struct ax_timeout *timeout, struct ax_future *of, uint32_t in_ms)
{
    static const struct ax_future_kind kind = {.poll = poll_timeout, .withdraw = withdraw_timeout};

    timeout->of = of;
    ax_sleep_for(&timeout->sleep, in_ms);
    ax_future_init(&timeout->future, &kind);
}
