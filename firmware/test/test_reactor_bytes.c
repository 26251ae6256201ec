/* SPDX-License-Identifier: BSD-3-Clause */
/* Bytes and datagrams through a reactor, and in which order. */
#include "reactor_bench.h"

static uint8_t more[64];

/* ---- bytes */

static void a_close_cancels_who_reads_and_lets_who_writes_finish(void **unused)
{
    int read, write, close;
    (void)unused;
    given_established(&tcp, 16, 4);
    read = ax_reactor_recv(&reactor, &tcp, got, sizeof got, NULL);
    write = ax_reactor_write_all(&reactor, &tcp, "abcdef", 6, NULL);
    assert_waits();

    close = ax_reactor_close(&reactor, &tcp, NULL);
    process();
    assert_next(read, AX_E_ABORTED);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_ESTABLISHED);
    peer_acknowledges(&tcp, 4);
    process();
    assert_next(write, 6);
    assert_int_equal(ax_tcp_state(&tcp), AX_TCP_FIN_WAIT_1);

    assert_int_equal(ax_reactor_cancel(&reactor, close), AX_OK);
    process();
    assert_next(close, AX_E_ABORTED);
}

static void what_is_waited_for_is_something_that_the_socket_knows(void **unused)
{
    int nothing, unknown, flushed;

    (void)unused;
    given_established(&tcp, 16, 4);
    nothing = ax_reactor_ready_tcp(&reactor, &tcp, 0, NULL);
    unknown = ax_reactor_ready_tcp(&reactor, &tcp, 0x80, NULL);
    flushed = ax_reactor_ready_udp(&reactor, &udp, AX_FLUSHED, 1, NULL);
    process();
    assert_next(nothing, AX_E_ARG);
    assert_next(unknown, AX_E_ARG);
    assert_next(flushed, AX_E_ARG);
}

static void what_would_block_is_no_completion(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_recv(&reactor, &tcp, got, sizeof got, NULL);
    assert_waits();
    assert_waits();

    peer_sends(&tcp, "hello");

    assert_completes(id, 5);
    assert_int_equal(done.bytes, 5);
    assert_memory_equal(got, "hello", 5);
}

static void reading_exactly_and_writing_all_take_as_many_attempts_as_they_need(void **unused)
{
    int read, write;
    (void)unused;
    given_established(&tcp, 4, 4);
    read = ax_reactor_read_exact(&reactor, &tcp, got, 6, NULL);
    write = ax_reactor_write_all(&reactor, &tcp, "abcdefgh", 8, NULL);
    assert_waits();
    peer_sends(&tcp, "1234");
    assert_waits();
    peer_acknowledges(&tcp, 4);

    assert_completes(write, 8);
    assert_int_equal(done.bytes, 8);
    peer_sends(&tcp, "56");
    assert_completes(read, 6);
    assert_memory_equal(got, "123456", 6);
}

static void a_send_is_done_with_what_fits(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_send(&reactor, &tcp, "abcdef", 6, NULL);
    process();

    assert_next(id, 4);
    assert_int_equal(done.bytes, 4);
}

static void what_takes_no_byte_of_a_stream_that_ended_tells_what_came_before(void **unused)
{
    int id;
    (void)unused;
    given_established(&tcp, 16, 4);
    id = ax_reactor_read_exact(&reactor, &tcp, got, 6, NULL);
    peer_sends(&tcp, "abc");
    assert_waits();

    net_tcp_peer_fin(&tcp);

    assert_completes(id, AX_E_EOF);
    assert_int_equal(done.bytes, 3);
    assert_memory_equal(got, "abc", 3);
}

static void bytes_before_a_reset_come_before_it(void **unused)
{
    int first, second, third;
    (void)unused;
    given_established(&tcp, 16, 4);
    first = ax_reactor_recv(&reactor, &tcp, got, 2, NULL);
    second = ax_reactor_recv(&reactor, &tcp, got + 2, 2, NULL);
    third = ax_reactor_recv(&reactor, &tcp, got + 4, 2, NULL);
    assert_waits();

    peer_sends(&tcp, "abc");
    net_tcp_ended(&tcp, AX_E_RESET);
    net_tcp_detached(&tcp);
    process();

    assert_next(first, 2);
    assert_next(second, 1);
    assert_next(third, AX_E_RESET);
    assert_memory_equal(got, "abc", 3);
}

/* ---- order */

static void operations_in_one_direction_go_on_in_the_order_of_submission(void **unused)
{
    int first, second;
    (void)unused;
    given_established(&tcp, 16, 4);
    first = ax_reactor_read_exact(&reactor, &tcp, got, 4, NULL);
    second = ax_reactor_recv(&reactor, &tcp, more, 4, NULL);
    peer_sends(&tcp, "ab");
    assert_waits(); /* the second does not take them */

    peer_sends(&tcp, "cdef");
    process();

    assert_next(first, 4);
    assert_next(second, 2);
    assert_memory_equal(got, "abcd", 4);
    assert_memory_equal(more, "ef", 2);
}

static void the_other_direction_and_other_sockets_do_not_wait(void **unused)
{
    int send, others;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_established(&other, 16, 4);
    assert_true(ax_reactor_recv(&reactor, &tcp, got, 4, NULL) > 0);
    send = ax_reactor_send(&reactor, &tcp, "ab", 2, NULL);
    others = ax_reactor_recv(&reactor, &other, more, 4, NULL);
    peer_sends(&other, "x");
    process();

    assert_next(send, 2);
    assert_next(others, 1);
    assert_none();
    assert_int_equal(ax_reactor_cancel_tcp(&reactor, &tcp), 1);
}

static void completions_are_given_in_the_order_in_which_they_came_about(void **unused)
{
    int first, second;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_established(&other, 16, 4);
    first = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    second = ax_reactor_recv(&reactor, &other, more, 4, NULL);
    peer_sends(&other, "x");
    process();
    peer_sends(&tcp, "y");
    process();

    assert_next(second, 1);
    assert_next(first, 1);
}

/* ---- datagrams and readiness */

static void given_udp(void)
{
    static uint8_t rx[16], tx[16];
    static struct ax_packet rx_slots[2], tx_slots[2];
    static const struct ax_udp_config config = {.rx_storage = rx,
                                                .rx_size = sizeof rx,
                                                .rx_slots = rx_slots,
                                                .rx_slot_count = 2,
                                                .tx_storage = tx,
                                                .tx_size = sizeof tx,
                                                .tx_slots = tx_slots,
                                                .tx_slot_count = 2};

    assert_int_equal(ax_udp_init(&udp, &config), AX_OK);
    assert_int_equal(ax_udp_bind(&udp, &here), AX_OK);
    fake_stack_run();
}

static void peer_sends_datagram(const char *bytes)
{
    struct ax_span room;

    assert_int_equal(net_udp_room(&udp, strlen(bytes), &room), AX_OK);
    memcpy(room.at, bytes, strlen(bytes));
    net_udp_received(&udp, strlen(bytes), &peer, &here);
}

static void datagrams_wait_for_room_of_their_length_and_tell_their_ids(void **unused)
{
    int first, second;
    (void)unused;
    given_udp();
    first = ax_reactor_send_to(&reactor, &udp, &peer, "0123456789", 10, NULL);
    second = ax_reactor_send_to(&reactor, &udp, &peer, "0123456789", 10, NULL);
    process();
    assert_next(first, AX_OK);
    assert_int_equal(done.about.id, 1);
    assert_int_equal(done.bytes, 10);
    assert_ptr_equal(done.udp, &udp);
    assert_waits();

    net_udp_left(&udp);

    assert_completes(second, AX_OK);
    assert_int_equal(done.about.id, 2);
}

static void a_datagram_is_told_with_its_sender_and_kept_for_a_larger_area(void **unused)
{
    int small, large;
    (void)unused;
    given_udp();
    small = ax_reactor_recv_from(&reactor, &udp, got, 2, NULL);
    large = ax_reactor_recv_from(&reactor, &udp, got, sizeof got, NULL);
    assert_waits();

    peer_sends_datagram("abc");
    process();

    assert_next(small, AX_E_SMALL);
    assert_int_equal(done.about.len, 3);
    assert_int_equal(done.bytes, 0);
    assert_next(large, 3);
    assert_int_equal(done.bytes, 3);
    assert_int_equal(done.about.remote.port, PEER_PORT);
    assert_memory_equal(got, "abc", 3);
}

static void a_datagram_socket_that_is_closed_completes_what_it_has_under_way(void **unused)
{
    int id;
    (void)unused;
    given_udp();
    id = ax_reactor_recv_from(&reactor, &udp, got, 2, NULL);
    assert_waits();

    ax_udp_close(&udp);

    assert_completes(id, AX_E_STATE);
}

static void all_of_a_datagram_socket_are_cancelled(void **unused)
{
    int id;
    (void)unused;
    given_udp();
    id = ax_reactor_recv_from(&reactor, &udp, got, 2, NULL);

    assert_int_equal(ax_reactor_cancel_udp(&reactor, &udp), 1);

    assert_next(id, AX_E_ABORTED);
}

static void being_ready_is_told_and_stands_in_nobodys_way(void **unused)
{
    int recv, readable, room;
    (void)unused;
    given_established(&tcp, 16, 4);
    given_udp();
    readable = ax_reactor_ready_tcp(&reactor, &tcp, AX_READABLE | AX_RELEASED, NULL);
    recv = ax_reactor_recv(&reactor, &tcp, got, 4, NULL);
    assert_int_equal(ax_udp_send(&udp, &peer, "0123456789", 10, NULL), AX_OK);
    room = ax_reactor_ready_udp(&reactor, &udp, AX_WRITABLE, 12, NULL);
    assert_waits();

    peer_sends(&tcp, "a");
    process();
    assert_next(readable, AX_READABLE);
    assert_next(recv, 1);
    net_udp_left(&udp);
    assert_completes(room, AX_WRITABLE);

    readable = ax_reactor_ready_udp(&reactor, &udp, AX_READABLE, 0, NULL);
    assert_waits();
    peer_sends_datagram("abc");
    assert_completes(readable, AX_READABLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_close_cancels_who_reads_and_lets_who_writes_finish),
        TEST(what_is_waited_for_is_something_that_the_socket_knows),
        TEST(what_would_block_is_no_completion),
        TEST(reading_exactly_and_writing_all_take_as_many_attempts_as_they_need),
        TEST(a_send_is_done_with_what_fits),
        TEST(what_takes_no_byte_of_a_stream_that_ended_tells_what_came_before),
        TEST(bytes_before_a_reset_come_before_it),
        TEST(operations_in_one_direction_go_on_in_the_order_of_submission),
        TEST(the_other_direction_and_other_sockets_do_not_wait),
        TEST(completions_are_given_in_the_order_in_which_they_came_about),
        TEST(datagrams_wait_for_room_of_their_length_and_tell_their_ids),
        TEST(a_datagram_is_told_with_its_sender_and_kept_for_a_larger_area),
        TEST(a_datagram_socket_that_is_closed_completes_what_it_has_under_way),
        TEST(all_of_a_datagram_socket_are_cancelled),
        TEST(being_ready_is_told_and_stands_in_nobodys_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
