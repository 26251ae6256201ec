# SPDX-License-Identifier: GPL-2.0-or-later
"""Receive rings of every awkward size: what is offered, filled to the last byte, read back, and offered again."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, connected, connected_actively, scenario
from scenarios.full_buffer.segments import MSS, RING_SIZES

SEED = 11
PIECES = 7  # segments that fill a ring together
FIRST_PORT = 1000

rings = pytest.mark.parametrize("size", RING_SIZES)
rings_within_a_segment = pytest.mark.parametrize("size", [size for size in RING_SIZES if size <= MSS])


@scenario("AX-TCP-1", "AX-TCP-3", "AX-TCP-7")
@rings
def test_a_syn_ack_offers_the_whole_ring(dut: Dut, peer: Peer, size: int) -> None:
    dut.accept_on(7, rx=size)
    conn = peer.tcp(7)

    conn.send(TCP(flags="S", options=[("MSS", MSS)]))

    conn.expect(TCP(flags="SA", ack=conn.snd_nxt, window=_offer(dut, size)))
    conn.expect_nothing()


@scenario("AX-TCP-1", "AX-TCP-3", "AX-TCP-7")
@rings
def test_a_syn_offers_the_whole_ring(dut: Dut, peer: Peer, size: int) -> None:
    conn = peer.tcp(sport=7)

    dut.tcp(rx=size).connect(peer, 7)

    conn.expect(TCP(flags="S", window=_offer(dut, size)))
    conn.expect_nothing()


@scenario("AX-TCP-3")
@rings
def test_the_first_ack_of_an_active_open_offers_the_whole_ring(dut: Dut, peer: Peer, size: int) -> None:
    conn, _ = connected_actively(dut, peer, rx=size)

    assert conn.dut_window == _offer(dut, size)
    conn.expect_nothing()


@scenario("AX-TCP-8", "AX-FULL-1")
@rings_within_a_segment
def test_one_segment_fills_the_ring_exactly(dut: Dut, peer: Peer, clock: StackClock, size: int) -> None:
    conn, sock = connected(dut, peer, rx=size)

    conn.send(bytes(Pattern(SEED, 0, size)))
    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=0))
    check = sock.recv_pattern(size + 1, SEED)
    assert (check.n, check.bad, sock.stats()["rx_dropped_window"]) == (size, 0, 0)


@scenario("AX-TCP-8", "AX-FULL-1")
@rings
def test_many_segments_fill_the_ring_exactly(dut: Dut, peer: Peer, size: int) -> None:
    conn, sock = connected(dut, peer, rx=size)
    offered = _offer(dut, size)

    conn.send_pattern(SEED, offered, mss=max(1, min(MSS, size // PIECES)))

    assert (conn.dut_window, sock.state().rx, sock.stats()["rx_bytes"]) == (0, offered, offered)
    check = sock.recv_pattern(size + 1, SEED)
    assert (check.n, check.bad, sock.stats()["rx_dropped_window"]) == (offered, 0, 0)


@scenario("AX-FULL-10", "AX-TCP-5")
@rings
def test_a_drained_ring_is_filled_again_over_its_wrap(dut: Dut, peer: Peer, size: int) -> None:
    conn, sock = connected(dut, peer, rx=size)
    offered = _offer(dut, size)
    conn.send_pattern(SEED, offered - offered // 3)
    first = sock.recv_pattern(size, SEED)

    pump = dut.pump_sink(sock, SEED + 1, offered)
    conn.send_pattern(SEED + 1, offered)

    done = pump.done()
    assert (first.n, first.bad) == (offered - offered // 3, 0)
    assert done is not None
    assert (done.bytes, done.bad) == (offered, 0)


@scenario("AX-TCP-6")
def test_sockets_of_different_sizes_offer_their_own(dut: Dut, peer: Peer) -> None:
    sizes = RING_SIZES[:: len(RING_SIZES) // dut.profile["listeners"] + 1]
    for number, size in enumerate(sizes):
        dut.accept_on(FIRST_PORT + number, rx=size, tx=64)

    ends = [peer.tcp(FIRST_PORT + number).handshake() for number, _ in enumerate(sizes)]

    assert [end.dut_window for end in ends] == [_offer(dut, size) for size in sizes]


def _offer(dut: Dut, size: int) -> int:
    return min(size, dut.profile["window_max"])
