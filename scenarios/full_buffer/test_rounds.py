# SPDX-License-Identifier: GPL-2.0-or-later
"""Filled and drained a thousand times: nothing is left behind, nothing wears out."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Pattern, Peer, connected, scenario
from scenarios.sequence import off

SEED = 53
ROUNDS = 1000
RING = 700


@scenario("AX-FULL-11", "AX-FULL-10", "AX-BENCH-7", "AX-TCP-2")
def test_a_thousand_rounds_of_fill_and_drain(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING, tx=RING)
    before = dut.mem()

    for round_ in range(ROUNDS):
        conn.send_data(bytes(Pattern(SEED, round_ * RING, RING + 1)))
        conn.snd_nxt = off(conn.snd_nxt, -1)  # the last octet did not fit
        check = sock.recv_pattern(RING + 1, SEED, round_ * RING)
        assert (check.n, check.bad) == (RING, 0)

    stats = sock.stats()
    assert (stats["rx_bytes"], stats["rx_dropped_window"]) == (ROUNDS * RING, ROUNDS)
    assert {name: pool.used for name, pool in dut.mem().pools.items()} == {
        name: pool.used for name, pool in before.pools.items()
    }


@scenario("AX-FULL-11", "AX-FULL-10", "AX-TCP-8")
def test_megabytes_through_small_rings_both_ways(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer, rx=RING, tx=RING)

    dut.pump_echo(sock)
    conn.echo_pattern(SEED, ROUNDS * RING, mss=RING)

    stats = sock.stats()
    assert (stats["rx_bytes"], stats["tx_bytes"]) == (ROUNDS * RING, ROUNDS * RING)
    assert stats["rx_dropped_window"] == 0


@scenario("AX-FULL-11", "AX-TCP-11", "AX-FULL-8")
def test_a_socket_counts_each_connection_from_nothing(dut: Dut, peer: Peer) -> None:
    listener, sock = dut.listen(7), dut.tcp(rx=RING, tx=RING)
    seen = []

    for _ in range(3):
        listener.lend(sock)
        conn = peer.tcp(7).handshake()
        conn.send(bytes(Pattern(SEED, 0, RING + 5)))
        sock.recv_pattern(RING, SEED)
        sock.send(b"answer")
        conn.segments()
        conn.send(TCP(flags="A", seq=off(conn.snd_nxt, -5)))
        stats = sock.stats()
        seen.append((stats["rx_bytes"], stats["rx_dropped_window"], stats["tx_bytes"]))
        sock.abort()

    assert seen == [(RING, 5, len(b"answer"))] * 3
