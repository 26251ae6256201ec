# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments that wait out of order, in as many connections as there are: what fills a gap always finds a place."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP

from plumbline.scenario import Dut, Pattern, Peer, TcpEnd, TcpSocket, connected, scenario
from scenarios.sequence import off

SEED = 19
GAP = 10
RING = 1000
PORT = 7


def connections(dut: Dut, peer: Peer) -> list[tuple[TcpEnd, TcpSocket]]:
    """As many as the device has sockets."""
    listener, pairs = dut.listen(PORT), []
    for _ in range(dut.profile["tcp_sockets"]):
        sock = dut.tcp(rx=RING, tx=64)
        listener.lend(sock)
        pairs.append((peer.tcp(PORT).handshake(), sock))
    return pairs


def send(conn: TcpEnd, at: int, length: int) -> None:
    conn.send(TCP(seq=off(conn.isn, 1 + at), flags="PA") / bytes(Pattern(SEED, at, length)))


def leave_gaps(dut: Dut, conn: TcpEnd) -> None:
    """As many segments ahead of a gap as may wait in one connection."""
    for number in range(dut.profile["reorder_frames"]):
        send(conn, GAP * (2 * number + 1), GAP)
    conn.inbox.take()


@scenario("RFC9293 SHLD-31", "AX-FULL-8", "AX-FULL-10", "AX-TCP-2")
def test_a_connection_without_gaps_is_served_beside_many_with(dut: Dut, peer: Peer) -> None:
    (orderly, sock), *others = connections(dut, peer)

    for conn, _ in others:
        leave_gaps(dut, conn)
    orderly.send_pattern(SEED, RING)

    check = sock.recv_pattern(RING + 1, SEED)
    assert (check.n, check.bad, dut.link()["rx_alloc"]) == (RING, 0, 0)


@scenario("RFC9293 SHLD-31", "AX-FULL-8", "AX-FULL-10", "AX-BENCH-7")
def test_every_gap_is_filled_in_the_end(dut: Dut, peer: Peer) -> None:
    pairs = connections(dut, peer)
    for conn, _ in pairs:
        leave_gaps(dut, conn)

    for conn, _ in pairs:
        conn.send_pattern(SEED, RING)

    for _, sock in pairs:
        check = sock.recv_pattern(RING + 1, SEED)
        assert (check.n, check.bad) == (RING, 0)
    assert (dut.link()["rx_alloc"], dut.mem().pools["held_frames"].used) == (0, 0)


@scenario("AX-FULL-8", "AX-TIME-10")
def test_what_gives_way_is_counted_where_it_waited(dut: Dut, peer: Peer) -> None:
    pairs = connections(dut, peer)
    each = dut.profile["reorder_frames"]

    for conn, _ in pairs:
        leave_gaps(dut, conn)

    dropped = sum(sock.stats()["rx_dropped_reorder"] for _, sock in pairs)
    held = dut.mem().pools["held_frames"]
    assert dropped == GAP * (each * len(pairs) - held.used) > 0
    assert held.most <= dut.profile["rx_queue"]


@pytest.mark.parametrize("frames", [1, 4])
@scenario("AX-FULL-10", "RFC792 1")
def test_other_frames_find_a_place_as_well(dut: Dut, peer: Peer, frames: int) -> None:
    for conn, _ in connections(dut, peer):
        leave_gaps(dut, conn)

    for number in range(frames):
        peer.send(IP() / ICMP(id=1, seq=number) / b"still there?")

    for number in range(frames):
        peer.expect(ICMP(type=0, seq=number) / b"still there?")
    assert dut.link()["rx_alloc"] == 0


@scenario("RFC9293 SHLD-31", "AX-FULL-8")
def test_one_that_is_reset_gives_its_places_back(dut: Dut, peer: Peer) -> None:
    conn, _ = connected(dut, peer, rx=RING)
    leave_gaps(dut, conn)
    held = dut.mem().pools["held_frames"].used

    conn.reset()

    assert (held, dut.mem().pools["held_frames"].used) == (dut.profile["reorder_frames"], 0)
