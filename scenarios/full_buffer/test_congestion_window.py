# SPDX-License-Identifier: GPL-2.0-or-later
"""The congestion window: where it begins, how it grows, what a timeout does to it (RFC 5681)."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.segments import MSS, lengths
from scenarios.sequence import off

SEED = 32
QUEUED = 60_000

# MSS of the peer, and the segments of the initial window.
INITIAL = [(100, 4), (536, 4), (1095, 4), (1096, 3), (MSS, 3)]


@scenario("RFC5681 1", "RFC9293 MUST-19", "RFC9293 MUST-14")
@pytest.mark.parametrize(("mss", "segments"), INITIAL)
def test_the_initial_window(dut: Dut, peer: Peer, mss: int, segments: int) -> None:
    conn, sock = connected(dut, peer, tx=QUEUED, options=[("MSS", mss)])

    sock.send(Pattern(SEED, 0, QUEUED))

    sent = lengths(conn)
    assert 2 * mss <= sum(sent) <= segments * mss
    assert set(sent) == {mss}


@scenario("RFC5681 1", "RFC9293 MUST-15")
def test_a_peer_without_an_mss_option_gets_segments_of_536(dut: Dut, peer: Peer) -> None:
    dut_sock = dut.accept_on(7, tx=QUEUED)
    conn = peer.tcp(7).handshake(options=[])

    dut_sock.send(Pattern(SEED, 0, QUEUED))

    assert lengths(conn) == [536] * 4


@scenario("RFC5681 1", "RFC9293 MUST-19")
@pytest.mark.parametrize("mss", [100, MSS])
def test_slow_start_adds_a_segment_for_each_ack(dut: Dut, peer: Peer, mss: int) -> None:
    conn, _ = _sending(dut, peer, mss)
    conn.inbox.take()

    grown = []
    for _ in range(8):
        _ack(conn, mss)
        grown.append(lengths(conn))

    assert grown == [[mss, mss]] * 8


@scenario("RFC5681 1")
@pytest.mark.parametrize("acked", [2, 3])
def test_slow_start_adds_no_more_for_an_ack_of_several(dut: Dut, peer: Peer, acked: int) -> None:
    conn, _ = _sending(dut, peer, MSS)
    assert len(lengths(conn)) == 3

    _ack(conn, acked * MSS)

    sent = lengths(conn)
    more = len(sent) - acked
    assert set(sent) == {MSS}
    assert more == 1, f"an ACK of {acked} segments let {more} more than those leave"


@scenario("RFC3465 1")
@pytest.mark.parametrize("parts", [2, 5])
def test_splitting_acks_gains_nothing(dut: Dut, peer: Peer, parts: int) -> None:
    conn, _ = _sending(dut, peer, 1000)
    conn.inbox.take()

    for _ in range(parts):
        _ack(conn, 1000 // parts)

    assert lengths(conn) == [1000, 1000]


@scenario("RFC9293 SA-28", "RFC5681 1")
def test_an_ack_of_nothing_new_does_not_open_it(dut: Dut, peer: Peer) -> None:
    conn, _ = _sending(dut, peer, MSS)
    conn.inbox.take()

    _ack(conn, 0)
    _ack(conn, 0)

    conn.expect_nothing()


@scenario("RFC5681 3", "RFC9293 MUST-19")
def test_a_timeout_closes_it_to_one_segment(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = _sending(dut, peer, MSS)
    assert len(lengths(conn)) == 3
    first = conn.rcv_nxt

    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])
    conn.expect(TCP(seq=first) / bytes(Pattern(SEED, 0, MSS)))
    conn.expect_nothing()
    conn.send(TCP(flags="A", ack=first + MSS))

    assert lengths(conn) == [MSS, MSS]


@scenario("RFC5681 3")
def test_an_idle_connection_restarts_at_the_initial_window(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer, tx=QUEUED)
    dut.pump_source(sock, SEED, QUEUED)
    conn.receive_pattern(SEED, QUEUED)

    clock.advance(20 * dut.profile["rto_initial_ms"])
    sock.send(Pattern(SEED, QUEUED, QUEUED))

    burst = sum(lengths(conn))
    assert burst <= 3 * MSS, f"{burst} octets leave at once after idling"


@scenario("RFC9293 MUST-19", "RFC5681 1", "RFC9293 SHLD-28")
def test_it_is_not_the_window_of_the_peer_that_is_sent_at_once(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=QUEUED)

    dut.pump_source(sock, SEED, QUEUED)
    conn.receive_pattern(SEED, QUEUED)

    assert sock.stats()["tx_bytes"] == QUEUED
    conn.expect_nothing()


def _sending(dut: Dut, peer: Peer, mss: int) -> tuple[TcpEnd, TcpSocket]:
    """A ring full of whole segments for a peer with a wide window."""
    conn, sock = connected(dut, peer, tx=QUEUED, options=[("MSS", mss)])
    sock.send(Pattern(SEED, 0, QUEUED))
    return conn, sock


def _ack(conn: TcpEnd, length: int) -> None:
    """Acknowledges so many octets more, without having looked at them."""
    assert conn.irs is not None
    conn.rcv_nxt = off(conn.rcv_nxt, length)
    conn.send(TCP(flags="A"))
