/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "exec/exec_reset.h"
#include "link/packets.h"

enum { SLOTS = 3 };

static struct ax_queue_slot rx[SLOTS], tx[SLOTS];
static struct ax_packets packets;
static uint8_t bytes[AX_PACKET_MAX + 1];
static struct ax_task task;

static enum ax_poll sleep_on(struct ax_task *self)
{
    (void)self;
    return AX_PENDING;
}

static bool was_woken(void)
{
    uint32_t polls = task.polls;

    while (ax_run_once())
        ;
    return task.polls != polls;
}

static int start(void **unused)
{
    (void)unused;
    exec_reset();
    ax_packets_init(&packets, rx, tx, SLOTS);
    task = (struct ax_task){.poll = sleep_on};
    ax_task_start(&task);
    (void)was_woken();
    return 0;
}

static void push(void) { assert_int_equal(ax_packets_push(&packets, bytes, 20), AX_OK); }

static int send(size_t len)
{
    return packets_send(&packets, &(struct ax_span){.at = bytes, .len = len}, 1);
}

static void a_packet_has_a_header_and_fits_the_link(void **unused)
{
    (void)unused;
    assert_int_equal(ax_packets_push(&packets, bytes, AX_PACKET_MIN - 1), AX_E_ARG);
    assert_int_equal(ax_packets_push(&packets, bytes, AX_PACKET_MAX + 1), AX_E_ARG);
    assert_int_equal(ax_packets_push(&packets, bytes, AX_PACKET_MIN), AX_OK);
    assert_int_equal(ax_packets_push(&packets, bytes, AX_PACKET_MAX), AX_OK);
}

static void what_is_pushed_comes_in_order_and_full_is_said(void **unused)
{
    struct ax_span packet;

    (void)unused;
    for (uint8_t i = 0; i < SLOTS; i++) {
        bytes[0] = i;
        push();
    }
    assert_int_equal(ax_packets_push(&packets, bytes, 20), AX_E_WOULD_BLOCK);
    for (uint8_t i = 0; i < SLOTS; i++) {
        assert_int_equal(packets_next(&packets, &packet), AX_OK);
        assert_int_equal(packet.at[0], i);
        assert_int_equal(packet.len, 20);
    }
    assert_int_equal(packets_next(&packets, &packet), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_packets_push(&packets, bytes, 20), AX_E_WOULD_BLOCK); /* all are lent */
    packets_release(&packets, packet);
    push();
    assert_int_equal(ax_packets_stats(&packets).pushed, SLOTS + 1);
    assert_int_equal(ax_packets_stats(&packets).push_full, 2);
}

static void what_is_sent_is_pulled_whole_or_kept(void **unused)
{
    uint8_t got[40];

    (void)unused;
    memset(bytes, 7, 40);
    assert_int_equal(ax_packets_pull(&packets, got, sizeof got), AX_E_WOULD_BLOCK);
    assert_int_equal(send(40), AX_OK);
    assert_int_equal(ax_packets_pull(&packets, got, 39), AX_E_SMALL);
    assert_int_equal(ax_packets_pull(&packets, got, 40), 40);
    assert_memory_equal(got, bytes, 40);
    assert_int_equal(ax_packets_stats(&packets).pulled, 1);
}

static void whoever_waits_is_woken_by_a_packet_and_by_a_slot(void **unused)
{
    struct ax_span packet;

    (void)unused;
    ax_packets_wait(&packets, AX_READABLE, task.self);
    assert_false(was_woken());
    assert_int_equal(send(20), AX_OK);
    assert_true(was_woken());
    ax_packets_wait(&packets, AX_READABLE, task.self); /* latched */
    assert_true(was_woken());
    for (int i = 0; i < SLOTS; i++)
        push();
    assert_int_equal(packets_next(&packets, &packet), AX_OK);
    ax_packets_wait(&packets, AX_WRITABLE, task.self);
    assert_false(was_woken());
    packets_release(&packets, packet);
    assert_true(was_woken());
    ax_packets_wait(&packets, AX_READABLE | AX_WRITABLE, task.self);
    assert_true(was_woken());
    ax_packets_unwait(&packets, task.self);
    push();
    assert_int_equal(send(20), AX_OK);
    assert_false(was_woken());
}

static void the_stack_hears_of_room_when_it_was_refused(void **unused)
{
    (void)unused;
    packets_wait(&packets, task.self);
    assert_int_equal(send(20), AX_OK);
    assert_int_equal(ax_packets_pull(&packets, bytes, sizeof bytes), 20);
    assert_false(was_woken());
    for (int i = 0; i < SLOTS; i++)
        assert_int_equal(send(20), AX_OK);
    assert_int_equal(send(20), AX_E_WOULD_BLOCK);
    assert_int_equal(ax_packets_pull(&packets, bytes, sizeof bytes), 20);
    assert_true(was_woken());
    packets_wait(&packets, task.self);
    assert_true(packets_have_room(&packets, 1));
    assert_int_equal(ax_packets_pull(&packets, bytes, sizeof bytes), 20);
    assert_false(was_woken());
    assert_false(packets_have_room(&packets, 3));
    assert_int_equal(ax_packets_pull(&packets, bytes, sizeof bytes), 20);
    assert_true(was_woken());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_packet_has_a_header_and_fits_the_link, start),
        cmocka_unit_test_setup(what_is_pushed_comes_in_order_and_full_is_said, start),
        cmocka_unit_test_setup(what_is_sent_is_pulled_whole_or_kept, start),
        cmocka_unit_test_setup(whoever_waits_is_woken_by_a_packet_and_by_a_slot, start),
        cmocka_unit_test_setup(the_stack_hears_of_room_when_it_was_refused, start),
    };

    return cmocka_run_group_tests_name("packets", tests, NULL, NULL);
}
