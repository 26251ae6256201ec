# SPDX-License-Identifier: GPL-2.0-or-later
"""The user timeout: counts unacknowledged data, to the millisecond, and pauses while a closed window answers."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpEnd, TcpSocket, connected, refused, scenario

SEED = 42
TIMEOUT_MS = 7001
CLOSED_TIMEOUT_MS = 100_000  # longer than a probe is apart from the next
HOUR_MS = 3_600_000


@scenario("AX-TCP-17", "AX-TCP-40", "RFC9293 MUST-21", "RFC9293 SA-41")
@pytest.mark.parametrize("timeout_ms", [1, 999, 7001, 100_000])
def test_it_ends_the_connection_to_the_millisecond(dut: Dut, peer: Peer, clock: StackClock, timeout_ms: int) -> None:
    _, sock = connected(dut, peer)
    sock.option(user_timeout_ms=timeout_ms)
    clock.advance(123)
    sock.send(b"lost")

    clock.advance(timeout_ms - 1)
    assert sock.state().state == "ESTABLISHED"
    clock.advance(1)

    assert (sock.state().state, sock.state().end) == ("CLOSED", "user-timeout")
    with refused("user-timeout"):
        sock.recv()


@scenario("AX-TCP-17", "RFC9293 SA-41", "AX-FULL-11")
def test_its_end_sends_nothing_and_leaves_nothing(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    sock.send(b"lost")
    clock.advance(TIMEOUT_MS)
    conn.inbox.take()

    clock.advance(HOUR_MS)

    conn.expect_nothing()
    assert sock.state().released


@scenario("AX-TCP-17")
def test_it_does_not_count_while_nothing_waits_for_an_ack(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    sock.send(b"first")
    clock.advance(TIMEOUT_MS - 1)
    conn.inbox.take()
    conn.rcv_nxt += len(b"first")
    conn.send(TCP(flags="A"))

    clock.advance(HOUR_MS)

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()


@scenario("AX-TCP-17")
def test_each_ack_of_something_new_begins_it_anew(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS, no_delay=1)
    for number in range(4):
        sock.send(Pattern(SEED, number, 1))

    for _ in range(3):
        clock.advance(TIMEOUT_MS - 1)
        conn.rcv_nxt += 1
        conn.send(TCP(flags="A"))
    assert sock.state().state == "ESTABLISHED"
    clock.advance(TIMEOUT_MS)

    assert sock.state().end == "user-timeout"


@scenario("AX-TCP-18", "RFC9293 MUST-37")
def test_it_pauses_while_a_closed_window_answers_probes(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = _closed_with(dut, peer)

    while clock.now < HOUR_MS:
        clock.advance_to_frame(at_most_ms=HOUR_MS)
        conn.inbox.take()
        conn.send_data(b"", flags=0x10)

    assert sock.state().state == "ESTABLISHED"
    conn.window = 65535
    conn.send(TCP(flags="A"))
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
    conn.send(TCP(flags="A", seq=(conn.snd_nxt + away) % 2**32, ack=una, window=window))
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


def _closed_with(dut: Dut, peer: Peer) -> tuple[TcpEnd, TcpSocket]:
    """A peer with a closed window, and bytes queued under a user timeout."""
    sock = dut.accept_on(7)
    sock.option(user_timeout_ms=CLOSED_TIMEOUT_MS)
    conn = peer.tcp(7)
    conn.window = 0
    conn.handshake()
    sock.send(Pattern(SEED, 0, 3000))
    return conn, sock
