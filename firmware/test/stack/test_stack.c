/* SPDX-License-Identifier: BSD-3-Clause */
/* The real stack, lwIP included, over a device made of two queues: what a port
 * without a wire would do. The suite proves the protocol; this proves the
 * floors below it: frames lent and given back, windows of each socket, LEN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <ax/clock.h>
#include <ax/debug.h>
#include <ax/listener.h>
#include <ax/stack.h>
#include <ax/timer.h>
#include <ax/udp.h>

#include "frames.h"

enum { SLOTS = 16, RX = 1000, TX = 500 };

static struct ax_queue_device queue;
static struct ax_queue_slot rx_slots[SLOTS], tx_slots[SLOTS];
static struct ax_link link_;
static struct ax_listener listener;
static struct ax_tcp tcp;
static struct ax_udp udp;
static uint8_t areas[4][2000], frame[AX_FRAME_MAX];
static struct ax_packet slots[2][4];

static void run(void)
{
    while (ax_run_once())
        ;
}

/* The oldest frame the stack sent; 0 for none. */
static int next_frame(void)
{
    int len = ax_queue_pull(&queue, frame, sizeof frame);

    return len < 0 ? 0 : len;
}

static void push(size_t len)
{
    assert_int_equal(ax_queue_push(&queue, frame, len), AX_OK);
    run();
}

static int start(void **unused)
{
    const struct ax_address no_mask = {FRAMES_DUT_IP, 0xff00ff00, FRAMES_PEER_IP};

    (void)unused;
    ax_clock_start_held(0);
    ax_queue_device_init(&queue, frames_dut_mac, rx_slots, tx_slots, SLOTS);
    ax_link_init(&link_, &queue.device);
    assert_int_equal(ax_stack_start(&link_, &no_mask), AX_E_ARG);
    assert_int_equal(ax_exec_stats().tasks, 0);
    assert_int_equal(
        ax_stack_start(&link_, &(struct ax_address){FRAMES_DUT_IP, 0xffffff00, FRAMES_PEER_IP}),
        AX_OK);
    run();
    assert_int_equal(next_frame(), 42); /* it announces its address */
    return 0;
}

static void an_idle_stack_waits_for_nothing(void **unused)
{
    (void)unused;
    assert_int_equal(ax_timers_armed(), 0);
}

static void a_neighbour_is_timed_until_it_is_forgotten(void **unused)
{
    struct ax_advance long_enough = {.ms = 310000};
    uint32_t before = ax_clock_deadlines();

    (void)unused;
    push(frames_arp_request(frame));
    assert_int_equal(next_frame(), 42);
    assert_int_equal(ax_timers_armed(), 1);
    assert_int_equal(ax_clock_advance(&long_enough, 0), AX_OK);
    run();
    assert_int_equal(ax_clock_deadlines() - before, 300);
    assert_int_equal(ax_timers_armed(), 0);
    push(frames_arp_request(frame)); /* for those who come after */
    assert_int_equal(next_frame(), 42);
}

static void a_new_address_makes_the_network_task_look(void **unused)
{
    uint32_t before = ax_task_at(0)->polls;

    (void)unused;
    assert_string_equal(ax_task_at(0)->name, "network");
    assert_int_equal(
        ax_stack_set_address(&(struct ax_address){FRAMES_DUT_IP, 0xffffff00, FRAMES_PEER_IP}),
        AX_OK);
    run();
    assert_int_equal(ax_task_at(0)->polls, before + 1);
}

static void set_address(uint32_t addr)
{
    assert_int_equal(ax_stack_set_address(&(struct ax_address){addr, 0xffffff00, FRAMES_PEER_IP}),
                     AX_OK);
}

static enum ax_poll sleep_on(struct ax_task *task)
{
    (void)task;
    return AX_PENDING;
}

/* How often it was polled since it was last asked. */
static uint32_t woken(struct ax_task *task)
{
    uint32_t polls;

    run();
    polls = task->polls;
    task->polls = 0;
    return polls;
}

static void a_task_that_waits_for_the_link_or_an_address_is_woken_by_it(void **unused)
{
    struct ax_task task = {.poll = sleep_on, .name = "waits"};

    (void)unused;
    assert_int_equal(ax_task_start(&task), AX_OK);
    assert_int_equal(woken(&task), 1);
    assert_int_equal(ax_stack_ready(), AX_LINK_UP | AX_ADDRESS_SET);
    ax_stack_wait(AX_LINK_UP, task.self);
    assert_int_equal(woken(&task), 1);
    ax_stack_wait(AX_LINK_DOWN | AX_ADDRESS_LOST, task.self);
    assert_int_equal(woken(&task), 0);
    set_address(0);
    assert_int_equal(ax_stack_ready(), AX_LINK_UP | AX_ADDRESS_LOST);
    assert_int_equal(woken(&task), 1);
    ax_stack_wait(AX_ADDRESS_SET, task.self);
    ax_stack_unwait(task.self);
    set_address(FRAMES_DUT_IP);
    assert_int_equal(woken(&task), 0);
    while (next_frame() != 0)
        ;
    ax_task_stop(&task);
}

static void a_syn_is_answered_with_the_window_of_its_socket(void **unused)
{
    struct frames_tcp answer;

    (void)unused;
    ax_tcp_init(&tcp, &(struct ax_tcp_config){areas[0], RX, areas[1], TX});
    assert_int_equal(ax_listener_open(&listener, &(struct ax_endpoint){0, 80}, AX_LISTEN_RESET),
                     AX_OK);
    assert_int_equal(ax_listener_lend(&listener, &tcp), AX_OK);
    run();
    push(frames_tcp(frame, 80, 100, 0, FRAMES_SYN, NULL, 0));
    assert_true(frames_read_tcp(frame, (size_t)next_frame(), &answer));
    assert_int_equal(answer.flags, FRAMES_SYN | FRAMES_ACK);
    assert_int_equal(answer.ack, 101);
    assert_int_equal(answer.window, RX);
    push(frames_tcp(frame, 80, 101, answer.seq + 1, FRAMES_ACK, "hello", 5));
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED);
    assert_int_equal(ax_tcp_levels(&tcp).rx, 5);
    assert_int_equal(ax_tcp_recv(&tcp, areas[2], 10), 5);
    assert_memory_equal(areas[2], "hello", 5);
}

static void a_second_peer_is_reset(void **unused)
{
    struct frames_tcp answer;

    (void)unused;
    push(frames_tcp(frame, 80, 7, 0, FRAMES_SYN | FRAMES_OTHER_PORT, NULL, 0));
    assert_true(frames_read_tcp(frame, (size_t)next_frame(), &answer));
    assert_int_equal(answer.flags, FRAMES_RST | FRAMES_ACK);
    assert_int_equal(answer.ack, 8);
    assert_int_equal(ax_listener_stats(&listener).reset, 1);
}

static void a_datagram_ends_where_its_len_says(void **unused)
{
    struct ax_packet about;

    (void)unused;
    ax_udp_init(&udp,
                &(struct ax_udp_config){areas[2], 2000, slots[0], 4, areas[3], 2000, slots[1], 4});
    assert_int_equal(ax_udp_bind(&udp, &(struct ax_endpoint){0, 7}), AX_OK);
    run();
    push(frames_udp(frame, 7, "payload+behind", 14, 7));
    push(frames_udp(frame, 7, "short", 5, -1));
    assert_int_equal(ax_udp_recv(&udp, frame, sizeof frame, &about), 7);
    assert_memory_equal(frame, "payload", 7);
    assert_int_equal(about.remote.addr, FRAMES_PEER_IP);
    assert_false(ax_udp_can_recv(&udp));
}

static int move_to(uint32_t addr)
{
    int err = ax_stack_set_address(&(struct ax_address){addr, 0xffffff00, FRAMES_PEER_IP});

    run();
    return err;
}

/* lwIP would move what is bound to the address that goes to the one that comes. */
static void what_is_bound_to_an_address_stays_there(void **unused)
{
    static struct ax_listener there[2];
    static struct ax_udp other;
    const struct ax_endpoint old = {FRAMES_DUT_IP, 81}, new = {FRAMES_DUT_IP + 1, 81};
    struct ax_udp *const sockets[] = {&udp, &other};

    (void)unused;
    ax_udp_close(&udp);
    run();
    for (unsigned i = 0; i < 2; i++) {
        ax_udp_init(sockets[i],
                    &(struct ax_udp_config){areas[0], 9, slots[0], 4, areas[1], 9, slots[1], 4});
        assert_int_equal(ax_listener_open(&there[i], i ? &new : &old, AX_LISTEN_DROP), AX_OK);
        assert_int_equal(ax_udp_bind(sockets[i], i ? &new : &old), AX_OK);
        run();
        assert_int_equal(move_to(FRAMES_DUT_IP + 1), AX_OK);
    }
    for (unsigned i = 0; i < 2; i++) {
        ax_listener_close(&there[i]);
        ax_udp_close(sockets[i]);
    }
    assert_int_equal(move_to(FRAMES_DUT_IP), AX_OK);
}

static void nothing_is_left_behind(void **unused)
{
    struct ax_pool pool;

    (void)unused;
    ax_tcp_destroy(&tcp);
    ax_listener_close(&listener);
    ax_udp_close(&udp);
    run();
    assert_true(ax_tcp_is_released(&tcp));
    assert_true(ax_udp_is_released(&udp));
    assert_false(ax_listener_is_borrowed(&listener));
    assert_int_equal(ax_debug_connections().active, 0);
    assert_true(ax_debug_pool(0, &pool));
    assert_int_equal(pool.used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_idle_stack_waits_for_nothing),
        cmocka_unit_test(a_neighbour_is_timed_until_it_is_forgotten),
        cmocka_unit_test(a_new_address_makes_the_network_task_look),
        cmocka_unit_test(a_task_that_waits_for_the_link_or_an_address_is_woken_by_it),
        cmocka_unit_test(a_syn_is_answered_with_the_window_of_its_socket),
        cmocka_unit_test(a_second_peer_is_reset),
        cmocka_unit_test(a_datagram_ends_where_its_len_says),
        cmocka_unit_test(what_is_bound_to_an_address_stays_there),
        cmocka_unit_test(nothing_is_left_behind),
    };

    return cmocka_run_group_tests_name("stack", tests, start, NULL);
}
