# SPDX-License-Identifier: GPL-2.0-or-later
"""The user timeout and a peer with a closed window: it pauses while that answers, and nobody else can hold it up."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, scenario
from scenarios.full_buffer.windows import open_wide, with_window
from scenarios.sequence import off

SEED = 42
ACK = 0x10  # the flag alone
TIMEOUT_MS = 7001
CLOSED_TIMEOUT_MS = 100_000  # longer than a probe is apart from the next
HOUR_MS = 3_600_000


@scenario("AX-TCP-18", "RFC9293 MUST-37")
def test_it_pauses_while_a_closed_window_answers_probes(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed_with(dut, peer)

    for _ in clock.frames_within(HOUR_MS):
        conn.inbox.take()
        conn.send_data(b"", flags=ACK)

    assert sock.state().state == "ESTABLISHED"
    open_wide(conn)
    conn.receive_pattern(SEED, 3000)


@scenario("AX-TCP-17", "AX-TCP-18")
def test_it_goes_on_when_the_probes_are_not_answered(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed_with(dut, peer)
    clock.advance(60_000)
    conn.send(TCP(flags="A"))

    clock.advance(CLOSED_TIMEOUT_MS - 1)
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


@pytest.mark.parametrize("window", [0, 65535])
@pytest.mark.parametrize("away", [1 << 20, 1 << 31, -(1 << 20)], ids=["ahead", "opposite", "behind"])
@scenario("AX-TCP-17", "RFC9293 SA-14")
def test_a_forged_segment_does_not_begin_it_anew(
    dut: Dut, peer: Peer, clock: StackClock, away: int, window: int
) -> None:
    conn, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    una = conn.rcv_nxt
    sock.send(b"lost")

    clock.advance(TIMEOUT_MS - 1)
    conn.send(TCP(flags="A", seq=off(conn.snd_nxt, away), ack=una, window=window))
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


@pytest.mark.parametrize("window", [0, 65535])
@pytest.mark.parametrize("behind", [1, 5], ids=["last octet", "all of it"])
@scenario("AX-TCP-17", "RFC9293 SA-28")
def test_an_old_ack_does_not_begin_it_anew(dut: Dut, peer: Peer, clock: StackClock, behind: int, window: int) -> None:
    conn, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    sock.send(b"first")
    conn.expect(b"first")
    conn.send(TCP(flags="A"))
    una = conn.rcv_nxt
    sock.send(b"lost")

    clock.advance(TIMEOUT_MS - 1)
    conn.send(TCP(flags="A", ack=off(una, -behind), window=window))
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


def _closed_with(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A peer with a closed window, and bytes queued under a user timeout."""
    conn, sock = with_window(dut, peer, 0)
    sock.option(user_timeout_ms=CLOSED_TIMEOUT_MS)
    sock.send(Pattern(SEED, 0, 3000))
    return conn, sock
