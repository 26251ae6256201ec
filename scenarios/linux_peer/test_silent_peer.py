# SPDX-License-Identifier: GPL-2.0-or-later
"""The peer that Linux never is: one that falls silent and stays so. A server asks whether it is there, and goes on."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, Server, StackClock, TcpEnd, scenario
from scenarios.sequence import off

PORT = 7
KEEPALIVE_MS, EVERY_MS, COUNT = 60_000, 10_000, 6  # ax/serve.h: when it asks, how often, and how many times
DAY_MS = 24 * 3_600_000


def served(dut: Dut, peer: Peer) -> tuple[TcpEnd, Server]:
    """A server with one place, and who has it."""
    server = dut.serve("echo", PORT, connections=1)
    conn = peer.tcp(dport=PORT).handshake()
    return conn, server


@scenario("AX-TCP-20", "AX-TCP-37", "AX-LISTEN-6")
def test_its_place_comes_back_and_the_next_peer_is_served(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, server = served(dut, peer)

    asked: list[int] = []
    for at in clock.frames_within(DAY_MS):
        conn.expect(TCP(flags="A" if len(asked) < COUNT else "RA"))
        asked.append(at)

    first = asked[0] if asked else 0
    assert KEEPALIVE_MS <= first <= KEEPALIVE_MS + dut.profile["tcp_slow_tick_ms"]
    assert [at - first for at in asked] == [EVERY_MS * number for number in range(COUNT + 1)]  # the last one resets
    assert (server.stats().serving, server.stats().broken) == (0, 1)
    peer.tcp(dport=PORT).handshake()
    assert (server.stats().serving, server.stats().served) == (1, 2)


@scenario("RFC9293 MUST-26", "AX-TCP-37")
def test_one_that_answers_is_served_however_silent(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, server = served(dut, peer)

    for _ in range(2 * COUNT):
        assert clock.advance_to_frame(at_most_ms=2 * KEEPALIVE_MS)
        conn.expect(TCP(flags="A", seq=off(conn.rcv_nxt, -1)))
        conn.send(TCP(flags="A"))

    assert (server.stats().serving, server.stats().broken) == (1, 0)
    conn.send(b"still here")
    conn.expect(TCP() / b"still here")
    conn.expect_nothing()
