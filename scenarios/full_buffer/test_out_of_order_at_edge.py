# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments ahead of a gap: at the window's edge, beyond it, and more of them than can wait."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario, takes
from scenarios.sequence import off

SEED = 16
RING = 1000
GAP = 10


@scenario("RFC9293 SHLD-31", "RFC9293 MAY-13", "RFC5681 4")
def test_a_segment_that_ends_at_the_edge_is_kept(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, RING - GAP)
    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=RING))
    _send(conn, 0, GAP)

    _full(dut, conn, sock, dropped=0)


@scenario("RFC9293 SA-17", "AX-FULL-1", "AX-FULL-4", "AX-FULL-8")
@pytest.mark.parametrize("beyond", [1, 2, 400])
def test_a_segment_over_the_edge_is_trimmed(dut: Dut, peer: Peer, beyond: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, RING - GAP + beyond)
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    _send(conn, 0, GAP)

    _full(dut, conn, sock, dropped=beyond)


@scenario("RFC9293 SA-17", "RFC9293 SA-36")
@pytest.mark.parametrize("beyond", [0, 1, 400])
def test_a_fin_over_the_edge_is_trimmed(dut: Dut, peer: Peer, beyond: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, RING - GAP + beyond, flags="FPA")
    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    _send(conn, 0, GAP)

    assert sock.state().state == "ESTABLISHED"
    _full(dut, conn, sock, dropped=beyond)


@scenario("RFC9293 SA-17", "AX-FULL-8")
@pytest.mark.parametrize("beyond", [1, 400])
def test_a_second_segment_over_the_edge_is_trimmed(dut: Dut, peer: Peer, beyond: int) -> None:
    takes(dut, "reorder_frames", 3)
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, 200)
    _send(conn, 500, RING - 500 + beyond)
    _send(conn, GAP + 200, 500 - 200 - GAP)
    _send(conn, 0, GAP)

    _full(dut, conn, sock, dropped=beyond)


@scenario("RFC9293 SA-17", "AX-FULL-8")
def test_a_longer_copy_of_a_segment_that_waits_is_trimmed_too(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, 100)
    _send(conn, 500, 100)
    _send(conn, GAP, RING)
    _send(conn, 0, GAP)

    _full(dut, conn, sock, dropped=GAP)


@scenario("RFC9293 SHLD-31", "AX-FULL-10")
def test_a_gap_filled_beyond_what_waits_is_trimmed_at_the_edge(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, 100)
    _send(conn, 0, RING + 3)

    _full(dut, conn, sock, dropped=3)


@scenario("RFC9293 SA-36", "AX-FULL-4")
@pytest.mark.parametrize("length", [RING - 1, RING, RING + 400])
def test_a_stream_that_goes_on_behind_its_fin_harms_nobody(dut: Dut, peer: Peer, length: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)

    _send(conn, GAP, GAP, flags="FPA")
    _send(conn, 0, length)

    assert sock.state().state in ("ESTABLISHED", "CLOSE-WAIT")
    check = sock.recv_pattern(RING + 1, SEED)
    assert (check.bad, check.n >= 2 * GAP) == (0, True)


@scenario("AX-FULL-8", "AX-FULL-10", "RFC9293 SHLD-31")
@pytest.mark.parametrize("excess", [1, 5])
def test_more_segments_than_can_wait_are_counted_and_sent_again(
    dut: Dut, peer: Peer, clock: StackClock, excess: int
) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    segments = dut.profile["reorder_frames"] + excess

    for number in range(segments):  # with a gap before each
        _send(conn, GAP * (2 * number + 1), GAP)
    conn.inbox.take()
    dropped = sock.stats()["rx_dropped_reorder"]
    for number in range(segments):
        _send(conn, GAP * 2 * number, GAP)

    clock.advance(dut.profile["delayed_ack_ms"])
    assert dropped == excess * GAP
    assert sock.stats()["rx_bytes"] == 2 * GAP * dut.profile["reorder_frames"] + GAP


@scenario("AX-FULL-8", "AX-FULL-10", "AX-BENCH-7")
def test_what_found_no_place_to_wait_arrives_in_the_end(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    for number in range(2 * dut.profile["reorder_frames"]):
        _send(conn, GAP * (2 * number + 1), GAP)
    conn.inbox.take()

    conn.send_pattern(SEED, RING)

    assert sock.stats()["rx_bytes"] == RING
    check = sock.recv_pattern(RING, SEED)
    assert (check.n, check.bad) == (RING, 0)


def _send(conn: TcpEnd, at: int, length: int, flags: str = "PA") -> None:
    """That part of the stream, wherever the connection stands."""
    conn.send(TCP(seq=off(conn.isn, 1 + at), flags=flags) / bytes(Pattern(SEED, at, length)))


def _full(dut: Dut, conn: TcpEnd, sock: TcpSocket, *, dropped: int) -> None:
    """The ring holds what the window allowed, and the peer was told so."""
    conn.medium.advance_to_frame(dut.profile["delayed_ack_ms"])
    for arrival in conn.inbox.take():
        conn.note_arrived(arrival)
    assert (conn.dut_acked, conn.dut_window) == (off(conn.isn, 1 + RING), 0)
    stats = sock.stats()
    assert (stats["rx_bytes"], stats["rx_dropped_window"], stats["rx_dropped_reorder"]) == (RING, dropped, 0)
    check = sock.recv_pattern(RING + 1, SEED)
    assert (check.n, check.bad) == (RING, 0)
