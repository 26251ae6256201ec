# SPDX-License-Identifier: GPL-2.0-or-later
"""Duplicate ACKs: the third sends the lost segment again, the first and the second do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import (
    Dut,
    Pattern,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    connected,
    connected_actively,
    non_strict,
    scenario,
)
from scenarios.full_buffer.segments import MSS, payloads
from scenarios.full_buffer.windows import with_window
from scenarios.sequence import off

SEED = 33
RING = 3 * MSS


@scenario("RFC5681 2")
@pytest.mark.parametrize("duplicates", [1, 2])
def test_not_before_the_third(dut: Dut, peer: Peer, duplicates: int) -> None:
    conn, _ = _in_flight(dut, peer)

    for _ in range(duplicates):
        conn.send(TCP(flags="A"))

    conn.expect_nothing()


@scenario("RFC5681 2", "AX-TCP-8")
@pytest.mark.parametrize("lost", [0, 1])
def test_the_third_sends_the_lost_segment_and_no_other(dut: Dut, peer: Peer, clock: StackClock, lost: int) -> None:
    conn, _ = _in_flight(dut, peer)
    conn.rcv_nxt += lost * MSS
    if lost:
        conn.send(TCP(flags="A"))
    before = clock.now

    for _ in range(3):
        conn.expect_nothing()
        conn.send(TCP(flags="A"))

    conn.expect(TCP(seq=conn.rcv_nxt) / bytes(Pattern(SEED, lost * MSS, MSS)))
    conn.expect_nothing()
    assert clock.now == before


@pytest.mark.parametrize("opened", [connected, connected_actively], ids=["passive", "active"])
@scenario("RFC5681 2")
def test_the_third_of_the_first_segment_counts(
    dut: Dut, peer: Peer, opened: Callable[[Dut, Peer], tuple[TcpEnd, TcpSocket]]
) -> None:
    conn, sock = opened(dut, peer)
    sock.send(b"first")
    conn.inbox.take()

    for _ in range(3):
        conn.expect_nothing()
        conn.send(TCP(flags="A"))

    conn.expect(TCP(seq=conn.rcv_nxt) / b"first")
    conn.expect_nothing()


@scenario("RFC5681 2", "RFC9293 SA-28")
def test_the_count_begins_anew_with_each_ack_of_something_new(dut: Dut, peer: Peer) -> None:
    conn, _ = _in_flight(dut, peer)
    for _ in range(2):
        conn.send(TCP(flags="A"))
    conn.rcv_nxt = off(conn.rcv_nxt, MSS)
    conn.send(TCP(flags="A"))

    for _ in range(3):
        conn.expect_nothing()
        conn.send(TCP(flags="A"))

    conn.expect(TCP(seq=conn.rcv_nxt) / bytes(Pattern(SEED, MSS, MSS)))
    conn.expect_nothing()


@scenario("RFC5681 2")
def test_more_duplicates_do_not_send_it_again(dut: Dut, peer: Peer) -> None:
    conn, _ = _in_flight(dut, peer)
    for _ in range(3):
        conn.send(TCP(flags="A"))
    conn.expect(TCP() / bytes(Pattern(SEED, 0, MSS)))
    conn.rcv_nxt -= MSS

    for _ in range(5):
        conn.send(TCP(flags="A"))

    conn.expect_nothing()


@scenario("RFC5681 2")
@pytest.mark.parametrize("kind", ["data", "opening", "closing", "old", "fin"])
def test_other_segments_that_repeat_the_ack_do_not_count(dut: Dut, peer: Peer, kind: str) -> None:
    conn, _ = _in_flight(dut, peer)
    una = conn.rcv_nxt

    for number in range(4):
        segment = {
            "data": TCP(flags="PA") / b"data",
            "opening": TCP(flags="A", window=30_001 + number),
            "closing": TCP(flags="A", window=29_999 - number),
            "old": TCP(flags="A", ack=off(una, -1)),
            "fin": TCP(flags="FA", seq=conn.isn + 1),
        }[kind]
        conn.send(segment)

    again = [len(one) for one in payloads(conn) if one]
    assert again == [], f"sent again, in octets: {again}"


@scenario("RFC5681 2", "RFC9293 SA-28")
def test_nothing_in_flight_nothing_to_send_again(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"acknowledged")
    conn.expect(TCP() / b"acknowledged")
    conn.send(TCP(flags="A"))

    for _ in range(5):
        conn.send(TCP(flags="A"))

    conn.expect_nothing()


@scenario("RFC5681 2", "AX-FULL-10")
def test_the_stream_goes_on_after_the_hole_is_filled(dut: Dut, peer: Peer) -> None:
    conn, sock = _in_flight(dut, peer)
    for _ in range(3):
        conn.send(TCP(flags="A"))
    conn.expect(TCP() / bytes(Pattern(SEED, 0, MSS)))

    conn.rcv_nxt += 2 * MSS
    conn.send(TCP(flags="A"))
    sock.send(Pattern(SEED, RING, RING))
    conn.receive_pattern(SEED, RING, offset=RING)

    assert sock.stats()["tx_bytes"] == 2 * RING


@scenario("RFC6582 1")
def test_a_partial_ack_sends_the_next_hole(dut: Dut, peer: Peer) -> None:
    conn, _ = _in_flight(dut, peer)
    for _ in range(3):
        conn.send(TCP(flags="A"))
    conn.expect(TCP() / bytes(Pattern(SEED, 0, MSS)))

    conn.send(TCP(flags="A"))

    came = payloads(conn)
    if not came:
        non_strict("the next hole waits for the retransmission timeout")
    assert came == [bytes(Pattern(SEED, MSS, MSS))]


def _in_flight(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """Three segments are in flight, and the ring holds no more; the peer has acknowledged none."""
    conn, sock = with_window(dut, peer, 30_000, tx=RING)
    sock.send(Pattern(SEED, 0, RING))
    assert [len(payload) for payload in payloads(conn)] == [MSS] * 3
    return conn, sock
