# SPDX-License-Identifier: GPL-2.0-or-later
"""The user timeout, set, changed and taken away: before a connection, in it, and while it closes."""

from __future__ import annotations

import pytest

from plumbline.scenario import Dut, Peer, StackClock, connected, reach, scenario

PORT = 7
TIMEOUT_MS = 7001


@pytest.mark.parametrize("other_ms", [1, TIMEOUT_MS // 2, 2 * TIMEOUT_MS])
@scenario("AX-TCP-17", "AX-TCP-40", "RFC9293 MUST-21")
def test_another_timeout_counts_from_when_it_is_set(dut: Dut, peer: Peer, clock: StackClock, other_ms: int) -> None:
    _, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    sock.send(b"lost")
    clock.advance(TIMEOUT_MS - 1)

    sock.option(user_timeout_ms=other_ms)
    clock.advance(other_ms - 1)
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


@scenario("AX-TCP-17", "AX-TCP-40")
def test_set_with_data_on_its_way_it_counts_and_taken_away_it_does_not(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, sock = connected(dut, peer)
    sock.send(b"lost")
    clock.advance(TIMEOUT_MS)

    sock.option(user_timeout_ms=TIMEOUT_MS)
    clock.advance(TIMEOUT_MS - 1)
    sock.option(user_timeout_ms=0)
    clock.advance(2 * TIMEOUT_MS)
    without = sock.state().state
    sock.option(user_timeout_ms=TIMEOUT_MS)
    clock.advance(TIMEOUT_MS)

    assert (without, sock.state().end) == ("ESTABLISHED", "user-timeout")


@scenario("AX-TCP-17", "AX-TCP-40")
def test_another_option_leaves_it_running(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, sock = connected(dut, peer)
    sock.option(user_timeout_ms=TIMEOUT_MS)
    sock.send(b"lost")
    clock.advance(TIMEOUT_MS - 1)

    sock.option(ttl=64, no_delay=1)
    clock.advance(1)

    assert sock.state().end == "user-timeout"


@pytest.mark.parametrize("way", ["passive", "active"])
@scenario("AX-TCP-40", "AX-TCP-17")
def test_set_before_the_connection_it_holds_in_it(dut: Dut, peer: Peer, clock: StackClock, way: str) -> None:
    sock = dut.tcp()
    sock.option(user_timeout_ms=TIMEOUT_MS)
    if way == "passive":
        dut.listen(PORT).lend(sock)
        peer.tcp(PORT).handshake()
    else:
        sock.connect(peer, PORT)
        peer.tcp(sport=PORT).accept()
    clock.advance(2 * TIMEOUT_MS)

    sock.send(b"lost")
    clock.advance(TIMEOUT_MS - 1)
    still = sock.state().state
    clock.advance(1)

    assert (still, sock.state().end) == ("ESTABLISHED", "user-timeout")


@pytest.mark.parametrize("state", ["FIN-WAIT-1", "CLOSING", "LAST-ACK"])
@scenario("AX-TCP-17", "AX-TCP-40", "RFC9293 SA-41")
def test_set_while_closing_it_counts(dut: Dut, peer: Peer, clock: StackClock, state: str) -> None:
    reached = reach(dut, peer, state)

    reached.sock.option(user_timeout_ms=TIMEOUT_MS)
    clock.advance(TIMEOUT_MS - 1)
    still = reached.sock.state().state
    clock.advance(1)

    assert (still, reached.sock.state().end) == (state, "user-timeout")
