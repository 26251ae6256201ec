# SPDX-License-Identifier: GPL-2.0-or-later
"""More than the ring holds: what fits is kept, the rest is not stored, not acknowledged, and counted."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, refused, scenario
from scenarios.full_buffer.segments import MSS, RING_SIZES
from scenarios.sequence import off

SEED = 12
SMALL = [size for size in RING_SIZES if size < MSS]

small_rings = pytest.mark.parametrize("size", SMALL)


@scenario("AX-FULL-1", "AX-FULL-2", "AX-FULL-8", "RFC9293 SA-17")
@pytest.mark.parametrize("excess", [1, 2, "far"])
@small_rings
def test_one_segment_is_trimmed_at_the_edge(
    dut: Dut, peer: Peer, clock: StackClock, size: int, excess: int | str
) -> None:
    beyond = MSS - size if isinstance(excess, str) else min(excess, MSS - size)
    conn, sock = connected(dut, peer, rx=size)

    conn.send(TCP(seq=conn.snd_nxt, flags="PA") / bytes(Pattern(SEED, 0, size + beyond)))
    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt - beyond, window=0))
    conn.expect_nothing()
    _kept(sock, size, dropped=beyond)


@scenario("AX-FULL-1", "AX-FULL-3", "AX-FULL-4", "AX-FULL-8", "RFC9293 SA-13")
@pytest.mark.parametrize("size", RING_SIZES)
def test_many_segments_that_look_at_no_window_keep_what_fits(
    dut: Dut, peer: Peer, clock: StackClock, size: int
) -> None:
    conn, sock = connected(dut, peer, rx=size)
    offered = min(size, dut.profile["window_max"])
    total = offered // MSS * MSS + 3 * MSS

    for at in range(0, total, MSS):
        conn.send_data(bytes(Pattern(SEED, at, MSS)))
    clock.advance(dut.profile["delayed_ack_ms"])

    _last_said(conn, ack=off(conn.snd_nxt, offered - total), window=0)
    _kept(sock, offered, dropped=total - offered)


@scenario("AX-FULL-3", "RFC9293 SA-13")
def test_each_segment_that_meets_a_full_ring_is_answered_at_once(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=MSS)
    conn.send_pattern(SEED, MSS)
    edge = conn.snd_nxt

    for length in (1, 2, MSS):
        conn.send(TCP(seq=edge, flags="PA") / bytes(Pattern(SEED, MSS, length)))
        conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=edge, window=0))

    conn.expect_nothing()
    _kept(sock, MSS, dropped=1 + 2 + MSS)


@scenario("RFC9293 SA-17", "AX-FULL-2")
@pytest.mark.parametrize("beyond", [0, 1])
@small_rings
def test_a_fin_behind_the_edge_is_not_processed(
    dut: Dut, peer: Peer, clock: StackClock, size: int, beyond: int
) -> None:
    conn, sock = connected(dut, peer, rx=size)

    conn.send(TCP(seq=conn.snd_nxt, flags="FPA") / bytes(Pattern(SEED, 0, size + beyond)))
    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt - beyond - 1, window=0))
    assert sock.state().state == "ESTABLISHED"
    _kept(sock, size, dropped=beyond)
    with refused("would-block"):
        sock.recv()


@scenario("RFC9293 SA-17", "RFC9293 SA-38", "AX-FULL-10")
@small_rings
def test_what_was_trimmed_is_taken_when_it_comes_again(dut: Dut, peer: Peer, clock: StackClock, size: int) -> None:
    conn, sock = connected(dut, peer, rx=size)
    conn.send(TCP(flags="FPA") / bytes(Pattern(SEED, 0, size + 1)))
    clock.advance(dut.profile["delayed_ack_ms"])
    conn.expect(TCP(flags="A", window=0))
    sock.recv_pattern(size, SEED)
    conn.expect(TCP(flags="A", ack=conn.snd_nxt - 2, window=size))

    conn.send(TCP(seq=conn.snd_nxt - 2, flags="FPA") / bytes(Pattern(SEED, size, 1)))
    clock.advance(dut.profile["delayed_ack_ms"])

    if size > 1:  # else the FIN lies beyond the edge again
        conn.expect(TCP(flags="A", ack=conn.snd_nxt))
        assert sock.state().state == "CLOSE-WAIT"
    assert sock.recv() == bytes(Pattern(SEED, size, 1))


def _last_said(conn: TcpEnd, *, ack: int, window: int) -> None:
    for arrival in conn.inbox.take():
        conn.note_arrived(arrival)
    assert (conn.dut_acked, conn.dut_window) == (ack, window)


def _kept(sock: TcpSocket, size: int, *, dropped: int) -> None:
    """Every byte sent was kept or counted, and those kept are the first."""
    stats = sock.stats()
    assert (stats["rx_bytes"], stats["rx_dropped_window"], stats["rx_dropped_reorder"]) == (size, dropped, 0)
    check = sock.recv_pattern(size + 1, SEED)
    assert (check.n, check.bad) == (size, 0)
