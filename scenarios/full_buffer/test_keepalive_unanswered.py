# SPDX-License-Identifier: GPL-2.0-or-later
"""Keep-alive probes that are lost, and those that are not."""

from __future__ import annotations

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, StackClock, TcpEnd, connected, scenario
from scenarios.sequence import off

IDLE_MS, EVERY_MS = 60_000, 10_000


def probed(conn: TcpEnd, clock: StackClock, within_ms: int) -> None:
    assert clock.advance_to_frame(at_most_ms=within_ms)
    conn.expect(TCP(flags="A", seq=off(conn.rcv_nxt, -1)))


@pytest.mark.parametrize("count", [0, 2, 9])
@scenario("RFC9293 MUST-29", "AX-TCP-37")
def test_one_unanswered_probe_ends_nothing_and_is_forgotten_with_the_next_answer(
    dut: Dut, peer: Peer, clock: StackClock, count: int
) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=IDLE_MS, keepalive_every_ms=EVERY_MS, keepalive_count=count)
    tick = dut.profile["tcp_slow_tick_ms"]

    for _ in range(3):
        probed(conn, clock, IDLE_MS + tick)
        probed(conn, clock, EVERY_MS + tick)
        conn.send(TCP(flags="A"))

    assert sock.state().state == "ESTABLISHED"
    conn.expect_nothing()
