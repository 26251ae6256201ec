# SPDX-License-Identifier: GPL-2.0-or-later
"""The retransmission timer: begun with each segment, begun anew by each ACK of something new, as long as the way is."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.segments import first_octet, payloads
from scenarios.sequence import off

SEED = 57
SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS


def exchange(conn: TcpEnd, sock: TcpSocket, clock: StackClock, way_ms: int) -> None:
    """An octet, and its ACK so much later."""
    sock.send(b"x")
    conn.expect(b"x")
    clock.advance(way_ms)
    conn.expect_nothing()
    conn.send(TCP(flags="A"))


def timeout(conn: TcpEnd, clock: StackClock) -> int:
    """How long it is until something is sent again."""
    began = clock.now
    return next(at for at in clock.frames_within(MINUTE_MS) if payloads(conn)) - began


@pytest.mark.parametrize("way_ms", [500, 1000, 2000])
@scenario("RFC9293 MUST-18", "RFC6298 1")
def test_the_timeout_comes_near_a_way_that_stays_the_same(dut: Dut, peer: Peer, clock: StackClock, way_ms: int) -> None:
    conn, sock = connected(dut, peer)
    for _ in range(40):
        exchange(conn, sock, clock, way_ms)

    sock.send(b"lost")
    conn.inbox.take()

    assert way_ms <= timeout(conn, clock) <= 2 * way_ms + SECOND_MS


@scenario("RFC9293 MUST-18", "RFC6298 1")
def test_a_way_that_varies_makes_it_longer(dut: Dut, peer: Peer, clock: StackClock) -> None:
    timeouts = []
    for port, ways in ((20, [1000, 1000]), (21, [500, 1500])):
        conn, sock = connected(dut, peer, port=port)
        for number in range(40):
            exchange(conn, sock, clock, ways[number % 2])
        sock.send(b"lost")
        conn.inbox.take()
        timeouts.append(timeout(conn, clock))
        conn.reset()

    steady, varying = timeouts
    assert varying > steady, timeouts


@pytest.mark.parametrize("late_ms", [0, 10_000], ids=["at once", "late"])
@scenario("RFC6298 2", "RFC9293 MUST-18")
def test_what_was_sent_again_measures_nothing(dut: Dut, peer: Peer, clock: StackClock, late_ms: int) -> None:
    """Karn's rule (RFC 6298 3): nobody knows which one an ACK is for. The next measurement finds it as it was."""
    conn, sock = connected(dut, peer)
    for _ in range(40):
        exchange(conn, sock, clock, 1000)
    sock.send(b"lost")
    conn.inbox.take()
    before = timeout(conn, clock)
    for _ in range(3):
        timeout(conn, clock)

    clock.advance(late_ms)
    conn.rcv_nxt = off(conn.rcv_nxt, len(b"lost"))
    conn.send(TCP(flags="A"))
    exchange(conn, sock, clock, 1000)
    sock.send(b"lost again")
    conn.inbox.take()

    behind = timeout(conn, clock)
    assert behind < 2 * before, f"the timeout was {before} ms, and is {behind} ms behind what was sent again"


@scenario("RFC6298 2", "RFC9293 MUST-18")
def test_it_begins_with_the_segment_not_with_the_one_before(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    exchange(conn, sock, clock, 0)
    clock.advance(MINUTE_MS + 1)

    sock.send(b"lost")
    conn.inbox.take()

    assert timeout(conn, clock) >= SECOND_MS


@scenario("RFC6298 2", "RFC9293 MUST-18")
def test_an_ack_of_something_new_begins_it_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(no_delay=1)
    for at in range(2):
        sock.send(Pattern(SEED, at, 1))
    conn.inbox.take()
    clock.advance(2 * SECOND_MS)

    conn.rcv_nxt = off(first_octet(conn), 1)
    conn.send(TCP(flags="A"))

    assert timeout(conn, clock) >= dut.profile["rto_initial_ms"] - dut.profile["tcp_slow_tick_ms"]
