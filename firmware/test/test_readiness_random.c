/* SPDX-License-Identifier: BSD-3-Clause */
/* The readiness driver at random: sockets and peers, a task that polls, tasks that wait.
 *
 * The test keeps a model of what each source was seen to be. Every event must be news by
 * it, and once all is idle, nobody may wait while what he waits for holds.
 *
 *   AX_SEED=N AX_STEPS=N test_readiness_random
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/readiness.h>

#include "dice.h"
#include "random_peer.h"

enum { SOCKETS = 6, PLACES = 5, WAITERS = 3, KEPT = 4, RING = 48, SEEDS = 10, VERSIONS = 256 };
enum { ALL = AX_READABLE | AX_WRITABLE | AX_RELEASED | AX_FLUSHED, BITS = AX_READINESS_INTERESTS };

/* A socket, its peer, and what the model knows of its source. */
struct model {
    struct ax_tcp tcp;
    struct random_peer peer;
    uint8_t rx[RING], tx[RING];
    uint32_t taken, given; /* bytes of the pattern received and sent */
    bool poisoned;
    int source; /* 0: not registered */
    unsigned interest, seen, untold;
    unsigned since[BITS]; /* the moment each was seen */
};

struct driving {
    struct ax_task task;
    bool is_blocked;      /* it told of less than was asked for */
    unsigned returns;     /* of poll, with anything but would-block */
    unsigned unparked_at; /* returns, when it was unparked last */
    bool unparked;
    struct ax_ready kept[KEPT]; /* older events, cleared at some time */
    unsigned kept_at[KEPT];
};

struct waiting {
    struct ax_task task;
    int source; /* 0: waits for nothing */
    unsigned interest;
};

static struct model models[SOCKETS];
static struct driving driving;
static struct waiting waiters[WAITERS];
static struct ax_source places[PLACES];
static struct ax_readiness driver;
static int leaving[PLACES]; /* deregistered since the last poll */
static unsigned leaving_count, moment;
static struct ax_listener listener;

static struct model *model_of(int source)
{
    for (unsigned i = 0; i < SOCKETS; i++)
        if (source != 0 && models[i].source == source)
            return &models[i];
    return NULL;
}

static unsigned registered(void)
{
    unsigned count = 0;

    for (unsigned i = 0; i < SOCKETS; i++)
        count += models[i].source != 0;
    return count;
}

/* ---- sockets */

static void prepare(struct model *model)
{
    const struct ax_tcp_config config = {
        .rx_storage = model->rx, .rx_size = RING, .tx_storage = model->tx, .tx_size = RING};

    assert_int_equal(ax_tcp_init(&model->tcp, &config), AX_OK);
    random_peer_begin(&model->peer, &model->tcp);
    model->poisoned = false;
}

static void poison(struct model *model)
{
    memset(&model->tcp, 0xa5, sizeof model->tcp);
    model->poisoned = true;
}

static void assert_poison_is_untouched(const struct model *model)
{
    for (size_t i = 0; i < sizeof model->tcp; i++)
        assert_int_equal(((const uint8_t *)&model->tcp)[i], 0xa5);
}

static void begin_connection(struct model *model)
{
    static const struct ax_endpoint there = {PEER_ADDR, PEER_PORT};

    if (!ax_tcp_is_released(&model->tcp) || ax_tcp_can_recv(&model->tcp))
        return;
    model->taken = model->given = 0;
    random_peer_begin(&model->peer, &model->tcp);
    if (dice_one_in(2))
        assert_int_equal(ax_tcp_connect(&model->tcp, NULL, &there, 0), AX_OK);
    else
        assert_int_equal(ax_listener_lend(&listener, &model->tcp), AX_OK);
}

static int receive(struct model *model)
{
    uint8_t bytes[RING];
    int result = ax_tcp_recv(&model->tcp, bytes, 1 + dice_below(RING));

    for (int i = 0; i < result; i++)
        assert_int_equal(bytes[i], random_peer_byte(model->taken++));
    return result;
}

static int send(struct model *model)
{
    uint8_t bytes[RING];
    uint32_t len = 1 + dice_below(RING);
    int result;

    random_peer_fill(bytes, model->given, len);
    result = ax_tcp_send(&model->tcp, bytes, len);
    if (result > 0)
        model->given += (uint32_t)result;
    return result;
}

/* Some attempts; whether the last one would block. */
static bool attempt(struct model *model, unsigned interest)
{
    int result = AX_OK;

    for (unsigned i = 1 + dice_below(4); i != 0 && result != AX_E_WOULD_BLOCK; i--)
        result = interest == AX_READABLE ? receive(model) : send(model);
    return result == AX_E_WOULD_BLOCK;
}

static void use_socket(struct model *model)
{
    if (dice_one_in(3))
        begin_connection(model);
    else if (dice_one_in(20))
        ax_tcp_abort(&model->tcp);
    else if (dice_one_in(20))
        ax_tcp_destroy(&model->tcp);
    else if (dice_one_in(10))
        (void)ax_tcp_close(&model->tcp);
    else
        (void)attempt(model, dice_one_in(2) ? AX_READABLE : AX_WRITABLE);
}

/* ---- the model of a source */

/* What was shown of it, now. */
static void shown(struct model *model, const struct ax_ready *seen)
{
    assert_ptr_equal(seen->token, model);
    assert_int_equal(seen->ready & ~model->interest, 0);
    assert_int_equal(model->seen & ~seen->ready, 0); /* nothing is forgotten unless cleared */
    for (unsigned i = 0; i < BITS; i++)
        if ((seen->ready & ~model->seen) >> i & 1)
            model->since[i] = moment;
    model->untold |= seen->ready & ~model->seen;
    model->seen = seen->ready;
}

static void clear(const struct ax_ready *seen, unsigned at)
{
    struct model *model = model_of(seen->source);

    if (!model) {
        assert_int_equal(ax_readiness_clear(&driver, seen), AX_E_ARG);
        return;
    }
    assert_int_equal(ax_readiness_clear(&driver, seen), AX_OK);
    for (unsigned i = 0; i < BITS; i++)
        if (seen->ready >> i & 1 && model->since[i] <= at) {
            model->seen &= ~(1u << i);
            model->untold &= ~(1u << i);
        }
}

static void begin_anew(struct model *model, unsigned interest)
{
    model->interest = interest;
    model->seen = 0;
    model->untold = 0;
}

static void register_source(struct model *model)
{
    unsigned interest = 1 + dice_below(ALL);
    bool is_full = registered() + leaving_count == PLACES;
    int source = ax_readiness_register_tcp(&driver, &model->tcp, interest, model);

    if (model->source != 0) {
        assert_int_equal(source, AX_E_IN_USE);
        return;
    }
    if (is_full) {
        assert_int_equal(source, AX_E_MEMORY);
        return;
    }
    assert_true(source > 0);
    model->source = source;
    begin_anew(model, interest);
}

static void deregister(struct model *model)
{
    int source = model->source;

    if (source == 0)
        return;
    assert_int_equal(ax_readiness_deregister(&driver, source), AX_OK);
    assert_false(ax_readiness_is_released(&driver, source));
    leaving[leaving_count++] = source;
    model->source = 0;
}

static void reregister(struct model *model)
{
    unsigned interest = 1 + dice_below(ALL);

    if (model->source == 0)
        return;
    assert_int_equal(ax_readiness_reregister(&driver, model->source, interest), AX_OK);
    begin_anew(model, interest);
}

/* ---- the task that polls */

static void keep(const struct ax_ready *event)
{
    unsigned place = dice_below(KEPT);

    driving.kept[place] = *event;
    driving.kept_at[place] = moment;
}

static void handle(struct ax_ready *event)
{
    struct model *model = model_of(event->source);
    unsigned interest = dice_one_in(2) ? AX_READABLE : AX_WRITABLE;

    if (!model)
        return; /* deregistered with this event under way */
    if (dice_one_in(4)) {
        keep(event);
    } else if (dice_one_in(8)) {
        deregister(&models[dice_below(SOCKETS)]);
    } else if (attempt(model, interest) || dice_one_in(3)) {
        if (dice_one_in(3)) /* between the attempt and the clear */
            random_peer_step(&model->peer, true);
        if (dice_one_in(2))
            event->ready = interest;
        clear(event, moment);
    }
}

static void check_released(void)
{
    while (leaving_count != 0)
        assert_true(ax_readiness_is_released(&driver, leaving[--leaving_count]));
}

static enum ax_poll drive(struct ax_task *task)
{
    struct ax_ready events[3];
    unsigned max = 1 + dice_below(3);
    int count = ax_readiness_poll(&driver, events, max, task->self);

    check_released();
    driving.is_blocked = count < (int)max;
    if (count == AX_E_WOULD_BLOCK)
        return AX_PENDING;
    assert_in_range(count, 0, max);
    driving.returns++;
    moment++;
    for (int i = 0; i < count; i++) {
        struct model *model = model_of(events[i].source);
        assert_non_null(model);
        shown(model, &events[i]);
        assert_int_not_equal(model->untold, 0);
        model->untold = 0;
    }
    for (int i = 0; i < count; i++)
        handle(&events[i]);
    if (!driving.is_blocked)
        ax_wake(task->self);
    return AX_PENDING;
}

/* ---- tasks that wait */

static enum ax_poll wait_poll(struct ax_task *task)
{
    struct waiting *waiting = (struct waiting *)task;
    struct model *model = model_of(waiting->source);
    struct ax_ready seen;

    if (waiting->source == 0)
        return AX_PENDING;
    if (!model) {
        assert_int_equal(ax_readiness_look(&driver, waiting->source, &seen), AX_E_ARG);
        waiting->source = 0;
        return AX_PENDING;
    }
    assert_int_equal(ax_readiness_look(&driver, waiting->source, &seen), AX_OK);
    moment++;
    shown(model, &seen);
    if (seen.ready & waiting->interest) {
        if (dice_one_in(2))
            clear(&seen, moment);
        waiting->source = 0;
    } else if (ax_readiness_wait(&driver, waiting->source, waiting->interest, task->self) < 0) {
        assert_int_not_equal(waiting->interest & ~model->interest, 0);
        waiting->source = 0;
    }
    return AX_PENDING;
}

static void begin_to_wait(struct waiting *waiting)
{
    const struct model *model = &models[dice_below(SOCKETS)];

    if (waiting->source != 0)
        ax_readiness_unwait(&driver, waiting->source, waiting->task.self);
    waiting->source = model->source;
    waiting->interest = model->interest & (1 + dice_below(ALL));
    if (waiting->source == 0 || waiting->interest == 0)
        waiting->source = 0;
    else
        assert_int_equal(
            ax_readiness_wait(&driver, waiting->source, waiting->interest, waiting->task.self),
            AX_OK);
}

/* ---- the watchdog: all is idle, so nobody may wait for what holds */

static void watch_source(const struct model *model)
{
    unsigned holds = ax_tcp_ready(&model->tcp);

    assert_int_equal(holds & model->interest & ~model->seen, 0);
    assert_int_equal(model->untold, 0);
}

static void watch_waiter(const struct waiting *waiting)
{
    const struct model *model = model_of(waiting->source);

    if (waiting->source == 0)
        return;
    assert_non_null(model);
    assert_int_equal(waiting->interest & ~model->interest, 0);
    assert_int_equal(waiting->interest & (ax_tcp_ready(&model->tcp) | model->seen), 0);
}

static void run_to_idle_and_watch(void)
{
    for (unsigned rounds = 0; ax_run_once(); rounds++)
        assert_true(rounds < 1000); /* or it spins */
    assert_true(driving.is_blocked);
    if (driving.unparked)
        assert_true(driving.returns > driving.unparked_at);
    driving.unparked = false;
    for (unsigned i = 0; i < SOCKETS; i++)
        if (models[i].source != 0)
            watch_source(&models[i]);
    for (unsigned i = 0; i < WAITERS; i++)
        watch_waiter(&waiters[i]);
}

/* ---- the walk */

static void unpark(void)
{
    ax_readiness_unpark(&driver);
    driving.unparked = true;
    driving.unparked_at = driving.returns;
}

static void clear_an_old_event(void)
{
    unsigned place = dice_below(KEPT);

    if (moment - driving.kept_at[place] < VERSIONS) /* an older one may be taken for another */
        clear(&driving.kept[place], driving.kept_at[place]);
}

static void give_away(struct model *model)
{
    deregister(model);
    ax_tcp_destroy(&model->tcp);
    fake_stack_run();
    poison(model);
}

static void step_of_the_source(struct model *model)
{
    switch (dice_below(8)) {
    case 0:
    case 1:
    case 2: register_source(model); break;
    case 3: deregister(model); break;
    case 4: reregister(model); break;
    case 5: clear_an_old_event(); break;
    case 6: begin_to_wait(&waiters[dice_below(WAITERS)]); break;
    case 7: unpark(); break;
    }
}

static void step(void)
{
    struct model *model = &models[dice_below(SOCKETS)];

    if (model->poisoned) {
        assert_poison_is_untouched(model);
        if (dice_one_in(3))
            prepare(model);
        return;
    }
    switch (dice_below(10)) {
    case 0:
    case 1: use_socket(model); break;
    case 2:
    case 3:
    case 4: random_peer_step(&model->peer, true); break;
    case 5: step_of_the_source(model); break;
    case 6: fake_stack_run(); break;
    case 7: (void)random_peer_syn(&listener); break;
    case 8: (void)ax_run_once(); break;
    case 9:
        if (dice_one_in(50))
            give_away(model);
        else
            run_to_idle_and_watch();
        break;
    }
}

static void start(void)
{
    static const struct ax_endpoint here = {0, 80};

    fake_stack_start();
    ax_clock_hold();
    ax_readiness_init(&driver, places, PLACES);
    memset(&driving, 0, sizeof driving);
    driving.task = (struct ax_task){.poll = drive, .name = "driver"};
    for (unsigned i = 0; i < WAITERS; i++) { /* some of them look before the driver does */
        if (i == 1)
            assert_int_equal(ax_task_start(&driving.task), AX_OK);
        waiters[i] = (struct waiting){.task = {.poll = wait_poll, .name = "waiter"}};
        assert_int_equal(ax_task_start(&waiters[i].task), AX_OK);
    }
    memset(models, 0, sizeof models);
    for (unsigned i = 0; i < SOCKETS; i++)
        prepare(&models[i]);
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    leaving_count = 0;
}

static void end(void)
{
    for (unsigned i = 0; i < SOCKETS; i++)
        if (!models[i].poisoned) {
            deregister(&models[i]);
            ax_tcp_destroy(&models[i].tcp);
        }
    ax_listener_close(&listener);
    fake_stack_run();
    run_to_idle_and_watch();
    assert_int_equal(leaving_count, 0);
    assert_int_equal(ax_timers_armed(), 0);
    for (unsigned i = 0; i < WAITERS; i++)
        ax_task_stop(&waiters[i].task);
    ax_task_stop(&driving.task);
}

static void nobody_waits_for_what_holds_and_nothing_is_told_twice(void **unused)
{
    uint32_t steps = 100000;
    (void)unused;

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        dice_start("test_readiness_random", seed, &steps);
        start();
        for (uint32_t i = 0; i < steps; i++)
            step();
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_for_what_holds_and_nothing_is_told_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
