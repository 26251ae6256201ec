# SPDX-License-Identifier: GPL-2.0-or-later
"""A peer that sends beyond the window it was shown gains nothing, whether there is room or not."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.segments import MSS
from scenarios.sequence import off

SEED = 15
RING = 4096
SHOWN = 1000  # what the peer may still send
READ, BEYOND = 100, 50  # more is read than the peer sends beyond the edge


@scenario("AX-FULL-4", "AX-FULL-8", "RFC9293 SA-13")
@pytest.mark.parametrize("length", [1, 100, 1459])
def test_room_that_was_not_shown_is_not_taken(dut: Dut, peer: Peer, length: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    conn.send_pattern(SEED, RING)
    sock.consume(1459)

    conn.send(TCP(flags="PA") / bytes(Pattern(SEED, RING, length)))

    conn.expect(TCP(flags="A", ack=conn.snd_nxt - length, window=0))
    conn.expect_nothing()
    assert (sock.state().rx, sock.stats()["rx_dropped_window"]) == (RING - 1459, length)


@scenario("AX-FULL-4", "AX-FULL-8", "RFC9293 SA-17")
@pytest.mark.parametrize("beyond", [1, 2, 460])
def test_a_segment_over_the_edge_is_cut_there_though_the_ring_has_room(
    dut: Dut, peer: Peer, clock: StackClock, beyond: int
) -> None:
    conn, sock = _shown_less_than_there_is(dut, peer)

    conn.send(TCP(flags="PA") / bytes(Pattern(SEED, RING - SHOWN, SHOWN + beyond)))
    clock.advance(dut.profile["delayed_ack_ms"])

    conn.expect(TCP(ack=conn.snd_nxt - beyond))
    conn.expect_nothing()
    assert sock.stats()["rx_dropped_window"] == beyond
    check = sock.recv_pattern(RING, SEED, 1)
    assert (check.n, check.bad) == (RING - 1, 0)


@scenario("AX-FULL-4", "AX-FULL-8", "RFC9293 SA-17")
def test_room_that_is_taken_in_but_not_shown_moves_no_edge(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    conn.send_pattern(SEED, RING - SHOWN)
    sock.consume(READ)

    conn.send(TCP(flags="PA") / bytes(Pattern(SEED, RING - SHOWN, 10)))
    conn.send(TCP(flags="PA") / bytes(Pattern(SEED, RING - SHOWN + 10, SHOWN - 10 + BEYOND)))
    clock.advance(dut.profile["delayed_ack_ms"])

    assert (sock.state().rx, sock.stats()["rx_dropped_window"]) == (RING - READ, BEYOND)


@scenario("AX-FULL-4", "AX-FULL-8", "RFC9293 SA-12", "RFC9293 SA-13", "RFC9293 SA-14")
@pytest.mark.parametrize("beyond", [0, 1, 1000, 2**31 - 5000])
def test_a_segment_behind_the_edge_leaves_nothing(dut: Dut, peer: Peer, beyond: int) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    edge = conn.snd_nxt + RING

    conn.send(TCP(seq=off(edge, beyond), flags="PA") / b"too far")
    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=RING))
    conn.send_pattern(SEED, RING)

    assert sock.stats()["rx_dropped_window"] == len(b"too far")
    check = sock.recv_pattern(RING, SEED)
    assert (check.n, check.bad) == (RING, 0)


@scenario("AX-FULL-4", "AX-FULL-10")
def test_a_flood_beyond_the_window_does_not_stop_an_honest_stream(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING)
    pump = dut.pump_sink(sock, SEED, 10 * RING)

    for round_ in range(10):
        conn.send_pattern(SEED, RING, offset=round_ * RING)
        conn.send(TCP(seq=off(conn.snd_nxt, RING), flags="PA") / bytes(MSS))
        conn.expect(TCP(flags="A", ack=conn.snd_nxt))

    done = pump.done()
    assert done is not None
    assert (done.bytes, done.bad) == (10 * RING, 0)
    assert sock.stats()["rx_dropped_window"] == 10 * MSS


def _shown_less_than_there_is(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A peer with SHOWN of window left, and a ring with one octet more than that."""
    conn, sock = connected(dut, peer, rx=RING)
    conn.send_pattern(SEED, RING - SHOWN)
    assert conn.dut_window == SHOWN
    sock.consume(1)
    return conn, sock
