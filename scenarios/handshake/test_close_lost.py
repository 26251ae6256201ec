# SPDX-License-Identifier: GPL-2.0-or-later
"""Closing over a wire that loses the last segments: what is sent again, when, and when it is given up."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, StackClock, TcpEnd, TcpSocket, scenario
from scenarios.sequence import off

Reach = Callable[[str], tuple[TcpEnd, TcpSocket]]


@pytest.mark.parametrize(("state", "after"), [("FIN-WAIT-1", "FIN-WAIT-2"), ("LAST-ACK", "CLOSED")])
@scenario("RFC9293 MUST-18", "RFC6298 2")
def test_a_lost_fin_is_sent_again_the_same(reach: Reach, clock: StackClock, state: str, after: str) -> None:
    conn, sock = reach(state)
    fin, times = off(conn.rcv_nxt, -1), [clock.now]

    for _ in range(3):
        assert clock.advance_to_frame(at_most_ms=60_000)
        conn.expect(TCP(flags="FA", seq=fin, ack=conn.snd_nxt))
        times.append(clock.now)

    between = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(later >= 1.8 * earlier for earlier, later in itertools.pairwise(between)), between
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert sock.state().state == after


@scenario("RFC9293 SA-32", "RFC9293 MUST-18")
def test_a_fin_that_crossed_ours_does_not_stop_ours(reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("CLOSING")
    fin = off(conn.rcv_nxt, -1)

    assert clock.advance_to_frame(at_most_ms=60_000)

    conn.expect(TCP(flags="FA", seq=fin, ack=conn.snd_nxt))
    conn.send(TCP(flags="A"))
    conn.expect_nothing()
    assert sock.state().state == "TIME-WAIT"


@scenario("RFC9293 SA-33")
def test_a_lost_last_ack_of_the_peer_is_asked_for_by_the_fin(reach: Reach, clock: StackClock) -> None:
    conn, sock = reach("LAST-ACK")
    clock.advance_to_frame(at_most_ms=60_000)
    conn.expect(TCP(flags="FA", seq=off(conn.rcv_nxt, -1)))

    conn.send(TCP(flags="A"))
    clock.advance(240_000)

    conn.expect_nothing()
    assert (sock.state().state, sock.state().end) == ("CLOSED", "closed")


@scenario("RFC9293 SA-34")
def test_a_lost_last_ack_of_the_device_comes_again_with_the_fin(reach: Reach) -> None:
    conn, sock = reach("TIME-WAIT")

    conn.send(TCP(flags="FA", seq=off(conn.snd_nxt, -1)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    conn.expect_nothing()
    assert sock.state().state == "TIME-WAIT"


@scenario("RFC9293 SA-13")
def test_a_lost_ack_of_the_peers_fin_comes_again_with_the_fin(reach: Reach) -> None:
    conn, sock = reach("CLOSE-WAIT")

    conn.send(TCP(flags="FA", seq=off(conn.snd_nxt, -1)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt))
    conn.expect_nothing()
    assert sock.state().state == "CLOSE-WAIT"


@pytest.mark.parametrize("state", ["FIN-WAIT-1", "LAST-ACK"])
@scenario("RFC9293 MUST-20", "RFC9293 SHLD-11", "AX-TCP-19", "AX-TCP-31")
def test_a_fin_that_is_never_acknowledged_is_given_up(dut: Dut, reach: Reach, clock: StackClock, state: str) -> None:
    conn, sock = reach(state)

    clock.advance(100_000)
    after_r2 = sock.state().state
    clock.advance(4_000_000)

    view = sock.state()
    assert after_r2 == state
    assert (view.state, view.end, view.released) == ("CLOSED", "retransmissions", True)
    assert dut.mem().levels["active"] == 0
    conn.expect(TCP(flags="FA"))
