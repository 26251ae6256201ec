# SPDX-License-Identifier: GPL-2.0-or-later
"""The stack's segments run out long before the transmit ring: one octet a segment, and a peer that says nothing."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, refused, scenario
from scenarios.full_buffer.segments import payloads
from scenarios.sequence import off

SEED = 23
RING = 300


@scenario("AX-FULL-12", "AX-PRED-8", "AX-FULL-5")
def test_can_send_stays_truthful_until_the_ring_is_full(dut: Dut, peer: Peer) -> None:
    assert dut.profile["segment_queue"] < RING
    _, sock = connected(dut, peer, tx=RING)
    sock.option(no_delay=1)

    for sent in range(RING):
        view = sock.state()
        assert (view.can_send, view.tx) == (True, sent)
        assert sock.send(Pattern(SEED, sent, 1)) == 1

    assert not sock.state().can_send
    with refused("would-block"):
        sock.send(b"?")


@scenario("AX-FULL-12", "AX-FULL-10", "AX-FULL-7")
def test_all_octets_arrive_in_the_end(dut: Dut, peer: Peer) -> None:
    conn, sock = _octets_in_flight(dut, peer, RING)
    in_flight = payloads(conn)
    assert 1 < len(in_flight) <= dut.profile["segment_queue"]
    watch = dut.watch(sock, "writable")

    conn.rcv_nxt = off(conn.rcv_nxt, len(b"".join(in_flight)))
    conn.send(TCP(flags="A"))
    conn.receive_pattern(SEED, RING - len(b"".join(in_flight)), offset=len(b"".join(in_flight)))

    assert [event.writable for event in watch.events()] == [True]
    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, RING)


@scenario("AX-FULL-12", "AX-TCP-8")
def test_octets_that_waited_for_segments_leave_together(dut: Dut, peer: Peer) -> None:
    conn, _ = _octets_in_flight(dut, peer, RING)
    sent = len(b"".join(payloads(conn)))
    conn.rcv_nxt = off(conn.rcv_nxt, sent)

    conn.send(TCP(flags="A"))

    conn.expect(TCP(seq=conn.rcv_nxt) / bytes(Pattern(SEED, sent, RING - sent)))
    conn.expect_nothing()


@scenario("AX-FULL-12", "RFC9293 MUST-18", "AX-TCP-8")
def test_octets_sent_again_by_themselves_arrive_whole(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _octets_in_flight(dut, peer, RING)
    conn.inbox.take()

    clock.advance(dut.profile["rto_initial_ms"])
    conn.receive_pattern(SEED, RING)

    assert (sock.state().tx, sock.stats()["tx_bytes"]) == (0, RING)


@scenario("AX-FULL-12", "AX-FULL-10", "AX-TCP-2", needs={"pools"})
@pytest.mark.parametrize("octets", [60, RING])
def test_many_connections_share_the_segments_there_are(dut: Dut, peer: Peer, octets: int) -> None:
    listener = dut.listen(7)
    pairs = []
    for _ in range(min(8, dut.profile["tcp_sockets"])):
        sock = dut.tcp(rx=64, tx=RING)
        listener.lend(sock)
        pairs.append((peer.tcp(7).handshake(), sock))
    for _, sock in pairs:
        sock.option(no_delay=1)
        for at in range(octets):
            assert sock.send(Pattern(SEED, at, 1)) == 1

    for conn, _ in pairs:
        conn.receive_pattern(SEED, octets, patience_ms=dut.profile["rto_initial_ms"])

    assert [sock.stats()["tx_bytes"] for _, sock in pairs] == [octets] * len(pairs)


def _octets_in_flight(dut: Dut, peer: Peer, octets: int) -> tuple[TcpEnd, TcpSocket]:
    assert dut.profile["segment_queue"] < octets
    conn, sock = connected(dut, peer, tx=RING)
    sock.option(no_delay=1)
    for at in range(octets):
        sock.send(Pattern(SEED, at, 1))
    return conn, sock
