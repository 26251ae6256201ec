# SPDX-License-Identifier: GPL-2.0-or-later
"""A task that asks again while what it asked before still stands: it is woken as one who asked once."""

from __future__ import annotations

from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Given, Peer, WatchEvent, reach, scenario


@scenario("AX-WAKE-6", "AX-WAKE-2")
def test_who_asks_again_for_what_he_waits_for_is_told_once(dut: Dut, peer: Peer) -> None:
    """Told of octets he waits on for room; when they are read he asks for both again."""
    reached = reach(dut, peer, "ESTABLISHED", Given(tx_full=True))
    conn, sock = reached.conn, reached.sock
    watch = dut.watch(sock, "both", again=True)
    first = sock.stats()["wakes"]

    for _ in range(3):
        conn.send(TCP(flags="A", ack=reached.una) / b"x")
        sock.recv()
    before = sock.stats()["wakes"]
    conn.send(TCP(flags="A") / b"y")

    told = WatchEvent("wake", 0, readable=True)
    assert watch.events() == [told, told, told, WatchEvent("wake", 0, readable=True, writable=True)]
    assert before - first == 3
