# SPDX-License-Identifier: GPL-2.0-or-later
"""Room that comes back in crumbs: when the peer hears of it (silly-window avoidance, RFC 9293 3.8.6.2.2)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.segments import MSS
from scenarios.sequence import off

SEED = 14
RING = 3 * MSS + MSS // 2  # of which half is more than MSS + CRUMB
CRUMB = 500
HALF = 1 << 31  # of the sequence numbers: what is nearer lies ahead

# Ring, MSS of the peer, and the room that is worth an update: min(MSS, half the ring), at least an octet.
TABLE = [
    (1, MSS, 1),
    (2, MSS, 1),
    (3, MSS, 1),
    (8, MSS, 4),
    (535, MSS, 267),
    (536, MSS, 268),
    (537, MSS, 268),
    (MSS, MSS, 730),
    (2918, MSS, 1459),
    (2920, MSS, MSS),
    (2922, MSS, MSS),
    (4096, MSS, MSS),
    (65535, MSS, MSS),
    (65536, MSS, MSS),
    (1070, 536, 535),
    (1072, 536, 536),
    (4096, 536, 536),
    (4096, 100, 100),
]
rows = pytest.mark.parametrize(("size", "mss", "worth"), TABLE)


@scenario("RFC9293 MUST-39", "AX-TCP-5")
@rows
def test_a_closed_window_reopens_exactly_when_it_is_worth_it(
    dut: Dut, peer: Peer, size: int, mss: int, worth: int
) -> None:
    conn, sock = _full(dut, peer, size, mss)

    if worth > 1:
        sock.consume(worth - 1)
        conn.expect_nothing()
    sock.consume(1)

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt, window=worth))
    conn.expect_nothing()


@scenario("RFC9293 MUST-39", "AX-TCP-5")
@pytest.mark.parametrize(("size", "mss", "worth"), [row for row in TABLE if row[0] < 10])
def test_reading_octet_by_octet_opens_it_step_by_step(dut: Dut, peer: Peer, size: int, mss: int, worth: int) -> None:
    conn, sock = _full(dut, peer, size, mss)

    windows = []
    for _ in range(size):
        sock.consume(1)
        windows += [arrival.frame.tcp.window for arrival in conn.inbox.take() if arrival.frame.tcp is not None]

    assert windows == list(range(worth, size + 1, worth))


@scenario("RFC9293 MUST-39", "AX-TCP-5", "AX-FULL-10")
def test_the_first_octet_read_is_shown_by_the_next_segment_only_if_worth_it(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer, 4096, MSS)

    sock.consume(1459)
    sock.send(b"shows the window")
    conn.expect(TCP(flags="PA", window=0) / b"shows the window")
    sock.consume(1)

    conn.expect(TCP(flags="A", window=MSS))
    conn.expect_nothing()


@scenario("RFC9293 MUST-39", "AX-TCP-5")
@pytest.mark.parametrize("size", [4 * MSS, 8192, 65535])
def test_of_a_window_that_is_not_small_half_is_told_unasked(dut: Dut, peer: Peer, size: int) -> None:
    window = min(size, dut.profile["window_max"])
    step = min(window // 2, 4 * MSS)
    conn, sock = connected(dut, peer, rx=window)
    conn.send_pattern(SEED, min(window - MSS, 4 * MSS) // (2 * MSS) * 2 * MSS)
    room = conn.dut_window

    sock.consume(step - 1)
    conn.expect_nothing()
    sock.consume(1)

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=room + step))
    conn.expect_nothing()


@scenario("RFC9293 MUST-39", "AX-TCP-4")
def test_a_delayed_ack_shows_what_was_read_meanwhile(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    conn.send_data(bytes(Pattern(SEED, 0, MSS)))
    conn.expect_nothing()

    sock.consume(MSS)
    conn.expect_nothing()
    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=RING))


@scenario("RFC9293 MUST-39", "AX-TCP-5")
@pytest.mark.parametrize("how", ["as ever", "when we have closed", "of a closed peer window"])
def test_the_ack_of_what_fills_the_window_shows_what_was_read_meanwhile(dut: Dut, peer: Peer, how: str) -> None:
    conn = _down_to_a_segment(dut, peer, closed=how == "when we have closed")
    if how == "of a closed peer window":
        conn.window = 0

    for length in (MSS // 2, MSS // 2):
        conn.send_data(bytes(Pattern(SEED, 0, length)))

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=MSS + CRUMB))
    conn.expect_nothing()


@scenario("RFC9293 MUST-39", "AX-TCP-5", "AX-FULL-10")
def test_a_fin_beyond_the_window_holds_back_nothing_that_was_read(dut: Dut, peer: Peer) -> None:
    conn = _down_to_a_segment(dut, peer)
    edge = off(conn.snd_nxt, MSS)

    conn.send(TCP(flags="FA") / bytes(Pattern(SEED, 0, MSS)))

    conn.expect(TCP(flags="A", ack=edge, window=MSS + CRUMB))
    conn.expect_nothing()


def _down_to_a_segment(dut: Dut, peer: Peer, *, closed: bool = False) -> TcpEnd:
    """A connection that offers a segment, of which the application has read a little more, and not told."""
    conn, sock = connected(dut, peer, rx=RING)
    if closed:
        sock.close()
        conn.expect(TCP(flags="FA"))
        conn.send(TCP(flags="A"))
    conn.send_pattern(SEED, RING - MSS)
    assert conn.dut_window == MSS
    sock.consume(MSS + CRUMB)
    conn.expect_nothing()
    return conn


@scenario("RFC9293 SA-13", "RFC9293 MUST-39")
def test_the_answer_to_a_probe_shows_no_crumbs(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer, 4096, MSS)
    sock.consume(1459)

    conn.send(TCP(seq=conn.snd_nxt, flags="A") / b"?")

    conn.expect(TCP(flags="A", ack=conn.snd_nxt - 1, window=0))
    conn.expect_nothing()


@scenario("RFC9293 SHLD-14", "AX-TCP-4")
@pytest.mark.parametrize("size", [3, 537, 4096, 65535])
def test_the_right_edge_never_moves_left(dut: Dut, peer: Peer, size: int) -> None:
    conn, sock = connected(dut, peer, rx=size)
    edges = [_edge(conn)]

    for length in (1, 3, size // 5 + 1, size // 3 + 1, 1, size):
        conn.send_data(bytes(Pattern(SEED, 0, min(length, MSS))))
        edges += _edges(conn)
        sock.consume(min(sock.state().rx, length // 2 + 1))
        edges += _edges(conn)

    assert len(edges) > 1
    assert all(off(later, -earlier) < HALF for earlier, later in pairwise(edges))


def _full(dut: Dut, peer: Peer, size: int, mss: int) -> tuple[TcpEnd, TcpSocket]:
    """A full ring, and a peer of that MSS that was told so."""
    conn, sock = connected(dut, peer, rx=size, options=[("MSS", mss)])
    conn.send_pattern(SEED, min(size, dut.profile["window_max"]))
    assert conn.dut_window == 0
    return conn, sock


def _edge(conn: TcpEnd) -> int:
    return off(conn.dut_acked, conn.dut_window)


def _edges(conn: TcpEnd) -> list[int]:
    """Those of all segments that came."""
    edges = []
    for arrival in conn.inbox.take():
        conn.note_arrived(arrival)
        edges.append(_edge(conn))
    return edges
