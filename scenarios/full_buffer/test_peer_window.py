# SPDX-License-Identifier: GPL-2.0-or-later
"""The window of the peer: kept to the octet, and survived when it shrinks."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.segments import MSS, first_octet, lengths
from scenarios.full_buffer.windows import open_wide, with_window
from scenarios.sequence import off

SEED = 24
RING = 8192


@scenario("RFC9293 MUST-1", "RFC9293 MUST-38", "RFC9293 REC-1")
@pytest.mark.parametrize("window", [1, 2, 3, 535, 1000, MSS - 1, MSS, MSS + 1, 2 * MSS, 4000])
def test_no_octet_goes_beyond_it(dut: Dut, peer: Peer, clock: StackClock, window: int) -> None:
    conn, sock = with_window(dut, peer, window, tx=RING)

    sock.send(Pattern(SEED, 0, RING))
    clock.advance(dut.profile["rto_initial_ms"] // 2)

    sent = _sent(conn)
    assert window // 2 <= sent <= window


@scenario("RFC9293 MUST-38", "AX-FULL-10")
@pytest.mark.parametrize("window", [1000, MSS, 2 * MSS, 8192])
def test_a_window_granted_again_and_again_is_used_up(dut: Dut, peer: Peer, window: int) -> None:
    queued = dut.profile["segment_queue"] // 2 * (window // 2)  # of segments that half a window holds
    conn, sock = with_window(dut, peer, window, tx=min(RING, queued))

    dut.pump_source(sock, SEED, 4 * RING)
    conn.receive_pattern(SEED, 4 * RING)

    assert sock.stats()["tx_bytes"] == 4 * RING
    conn.expect_nothing()


@scenario("RFC9293 MUST-38", "RFC9293 SHLD-28", "AX-FULL-10")
@pytest.mark.parametrize("window", [0, 1, 100, 1000])
def test_a_window_that_grows_is_filled_with_whole_segments(dut: Dut, peer: Peer, window: int) -> None:
    conn, sock = with_window(dut, peer, window, tx=RING)
    open_wide(conn)

    sock.send(Pattern(SEED, 0, 3 * MSS))

    assert lengths(conn) == [MSS] * 3


@scenario("RFC9293 MUST-1")
@pytest.mark.parametrize("window", [32767, 32768, 65535])
def test_a_large_window_is_no_negative_number(dut: Dut, peer: Peer, window: int) -> None:
    conn, sock = with_window(dut, peer, window, tx=65536)

    dut.pump_source(sock, SEED, 200_000)
    conn.receive_pattern(SEED, 200_000)

    assert sock.stats()["tx_bytes"] == 200_000


@scenario("RFC9293 MUST-34", "RFC9293 SHLD-15", "RFC9293 SHLD-16")
@pytest.mark.parametrize("window", [1, 500, 1459])
def test_a_window_that_shrinks_is_survived(dut: Dut, peer: Peer, clock: StackClock, window: int) -> None:
    conn, _ = _three_in_flight(dut, peer)

    conn.send(TCP(flags="A", ack=first_octet(conn) + MSS, window=window))
    clock.advance(3 * dut.profile["rto_initial_ms"])

    edge = off(first_octet(conn), MSS + window)
    again = [arrival.frame.tcp for arrival in conn.inbox.take() if arrival.frame.tcp is not None]
    assert again
    assert all(segment.seq + len(segment.payload) <= edge for segment in again)
    _goes_on(dut, conn)


@scenario("RFC9293 MUST-34", "RFC9293 MUST-35", "RFC9293 MUST-36")
def test_a_window_shrunk_to_nothing_is_probed(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = _three_in_flight(dut, peer)
    una = first_octet(conn) + MSS

    conn.send(TCP(flags="A", ack=una, window=0))
    clock.advance_to_frame(at_most_ms=3 * dut.profile["rto_initial_ms"])

    conn.expect(TCP(flags="A", seq=una) / bytes(Pattern(SEED, MSS, 1)))
    conn.expect_nothing()
    _goes_on(dut, conn)


@scenario("RFC9293 SHLD-17", "RFC9293 MUST-34")
def test_data_beyond_a_shrunken_window_ends_nothing(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _three_in_flight(dut, peer)
    una = first_octet(conn) + MSS
    conn.send(TCP(flags="A", ack=una, window=0))

    for _ in clock.frames_within(1_500_000):
        conn.inbox.take()
        conn.send(TCP(flags="A", ack=una, window=0))

    assert sock.state().state == "ESTABLISHED"


@scenario("RFC9293 SA-28", "RFC9293 SA-29")
@pytest.mark.parametrize(("older", "text"), [("seq", b""), ("ack", b""), ("ack", b"newest")])
def test_an_older_segment_does_not_change_it(dut: Dut, peer: Peer, older: str, text: bytes) -> None:
    conn, sock = with_window(dut, peer, 2 * MSS)
    sock.send(Pattern(SEED, 0, 2 * MSS))
    conn.inbox.take()
    conn.send(TCP(flags="PA", ack=first_octet(conn) + MSS, window=MSS) / b"newer")

    seq, ack = (conn.isn + 1, first_octet(conn) + MSS) if older == "seq" else (conn.snd_nxt, first_octet(conn))
    conn.send(TCP(flags="A", seq=seq, ack=ack, window=30_000) / text)
    conn.inbox.take()
    sock.send(Pattern(SEED, 2 * MSS, MSS))

    conn.expect_nothing()


@scenario("RFC9293 SA-29", "RFC9293 MUST-34")
@pytest.mark.parametrize("window", [0, MSS])
def test_an_ack_that_says_only_less_window_is_believed(dut: Dut, peer: Peer, window: int) -> None:
    conn, sock = connected(dut, peer, tx=RING)

    conn.send(TCP(flags="A", window=window))
    sock.send(Pattern(SEED, 0, RING))

    sent = _sent(conn)
    assert sent <= window, f"{sent} octets are sent into a window of {window}"


def _three_in_flight(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A full ring of which three segments are in flight: the congestion window allows no more."""
    conn, sock = connected(dut, peer, tx=RING)
    sock.send(Pattern(SEED, 0, RING))
    assert _sent(conn) == 3 * MSS
    return conn, sock


def _goes_on(dut: Dut, conn: TcpEnd) -> None:
    """The window opens again, and all that was not acknowledged arrives."""
    conn.rcv_nxt = first_octet(conn) + MSS
    conn.send(TCP(flags="A"))
    conn.receive_pattern(SEED, RING - MSS, offset=MSS, patience_ms=3 * dut.profile["rto_initial_ms"])
    conn.expect_nothing()


def _sent(conn: TcpEnd) -> int:
    """How far the device's stream went, none of it acknowledged."""
    segments = [arrival.frame.tcp for arrival in conn.inbox.take() if arrival.frame.tcp is not None]
    return max((off(one.seq, len(one.payload) - first_octet(conn)) for one in segments), default=0)
