# SPDX-License-Identifier: GPL-2.0-or-later
"""Segments that are not acceptable: answered once, and not believed in anything."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import NO_PAYLOAD, Dut, Pattern, Peer, TcpEnd, TcpSocket, connected, scenario
from scenarios.sequence import off

SEED = 41
WINDOW = 1000
IN_FLIGHT = 100
TEXT = b"not acceptable"
OUTSIDE = [(WINDOW, 0), (WINDOW, 1), (WINDOW + 1, 0), (1 << 31, 1), (-1, 0), (-1, 1), (-len(TEXT), 1), (-1500, 1)]


@pytest.mark.parametrize(("ahead", "with_text"), OUTSIDE)
@scenario("RFC9293 SA-12", "RFC9293 SA-13", "RFC9293 SA-14")
def test_neither_its_ack_nor_its_window_is_used(dut: Dut, peer: Peer, ahead: int, with_text: int) -> None:
    conn, sock = _in_flight(dut, peer)
    text = TEXT[: with_text if ahead == -1 else with_text * len(TEXT)]

    conn.send(TCP(flags="A", seq=off(conn.snd_nxt, ahead), ack=conn.rcv_nxt, window=0) / text)

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().tx == IN_FLIGHT
    conn.send(TCP(flags="A"))
    sock.send(Pattern(SEED, IN_FLIGHT, IN_FLIGHT))
    conn.receive_pattern(SEED, IN_FLIGHT, offset=IN_FLIGHT)


@pytest.mark.parametrize("ahead", [WINDOW, WINDOW + 1, -1])
@scenario("RFC9293 SA-13", "RFC9293 SA-27")
def test_one_that_acknowledges_what_was_never_sent_is_answered_once(dut: Dut, peer: Peer, ahead: int) -> None:
    conn, _ = _in_flight(dut, peer)

    conn.send(TCP(flags="A", seq=off(conn.snd_nxt, ahead), ack=off(conn.rcv_nxt, 1)))

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt, ack=conn.snd_nxt) / NO_PAYLOAD)
    conn.expect_nothing()


@scenario("RFC9293 SA-15")
def test_text_that_finds_the_window_closed_is_not_taken_and_its_ack_is(dut: Dut, peer: Peer) -> None:
    conn, sock = _closed(dut, peer)

    conn.send(TCP(flags="PA") / TEXT)

    assert (sock.state().rx, sock.state().tx) == (WINDOW, 0)


@pytest.mark.parametrize("flags", ["PA", "P"])
@scenario("RFC9293 SA-13", "RFC9293 SA-15", "RFC9293 SA-27")
def test_text_that_finds_the_window_closed_is_answered_once_without_a_right_ack(
    dut: Dut, peer: Peer, flags: str
) -> None:
    conn, sock = _closed(dut, peer)
    edge = conn.snd_nxt

    conn.send(TCP(flags=flags, ack=off(conn.rcv_nxt, 1)) / TEXT)

    conn.expect(TCP(flags="A", ack=edge, window=0) / NO_PAYLOAD)
    conn.expect_nothing()
    assert sock.state().tx == IN_FLIGHT


def _closed(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """And the peer has filled the device's window."""
    conn, sock = _in_flight(dut, peer)
    conn.send(TCP(flags="PA", ack=off(conn.rcv_nxt, -IN_FLIGHT)) / bytes(Pattern(SEED, 0, WINDOW)))
    assert (sock.state().rx, sock.state().tx) == (WINDOW, IN_FLIGHT)
    return conn, sock


def _in_flight(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """Octets of the device came, and are not acknowledged."""
    conn, sock = connected(dut, peer, rx=WINDOW)
    sock.send(Pattern(SEED, 0, IN_FLIGHT))
    conn.segments()
    return conn, sock
