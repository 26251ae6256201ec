/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "net/conn_state.h"

#define END CONN_EVENTS /* ends a list of events */

/* Runs `events` up to END, each of which must be legal. Returns the last state. */
static enum ax_tcp_state after(const enum conn_event *events)
{
    enum ax_tcp_state state = AX_TCP_CLOSED;

    for (; *events != END; events++) {
        int next = conn_next(state, *events);
        assert_true(next >= 0);
        state = (enum ax_tcp_state)next;
    }
    return state;
}

static void the_side_that_closes_first_waits(void **unused)
{
    enum conn_event we[] = {CONN_CONNECT,   CONN_ESTABLISHED, CONN_CLOSE,
                            CONN_FIN_ACKED, CONN_PEER_FIN,    END};
    enum conn_event both[] = {CONN_CONNECT,  CONN_ESTABLISHED, CONN_CLOSE,
                              CONN_PEER_FIN, CONN_FIN_ACKED,   END};

    (void)unused;
    assert_int_equal(after(we), AX_TCP_TIME_WAIT);
    assert_int_equal(after(both), AX_TCP_TIME_WAIT);
}

static void the_side_that_closes_last_is_done_with_its_ack(void **unused)
{
    enum conn_event peer[] = {CONN_LEND,      CONN_SYN, CONN_ESTABLISHED, CONN_PEER_FIN, CONN_CLOSE,
                              CONN_FIN_ACKED, END};

    (void)unused;
    assert_int_equal(after(peer), AX_TCP_CLOSED);
}

static void a_half_open_connection_returns_to_its_listener(void **unused)
{
    enum conn_event reset[] = {CONN_LEND, CONN_SYN, CONN_RETURN, END};

    (void)unused;
    assert_int_equal(after(reset), AX_TCP_LISTEN);
}

static void every_life_can_end(void **unused)
{
    (void)unused;
    for (int state = AX_TCP_LISTEN; state < AX_TCP_STATES; state++)
        assert_int_equal(conn_next((enum ax_tcp_state)state, CONN_END), AX_TCP_CLOSED);
    assert_int_equal(conn_next(AX_TCP_CLOSED, CONN_END), AX_E_STATE);
}

static void a_fin_is_acknowledged_only_once_it_was_sent(void **unused)
{
    enum ax_tcp_state open[] = {AX_TCP_CLOSED,       AX_TCP_LISTEN,      AX_TCP_SYN_SENT,
                                AX_TCP_SYN_RECEIVED, AX_TCP_ESTABLISHED, AX_TCP_CLOSE_WAIT};

    (void)unused;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++)
        assert_int_equal(conn_next(open[i], CONN_FIN_ACKED), AX_E_STATE);
}

static void every_state_has_the_name_the_rfc_gives_it(void **unused)
{
    (void)unused;
    assert_string_equal(ax_tcp_state_name(AX_TCP_SYN_RECEIVED), "SYN-RECEIVED");
    assert_string_equal(ax_tcp_state_name(AX_TCP_TIME_WAIT), "TIME-WAIT");
    assert_string_equal(ax_tcp_state_name(AX_TCP_STATES), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_side_that_closes_first_waits),
        cmocka_unit_test(the_side_that_closes_last_is_done_with_its_ack),
        cmocka_unit_test(a_half_open_connection_returns_to_its_listener),
        cmocka_unit_test(every_life_can_end),
        cmocka_unit_test(a_fin_is_acknowledged_only_once_it_was_sent),
        cmocka_unit_test(every_state_has_the_name_the_rfc_gives_it),
    };

    return cmocka_run_group_tests_name("conn_state", tests, NULL, NULL);
}
