# SPDX-License-Identifier: GPL-2.0-or-later
"""Several tasks send and receive by one socket: each byte and each datagram is one task's, and none waits for ever."""

from __future__ import annotations

from collections.abc import Sequence

from scapy.layers.inet import TCP

from plumbline.scenario import WITH_DATAGRAMS, Dut, Peer, Pump, bound, connected, scenario

SEED = 5
SHARE = 6  # bytes of each


def ended(pumps: Sequence[Pump]) -> list[tuple[int, str]]:
    """How much each moved, and why it ended."""
    return [(done.bytes, done.end) for pump in pumps if (done := pump.done())]


@scenario("AX-WAKE-3", "AX-WAKE-7")
def test_two_take_what_one_connection_brings(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    sinks = [dut.pump_sink(sock, SEED, SHARE) for _ in range(2)]

    conn.send(bytes(2 * SHARE))

    assert ended(sinks) == [(SHARE, "ok")] * 2


@scenario("AX-WAKE-3", "AX-WAKE-8")
def test_two_fill_one_connection(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, tx=SHARE)
    sources = [dut.pump_source(sock, SEED, 2 * SHARE) for _ in range(2)]

    sent = 0
    while segments := conn.segments():
        sent += sum(len(segment.payload) for segment in segments)
        conn.send(TCP(flags="A"))

    assert sent == 4 * SHARE
    assert ended(sources) == [(2 * SHARE, "ok")] * 2


@scenario("AX-WAKE-3", "AX-WAKE-7", ways=WITH_DATAGRAMS)
def test_two_take_what_one_socket_of_datagrams_gets(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=2 * SHARE, tx=SHARE)
    sinks = [dut.pump_udp_sink(udp, SEED, 1) for _ in range(2)]

    for _ in sinks:
        end.send(bytes(SHARE))

    assert ended(sinks) == [(SHARE, "ok")] * 2
