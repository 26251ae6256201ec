# SPDX-License-Identifier: GPL-2.0-or-later
"""When received data is acknowledged: at once, with the second segment, or a little later; and when not again."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Pattern, Peer, StackClock, TcpEnd, connected, non_strict, scenario
from scenarios.full_buffer.segments import MSS
from scenarios.sequence import off

SEED = 55
RING = 20 * MSS


def send(conn: TcpEnd, at: int, length: int = MSS) -> None:
    conn.send(TCP(seq=off(conn.isn, 1 + at), flags="PA") / bytes(Pattern(SEED, at, length)))


def acknowledges(conn: TcpEnd, octets: int) -> None:
    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=off(conn.isn, 1 + octets)) / NO_PAYLOAD)


@scenario("RFC5681 4", "RFC9293 MUST-58", "RFC9293 SHLD-18")
def test_every_second_full_segment_is_acknowledged_at_once(dut: Dut, peer: Peer) -> None:
    pairs = min(RING, dut.profile["window_max"]) // (2 * MSS)
    conn, _ = connected(dut, peer, rx=RING)

    for number in range(0, 2 * pairs, 2):
        send(conn, number * MSS)
        conn.expect_nothing()
        send(conn, (number + 1) * MSS)
        acknowledges(conn, (number + 2) * MSS)

    conn.expect_nothing()


@pytest.mark.parametrize("length", [1, MSS])
@scenario("RFC5681 4", "RFC9293 MUST-40", "RFC9293 SHLD-18")
def test_a_single_segment_waits_a_little_and_is_acknowledged_once(
    dut: Dut, peer: Peer, clock: StackClock, length: int
) -> None:
    conn, _ = connected(dut, peer, rx=RING)

    send(conn, 0, length)
    conn.expect_nothing()
    clock.advance(dut.profile["delayed_ack_ms"])

    acknowledges(conn, length)
    clock.advance(60_000)
    conn.expect_nothing()


@scenario("RFC5681 4", "RFC9293 SHLD-31")
def test_a_gap_is_told_with_each_segment_behind_it(dut: Dut, peer: Peer) -> None:
    conn, _ = connected(dut, peer, rx=RING)

    for number in (1, 2, 3):
        send(conn, number * MSS)
        acknowledges(conn, 0)

    conn.expect_nothing()


@pytest.mark.parametrize("behind", [1, 3])
@scenario("RFC5681 4", "RFC9293 MUST-40")
def test_the_filling_of_a_gap_is_acknowledged_at_once(dut: Dut, peer: Peer, clock: StackClock, behind: int) -> None:
    conn, _ = connected(dut, peer, rx=RING)
    for number in range(behind):
        send(conn, (1 + number) * MSS)
    conn.inbox.take()

    send(conn, 0)

    came_at_once = conn.segments()
    if not came_at_once:
        clock.advance(dut.profile["delayed_ack_ms"])
        acknowledges(conn, (1 + behind) * MSS)
        non_strict("the ACK of a gap that is filled is delayed like any other")
    assert [segment.ack for segment in came_at_once] == [off(conn.isn, 1 + (1 + behind) * MSS)]


@pytest.mark.parametrize("length", [1, MSS])
@scenario("RFC9293 SA-13", "AX-TCP-8")
def test_what_came_before_is_acknowledged_again_at_once(dut: Dut, peer: Peer, clock: StackClock, length: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    send(conn, 0, length)
    clock.advance(dut.profile["delayed_ack_ms"])
    acknowledges(conn, length)

    send(conn, 0, length)

    acknowledges(conn, length)
    conn.expect_nothing()
    assert sock.stats()["rx_bytes"] == length


@scenario("AX-TCP-5", "RFC9293 SA-35")
def test_behind_the_fin_reading_says_nothing(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer, rx=2 * MSS)
    conn.send_pattern(SEED, 2 * MSS)
    sock.consume(MSS)
    conn.segments()
    conn.close()

    sock.consume(MSS)
    clock.advance(60_000)

    conn.expect_nothing()
    assert (sock.state().state, sock.state().rx) == ("CLOSE-WAIT", 0)
