# SPDX-License-Identifier: GPL-2.0-or-later
"""A full ring: what a peer may still say, and what it is told."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, refused, scenario
from scenarios.full_buffer.segments import MSS
from scenarios.sequence import off

SEED = 13
RING = 1000


@scenario("AX-FULL-3", "RFC9293 MUST-37", "RFC9293 SA-13")
def test_probes_of_a_closed_window_are_answered_for_hours(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _full(dut, peer)
    edge = conn.snd_nxt

    for _ in range(60):
        clock.advance(60_000)
        conn.send(TCP(seq=edge, flags="A") / b"?")
        conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=edge, window=0))

    assert sock.stats()["rx_dropped_window"] == 60
    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@scenario("RFC9293 SA-13")
def test_a_probe_of_an_octet_already_received_is_answered(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer)

    conn.send(TCP(seq=conn.snd_nxt - 1, flags="A") / bytes(Pattern(SEED, RING - 1, 1)))

    conn.expect(TCP(flags="A", ack=conn.snd_nxt, window=0))
    conn.expect_nothing()
    assert (sock.state().rx, sock.stats()["rx_dropped_window"]) == (RING, 0)


@scenario("RFC9293 SA-12")
def test_an_acceptable_empty_segment_is_not_answered(dut: Dut, peer: Peer) -> None:
    conn, _ = _full(dut, peer)

    conn.send(TCP(flags="A"))

    conn.expect_nothing()


@scenario("RFC9293 MUST-66", "RFC9293 SA-15", "RFC9293 SA-18", "AX-TCP-13", "AX-PRED-17")
def test_a_reset_is_processed(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer)

    conn.send(TCP(flags="R"))

    assert (sock.state().state, sock.state().end) == ("CLOSED", "reset")
    conn.expect_nothing()
    check = sock.recv_pattern(RING, SEED)
    assert (check.n, check.bad) == (RING, 0)
    with refused("reset"):
        sock.recv()


@scenario("RFC9293 SA-20", "RFC5961 1")
@pytest.mark.parametrize("distance", [-1, 1, 2, 1000])
def test_a_reset_beside_the_edge_is_dropped(dut: Dut, peer: Peer, distance: int) -> None:
    conn, sock = _full(dut, peer)

    conn.send(TCP(seq=off(conn.snd_nxt, distance), flags="R"))

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@scenario("RFC9293 MUST-66", "RFC9293 SA-15")
@pytest.mark.parametrize("payload", [b"", b"?", bytes(MSS)], ids=["empty", "probe", "segment"])
def test_an_acknowledgment_is_processed(dut: Dut, peer: Peer, payload: bytes) -> None:
    conn, sock = _full(dut, peer)
    sock.send(b"to be acknowledged")
    conn.expect(TCP(flags="PA", window=0) / b"to be acknowledged")

    conn.send(TCP(seq=conn.snd_nxt, flags="A") / payload)

    assert sock.state().tx == 0
    assert sock.stats()["tx_bytes"] == len(b"to be acknowledged")


@scenario("RFC9293 SA-15")
def test_a_window_update_is_processed(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer)
    conn.send(TCP(flags="A", window=0))
    sock.send(b"waits for the window")
    conn.inbox.take()

    conn.send(TCP(flags="A", window=1000))

    conn.expect(TCP(flags="PA", seq=conn.rcv_nxt, window=0) / b"waits for the window")


@scenario("RFC9293 SA-17", "RFC9293 SA-36", "AX-FULL-10")
def test_a_fin_waits_until_there_is_a_window(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer)
    conn.send(TCP(flags="FA"))
    conn.expect(TCP(flags="A", ack=conn.snd_nxt - 1, window=0))
    assert sock.state().state == "ESTABLISHED"

    sock.recv_pattern(RING, SEED)
    conn.expect(TCP(flags="A", ack=conn.snd_nxt - 1, window=RING))
    conn.send(TCP(seq=conn.snd_nxt - 1, flags="FA"))

    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
    assert sock.state().state == "CLOSE-WAIT"
    with refused("eof"):
        sock.recv()


@scenario("AX-FULL-10", "AX-TCP-8")
def test_the_device_goes_on_sending(dut: Dut, peer: Peer) -> None:
    conn, sock = _full(dut, peer)

    dut.pump_source(sock, SEED, 20_000)
    conn.receive_pattern(SEED, 20_000)

    assert conn.dut_window == 0
    check = sock.recv_pattern(RING, SEED)
    assert (check.n, check.bad) == (RING, 0)


def _full(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A connection whose receive ring is full, and the peer knows it."""
    conn, sock = connected(dut, peer, rx=RING)
    conn.send_pattern(SEED, RING)
    assert conn.dut_window == 0
    return conn, sock
