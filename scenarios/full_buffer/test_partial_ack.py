# SPDX-License-Identifier: GPL-2.0-or-later
"""An ACK that ends inside a segment: what was not acknowledged is still there, byte for byte."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, Refused, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.segments import MSS, first_octet, lengths
from scenarios.sequence import off

SEED = 22
RING = 2000

inside = pytest.mark.parametrize("acked", [1, 700, 1459, 1461, 1999])


@scenario("AX-FULL-6", "AX-TCP-8", "RFC9293 MUST-18")
@inside
def test_the_rest_is_sent_again_with_its_own_bytes(dut: Dut, peer: Peer, clock: StackClock, acked: int) -> None:
    conn, sock = _in_flight(dut, peer)

    conn.send(TCP(ack=first_octet(conn) + acked))
    _refill(sock)
    again = clock.advance_to_frame(at_most_ms=2 * dut.profile["rto_initial_ms"])

    assert again
    came = [arrival.frame.tcp for arrival in conn.inbox.take() if arrival.frame.tcp is not None]
    starts = [off(segment.seq, -first_octet(conn)) for segment in came]
    assert any(at <= acked < at + len(one.payload) for at, one in zip(starts, came, strict=True))
    assert [one.payload for one in came] == [
        bytes(Pattern(SEED, at, len(one.payload))) for at, one in zip(starts, came, strict=True)
    ]


@scenario("AX-FULL-6", "AX-FULL-10", "AX-PRED-8", "AX-TCP-8")
@inside
def test_the_stream_goes_on_whole(dut: Dut, peer: Peer, acked: int) -> None:
    conn, sock = _in_flight(dut, peer)

    conn.send(TCP(ack=first_octet(conn) + acked))
    taken = _refill(sock)
    conn.rcv_nxt = first_octet(conn) + acked
    conn.inbox.take()
    conn.receive_pattern(SEED, RING + taken - acked, offset=acked, patience_ms=2 * dut.profile["rto_initial_ms"])

    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, RING + taken)
    conn.expect_nothing()


@scenario("AX-PRED-1", "AX-PRED-8")
@inside
def test_can_send_says_what_send_does(dut: Dut, peer: Peer, acked: int) -> None:
    conn, sock = _in_flight(dut, peer)

    conn.send(TCP(ack=first_octet(conn) + acked))
    view = sock.state()
    taken = _refill(sock)

    assert view.can_send == (taken > 0)
    assert taken == RING - view.tx
    assert taken <= acked


@scenario("AX-FULL-6", "RFC3465 1")
def test_a_segment_acknowledged_octet_by_octet_gives_its_room_back(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=10)
    sock.send(Pattern(SEED, 0, 10))
    conn.expect(TCP() / bytes(Pattern(SEED, 0, 10)))

    for acked in range(1, 11):
        conn.send(TCP(ack=first_octet(conn) + acked))

    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, 10)
    conn.expect_nothing()


def _in_flight(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A full ring, sent once as a whole segment and a part; the peer has not acknowledged any of it."""
    conn, sock = connected(dut, peer, tx=RING)
    sock.option(no_delay=1)
    sock.send(Pattern(SEED, 0, RING))
    assert lengths(conn) == [MSS, RING - MSS]
    return conn, sock


def _refill(sock: TcpSocket) -> int:
    """Puts the next bytes of the stream wherever there is said to be room."""
    try:
        return sock.send(Pattern(SEED, RING, RING))
    except Refused as refusal:
        if refusal.name != "would-block":
            raise
        return 0
