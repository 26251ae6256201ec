/* SPDX-License-Identifier: BSD-3-Clause */
/* The completion reactor at random: sockets and peers, a task that processes, one that
 * takes completions, deadlines on a clock that is moved by hand.
 *
 * Every operation must complete once, in its turn, with its bytes in their order and its
 * buffer left alone from then on; a deadline is kept at its tick; and once all is idle, no
 * operation may wait for what holds.
 *
 *   AX_SEED=N AX_STEPS=N test_reactor_random
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/reactor.h>

#include "dice.h"
#include "random_peer.h"

enum { SOCKETS = 4, PLACES = 10, RING = 32, LONGEST = 80, LOG = 4096, SEEDS = 10, POISON = 0xee };
enum { IN = 1, OUT = 2 };

/* A socket, its peer, and what passed between them. */
struct model {
    struct ax_tcp tcp;
    struct random_peer peer; /* first of what is its own */
    uint8_t rx[RING], tx[RING];
    bool is_poisoned, is_dropped;     /* dropped: a close dropped what came */
    uint32_t taken;                   /* bytes of the pattern received */
    uint8_t said[LOG], heard[LOG];    /* what completed as sent, what the peer has, */
    uint32_t said_count, heard_count; /* both since they last agreed */
};

/* An operation from submission until its completion is taken. */
struct operation {
    int id; /* 0: none */
    enum ax_op op;
    struct model *model;
    unsigned lanes, serial, interest;
    uint32_t len, deadline_ms;
    bool is_timed, is_cancelled;
    uint8_t bytes[LONGEST];
};

static struct model models[SOCKETS];
static struct operation operations[PLACES];
static unsigned serials, outstanding;
static struct ax_operation table[PLACES];
static struct ax_reactor reactor;
static struct ax_task processing, taking;
static struct ax_listener listener;

/* ---- what is sent, by operation */

static uint8_t said_byte(const struct operation *operation, uint32_t at)
{
    return (uint8_t)(operation->serial * 31 + at * 7 + at / 5);
}

static void peer_heard(struct random_peer *peer, uint8_t byte)
{
    struct model *model = (struct model *)((char *)peer - offsetof(struct model, peer));

    assert_in_range(model->heard_count, 0, LOG - 1);
    model->heard[model->heard_count++] = byte;
}

/* The oldest of a socket's in a direction; NULL for none. */
static struct operation *oldest(const struct model *model, unsigned lanes)
{
    struct operation *found = NULL;

    for (unsigned i = 0; i < PLACES; i++) {
        struct operation *at = &operations[i];
        if (at->id != 0 && at->model == model && (at->lanes & lanes) &&
            (!found || at->serial < found->serial))
            found = at;
    }
    return found;
}

/* What the peer has is what was said, */
static void compare(struct model *model)
{
    uint32_t both = model->said_count < model->heard_count ? model->said_count : model->heard_count;

    assert_memory_equal(model->said, model->heard, both);
    memmove(model->said, model->said + both, model->said_count -= both);
    memmove(model->heard, model->heard + both, model->heard_count -= both);
}

/* and then the beginning of what is being said. */
static void compare_to_the_end(struct model *model)
{
    const struct operation *saying = oldest(model, OUT);

    compare(model);
    for (uint32_t i = 0; i < model->heard_count; i++) {
        assert_non_null(saying);
        assert_in_range(i, 0, saying->len - 1);
        assert_int_equal(model->heard[i], said_byte(saying, i));
    }
}

/* ---- submitting */

static struct operation *take(struct model *model, enum ax_op op, unsigned lanes)
{
    struct operation *operation = operations;

    while (operation < &operations[PLACES] && operation->id != 0)
        operation++;
    if (operation == &operations[PLACES])
        return NULL;
    for (unsigned i = 0; i < LONGEST && operation->serial != 0; i++)
        assert_int_equal(operation->bytes[i], POISON); /* left alone since it completed */
    *operation = (struct operation){.op = op,
                                    .model = model,
                                    .lanes = lanes,
                                    .serial = ++serials,
                                    .len = 1 + dice_below(LONGEST),
                                    .interest = 1 + dice_below(15)};
    for (uint32_t i = 0; i < LONGEST; i++)
        operation->bytes[i] = said_byte(operation, i);
    return operation;
}

static int submit(struct operation *operation)
{
    static const struct ax_endpoint there = {PEER_ADDR, PEER_PORT};
    struct ax_tcp *tcp = &operation->model->tcp;
    uint8_t *bytes = operation->bytes;

    switch (operation->op) {
    case AX_OP_CONNECT: return ax_reactor_connect(&reactor, tcp, NULL, &there, 0, operation);
    case AX_OP_ACCEPT: return ax_reactor_accept(&reactor, &listener, tcp, operation);
    case AX_OP_RECV: return ax_reactor_recv(&reactor, tcp, bytes, operation->len, operation);
    case AX_OP_READ_EXACT:
        return ax_reactor_read_exact(&reactor, tcp, bytes, operation->len, operation);
    case AX_OP_SEND: return ax_reactor_send(&reactor, tcp, bytes, operation->len, operation);
    case AX_OP_WRITE_ALL:
        return ax_reactor_write_all(&reactor, tcp, bytes, operation->len, operation);
    case AX_OP_FLUSH: return ax_reactor_flush(&reactor, tcp, operation);
    case AX_OP_SHUTDOWN: return ax_reactor_shutdown(&reactor, tcp, operation);
    case AX_OP_CLOSE: return ax_reactor_close(&reactor, tcp, operation);
    default: return ax_reactor_ready_tcp(&reactor, tcp, operation->interest, operation);
    }
}

static void give_deadline(struct operation *operation)
{
    uint32_t in_ms = dice_below(100);

    if (operation->id == 0 || ax_reactor_within(&reactor, operation->id, in_ms) == AX_E_STATE)
        return; /* it has completed, and was not taken */
    operation->is_timed = true;
    operation->deadline_ms = ax_now_ms() + in_ms;
}

static void cancel(struct operation *operation)
{
    int err;

    if (operation->id == 0)
        return;
    err = ax_reactor_cancel(&reactor, operation->id);
    assert_true(err == AX_OK || err == AX_E_STATE); /* it may have completed, and not been taken */
    if (err != AX_OK)
        return;
    operation->is_cancelled = true;
    if (operation->op == AX_OP_CONNECT || operation->op == AX_OP_ACCEPT)
        assert_int_equal(ax_tcp_state(&operation->model->tcp), AX_TCP_CLOSED);
}

/* What a close would cancel by itself, so that the model knows of it. */
static void cancel_readers(const struct model *model)
{
    for (unsigned i = 0; i < PLACES; i++)
        if (operations[i].model == model && (operations[i].lanes & IN))
            cancel(&operations[i]);
}

static void begin_operation(struct model *model, enum ax_op op, unsigned lanes)
{
    struct operation *operation = take(model, op, lanes);

    if (!operation) { /* every place is taken */
        assert_int_equal(ax_reactor_flush(&reactor, &model->tcp, NULL), AX_E_MEMORY);
        return;
    }
    operation->id = submit(operation);
    assert_true(operation->id > 0);
    outstanding++;
    if (dice_one_in(3))
        give_deadline(operation);
}

static void begin_connection(struct model *model)
{
    if (!ax_tcp_is_released(&model->tcp) || ax_tcp_can_recv(&model->tcp) || oldest(model, IN | OUT))
        return;
    model->taken = 0;
    model->is_dropped = false;
    model->said_count = model->heard_count = 0;
    random_peer_begin(&model->peer, &model->tcp);
    begin_operation(model, dice_one_in(2) ? AX_OP_CONNECT : AX_OP_ACCEPT, IN | OUT);
}

static void use(struct model *model)
{
    if (model->is_poisoned)
        return;
    switch (dice_below(16)) {
    case 0:
    case 1:
    case 2: begin_connection(model); break;
    case 3:
    case 4: begin_operation(model, AX_OP_RECV, IN); break;
    case 5:
    case 6: begin_operation(model, AX_OP_READ_EXACT, IN); break;
    case 7:
    case 8: begin_operation(model, AX_OP_SEND, OUT); break;
    case 9:
    case 10: begin_operation(model, AX_OP_WRITE_ALL, OUT); break;
    case 11: begin_operation(model, AX_OP_FLUSH, OUT); break;
    case 12: begin_operation(model, AX_OP_READY, 0); break;
    case 13:
        if (dice_one_in(5))
            begin_operation(model, AX_OP_SHUTDOWN, OUT);
        break;
    case 14:
        if (dice_one_in(5)) {
            cancel_readers(model);
            begin_operation(model, AX_OP_CLOSE, IN | OUT);
        }
        break;
    case 15:
        if (dice_one_in(10))
            ax_tcp_abort(&model->tcp);
        else if (dice_one_in(10))
            (void)ax_tcp_close(&model->tcp);
        break;
    }
}

/* ---- completing */

static bool is_receiving(enum ax_op op) { return op == AX_OP_RECV || op == AX_OP_READ_EXACT; }
static bool is_sending(enum ax_op op) { return op == AX_OP_SEND || op == AX_OP_WRITE_ALL; }

static void judge_result(const struct operation *operation, const struct ax_completion *done)
{
    bool is_whole = done->op == AX_OP_READ_EXACT || done->op == AX_OP_WRITE_ALL;

    assert_int_not_equal(done->result, AX_E_WOULD_BLOCK);
    assert_in_range(done->bytes, 0, operation->len);
    if (done->result > 0 && done->op != AX_OP_READY)
        assert_int_equal(done->bytes, done->result);
    if (done->result > 0 && is_whole)
        assert_int_equal(done->bytes, operation->len);
    if (done->result == AX_E_TIMEOUT) {
        assert_true(operation->is_timed);
        assert_int_equal(ax_now_ms(), operation->deadline_ms); /* at its tick */
    }
    if (operation->is_cancelled)
        assert_int_equal(done->result, AX_E_ABORTED);
}

static void judge_turn(const struct operation *operation, const struct ax_completion *done)
{
    if (!operation->is_cancelled && done->result != AX_E_TIMEOUT && operation->lanes != 0)
        assert_ptr_equal(oldest(operation->model, operation->lanes), operation);
}

static void judge_bytes(struct operation *operation, uint32_t count)
{
    struct model *model = operation->model;

    for (uint32_t i = 0; i < count; i++)
        if (is_receiving(operation->op)) {
            assert_true(model->is_dropped ||
                        operation->bytes[i] == random_peer_byte(model->taken++));
        } else {
            assert_in_range(model->said_count, 0, LOG - 1);
            model->said[model->said_count++] = said_byte(operation, i);
        }
    for (uint32_t i = count; i < LONGEST; i++)
        assert_int_equal(operation->bytes[i], said_byte(operation, i));
}

static bool take_completion(void)
{
    struct ax_completion done;
    struct operation *operation;

    if (ax_reactor_next(&reactor, &done) == AX_E_WOULD_BLOCK)
        return false;
    operation = done.token;
    assert_int_equal(done.id, operation->id); /* so it is under way, and completes once */
    assert_int_equal(done.op, operation->op);
    assert_ptr_equal(done.tcp, &operation->model->tcp);
    judge_result(operation, &done);
    judge_turn(operation, &done);
    judge_bytes(operation, is_sending(done.op) || is_receiving(done.op) ? done.bytes : 0);
    operation->model->is_dropped |= done.op == AX_OP_CLOSE;
    operation->id = 0;
    memset(operation->bytes, POISON, sizeof operation->bytes);
    outstanding--;
    compare(operation->model);
    return true;
}

static enum ax_poll process_poll(struct ax_task *task)
{
    ax_reactor_process(&reactor, task->self);
    for (unsigned i = dice_below(3); i != 0 && take_completion(); i--)
        ;
    return AX_PENDING;
}

static enum ax_poll take_poll(struct ax_task *task)
{
    while (take_completion())
        if (dice_one_in(3))
            use(&models[dice_below(SOCKETS)]);
    ax_reactor_wait(&reactor, task->self);
    return AX_PENDING;
}

/* ---- cancelling */

static void give_away(struct model *model)
{
    (void)ax_reactor_cancel_tcp(&reactor, &model->tcp);
    while (take_completion())
        ;
    ax_tcp_destroy(&model->tcp);
    fake_stack_run();
    memset(&model->tcp, POISON, sizeof model->tcp);
    model->is_poisoned = true;
    for (unsigned i = 0; i < 10; i++)
        (void)ax_run_once();
    for (size_t i = 0; i < sizeof model->tcp; i++)
        assert_int_equal(((uint8_t *)&model->tcp)[i], POISON);
}

/* ---- the watchdog: all is idle, so nobody may wait for what holds */

static unsigned awaited(const struct operation *operation)
{
    switch (operation->op) {
    case AX_OP_RECV:
    case AX_OP_READ_EXACT: return AX_READABLE;
    case AX_OP_SEND:
    case AX_OP_WRITE_ALL:
    case AX_OP_CONNECT:
    case AX_OP_ACCEPT: return AX_WRITABLE;
    case AX_OP_FLUSH:
    case AX_OP_SHUTDOWN: return AX_FLUSHED;
    case AX_OP_CLOSE: return AX_RELEASED;
    default: return operation->interest;
    }
}

static void watch(const struct operation *operation)
{
    if (operation->id == 0)
        return;
    if (operation->is_timed)
        assert_true((int32_t)(operation->deadline_ms - ax_now_ms()) > 0);
    if (operation->lanes != 0)
        for (unsigned lane = IN; lane <= OUT; lane <<= 1)
            if ((operation->lanes & lane) && oldest(operation->model, lane) != operation)
                return;
    assert_int_equal(ax_tcp_ready(&operation->model->tcp) & awaited(operation), 0);
}

static void run_to_idle_and_watch(void)
{
    for (unsigned rounds = 0; ax_run_once(); rounds++)
        assert_true(rounds < 1000); /* or it spins */
    assert_int_equal(ax_reactor_next(&reactor, &(struct ax_completion){0}), AX_E_WOULD_BLOCK);
    for (unsigned i = 0; i < PLACES; i++)
        watch(&operations[i]);
    for (unsigned i = 0; i < SOCKETS; i++)
        compare_to_the_end(&models[i]);
}

/* ---- the walk */

static void advance(void)
{
    const struct ax_advance how = {.ms = dice_below(20)};

    assert_int_equal(ax_clock_advance(&how, 0), AX_OK);
    while (ax_clock_is_advancing())
        (void)ax_run_once();
    run_to_idle_and_watch();
}

static void prepare(struct model *model)
{
    const struct ax_tcp_config config = {
        .rx_storage = model->rx, .rx_size = RING, .tx_storage = model->tx, .tx_size = RING};

    assert_int_equal(ax_tcp_init(&model->tcp, &config), AX_OK);
    model->is_poisoned = false;
    model->peer.heard = peer_heard;
    random_peer_begin(&model->peer, &model->tcp);
}

static void step(void)
{
    struct model *model = &models[dice_below(SOCKETS)];

    switch (dice_below(12)) {
    case 0:
    case 1:
    case 2: use(model); break;
    case 3:
    case 4:
    case 5:
    case 6: random_peer_step(&model->peer, true); break;
    case 7: fake_stack_run(); break;
    case 8: (void)random_peer_syn(&listener); break;
    case 9: (void)ax_run_once(); break;
    case 10:
        if (dice_one_in(3))
            cancel(&operations[dice_below(PLACES)]);
        else if (dice_one_in(3))
            give_deadline(&operations[dice_below(PLACES)]);
        else
            advance();
        break;
    case 11:
        if (dice_one_in(100)) {
            give_away(model);
            prepare(model);
        } else {
            run_to_idle_and_watch();
        }
        break;
    }
}

static void start_task(struct ax_task *task, enum ax_poll (*poll)(struct ax_task *task))
{
    *task = (struct ax_task){.poll = poll, .name = "task"};
    assert_int_equal(ax_task_start(task), AX_OK);
}

static void start(void)
{
    static const struct ax_endpoint here = {0, 80};

    fake_stack_start();
    ax_clock_hold();
    ax_reactor_init(&reactor, table, PLACES);
    memset(models, 0, sizeof models);
    memset(operations, 0, sizeof operations);
    for (unsigned i = 0; i < SOCKETS; i++)
        prepare(&models[i]);
    assert_int_equal(ax_listener_open(&listener, &here, AX_LISTEN_RESET), AX_OK);
    start_task(&taking, take_poll);
    start_task(&processing, process_poll);
}

static void end(void)
{
    for (unsigned i = 0; i < SOCKETS; i++)
        ax_tcp_destroy(&models[i].tcp);
    ax_listener_close(&listener);
    fake_stack_run();
    run_to_idle_and_watch();
    for (unsigned i = 0; i < PLACES; i++)
        cancel(&operations[i]); /* what begins a connection may have come behind */
    for (unsigned i = 0; i < SOCKETS; i++)
        ax_tcp_destroy(&models[i].tcp);
    fake_stack_run();
    while (take_completion())
        ;
    assert_int_equal(outstanding, 0);
    assert_int_equal(ax_timers_armed(), 0);
    ax_task_stop(&processing);
    ax_task_stop(&taking);
}

static void every_operation_completes_once_in_its_turn_with_its_bytes(void **unused)
{
    uint32_t steps = 100000;
    (void)unused;

    for (uint32_t seed = 1; seed <= SEEDS; seed++) {
        dice_start("test_reactor_random", seed, &steps);
        start();
        for (uint32_t i = 0; i < steps; i++)
            step();
        end();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_operation_completes_once_in_its_turn_with_its_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
