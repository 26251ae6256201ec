# SPDX-License-Identifier: GPL-2.0-or-later
"""The user timeout: counts data and FIN while they are not acknowledged, to the millisecond."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, TcpSocket, connected, reach, refused, scenario

SEED = 42
TIMEOUT_MS = 7001
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


@pytest.mark.parametrize("more", [TcpSocket.send, TcpSocket.commit], ids=["send", "commit"])
@scenario("AX-TCP-17", "AX-TCP-9")
def test_sending_more_does_not_begin_it_anew(
    dut: Dut, peer: Peer, clock: StackClock, more: Callable[[TcpSocket, bytes], int]
) -> None:
    _, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    more(sock, b"lost")

    clock.advance(TIMEOUT_MS - 1)
    more(sock, b"lost as well")
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


@pytest.mark.parametrize("state", ["ESTABLISHED", "CLOSE-WAIT"])
@scenario("AX-TCP-17", "AX-TCP-25", "RFC9293 SA-41")
def test_a_fin_is_counted_like_data(dut: Dut, peer: Peer, clock: StackClock, state: str) -> None:
    reached = reach(dut, peer, state)
    reached.sock.option(user_timeout_ms=TIMEOUT_MS)
    clock.advance(123)
    reached.sock.close()

    clock.advance(TIMEOUT_MS - 1)
    still = reached.sock.state().state
    clock.advance(1)

    assert still == {"ESTABLISHED": "FIN-WAIT-1", "CLOSE-WAIT": "LAST-ACK"}[state]
    assert (reached.sock.state().end, reached.sock.state().released) == ("user-timeout", True)
