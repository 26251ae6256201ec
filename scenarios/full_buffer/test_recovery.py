# SPDX-License-Identifier: GPL-2.0-or-later
"""Half of what was in flight: where a loss puts the congestion window, and how it grows from there (RFC 5681)."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, connected, scenario
from scenarios.full_buffer.segments import MSS, first_octet, lengths
from scenarios.full_buffer.windows import WIDE, with_window
from scenarios.sequence import off

SEED = 35
INITIAL = 3  # segments in the initial window of that MSS
QUEUED = 60_000
HALVES = pytest.mark.parametrize(("flight", "half"), [(3, 2), (4, 2), (6, 3), (8, 4), (12, 6)])


def in_flight(dut: Dut, peer: Peer, segments: int) -> TcpEnd:
    """A peer that acknowledged segment by segment, until so many were in flight; more are queued."""
    conn, sock = connected(dut, peer, tx=QUEUED)
    sock.send(Pattern(SEED, 0, QUEUED))
    conn.rcv_nxt = first_octet(conn)
    for _ in range(segments - INITIAL):
        acknowledge(conn, 1)
    conn.inbox.take()
    return conn


def acknowledge(conn: TcpEnd, segments: int) -> list[int]:
    """So many more. What then left, by its length."""
    conn.rcv_nxt = off(conn.rcv_nxt, segments * MSS)
    conn.send(TCP(flags="A"))
    return lengths(conn)


def lose_the_first(conn: TcpEnd) -> list[int]:
    """Three duplicate ACKs. What left."""
    left = []
    for _ in range(3):
        left += acknowledge(conn, 0)
    return left


@HALVES
@scenario("RFC5681 3", "RFC5681 1", "RFC9293 MUST-19")
def test_a_timeout_halves_what_slow_start_grows_to(
    dut: Dut, peer: Peer, clock: StackClock, flight: int, half: int
) -> None:
    conn = in_flight(dut, peer, flight)
    clock.advance_to_frame(at_most_ms=2 * dut.profile["rto_initial_ms"])
    assert lengths(conn) == [MSS]

    grown = [len(acknowledge(conn, 1)) for _ in range(2 * half - 1)]

    slow_start, avoidance = [2] * (half - 1), [1] * (half - 1) + [2]
    assert grown == slow_start + avoidance


@pytest.mark.parametrize("acked", [2, 3, 5])
@scenario("RFC5681 1", "RFC5681 3", "RFC3465 1")
def test_behind_a_timeout_an_ack_of_several_adds_one(dut: Dut, peer: Peer, clock: StackClock, acked: int) -> None:
    conn = in_flight(dut, peer, 12)
    clock.advance_to_frame(at_most_ms=2 * dut.profile["rto_initial_ms"])
    conn.inbox.take()

    left = acknowledge(conn, acked)

    assert left == [MSS] * 2


@pytest.mark.parametrize("flight", [6, 8, 12])
@scenario("RFC5681 2")
def test_each_further_duplicate_lets_one_leave_once_half_is_gone(dut: Dut, peer: Peer, flight: int) -> None:
    conn = in_flight(dut, peer, flight)
    assert lose_the_first(conn) == [MSS]

    left = [len(acknowledge(conn, 0)) for _ in range(flight - 3)]

    room = flight // 2 + 3  # segments: the window at the third
    assert left == [1 if room + number > flight else 0 for number in range(1, flight - 2)]


@HALVES
@scenario("RFC5681 2")
def test_the_ack_that_ends_recovery_leaves_half(dut: Dut, peer: Peer, flight: int, half: int) -> None:
    conn = in_flight(dut, peer, flight)
    sent = len(lose_the_first(conn)) - 1  # beside the one sent again

    left = acknowledge(conn, flight + sent)

    assert len(left) == half, f"{len(left)} of a half of {half} segments leave behind the recovery of {flight}"


@scenario("RFC5681 2", "RFC5681 3")
def test_half_is_two_segments_at_least(dut: Dut, peer: Peer) -> None:
    conn, sock = with_window(dut, peer, MSS, tx=QUEUED)
    sock.send(Pattern(SEED, 0, QUEUED))
    in_flight_now = sum(lengths(conn))
    lose_the_first(conn)

    conn.window = WIDE
    left = acknowledge(conn, 1)

    assert in_flight_now == MSS
    assert sum(left) >= 2 * MSS


@pytest.mark.parametrize(("flight", "half"), [(6, 3), (12, 6)])
@scenario("RFC5681 2", "RFC5681 1")
def test_behind_recovery_it_grows_by_a_segment_for_each_window(dut: Dut, peer: Peer, flight: int, half: int) -> None:
    conn = in_flight(dut, peer, flight)
    sent = len(lose_the_first(conn)) - 1
    window = len(acknowledge(conn, flight + sent))
    assert window in (half, half + 1)

    grown = sum(len(acknowledge(conn, 1)) for _ in range(window))

    assert grown == window + 1
