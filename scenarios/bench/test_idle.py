# SPDX-License-Identifier: GPL-2.0-or-later
"""A device with nothing to do has nothing to wake for: no deadline passes, however long it lies there."""

from __future__ import annotations

from scapy.layers.inet import ICMP, IP, UDP

from plumbline.scenario import Dut, Peer, StackClock, connected, introduce, scenario

TWO_HOURS_MS = 7_200_000
ARP_TICK_MS = 1000


def deadlines(dut: Dut, clock: StackClock, ms: int) -> int:
    """How many passed while the clock moved so far."""
    before = dut.tasks().deadlines
    clock.advance(ms)
    return dut.tasks().deadlines - before


@scenario("AX-TIME-5", "AX-TIME-17")
def test_two_idle_hours_cost_no_deadline(dut: Dut, clock: StackClock) -> None:
    assert deadlines(dut, clock, TWO_HOURS_MS) == 0
    assert clock.view().next is None


@scenario("AX-TIME-5")
def test_open_sockets_cost_no_deadline(dut: Dut, clock: StackClock) -> None:
    dut.accept_on(7)
    dut.udp().bind(7)

    assert deadlines(dut, clock, TWO_HOURS_MS) == 0


@scenario("AX-TIME-5")
def test_a_neighbour_is_timed_until_it_is_forgotten(dut: Dut, peer: Peer, clock: StackClock) -> None:
    introduce(peer)

    assert deadlines(dut, clock, TWO_HOURS_MS) == dut.profile["arp_expiry_ms"] // ARP_TICK_MS
    assert clock.view().next is None


@scenario("AX-TIME-5")
def test_a_fragment_is_timed_until_the_packet_is_whole(dut: Dut, peer: Peer, clock: StackClock) -> None:
    first, last = IP(id=1, flags="MF") / UDP(sport=9, dport=9, len=24) / bytes(8), IP(id=1, frag=2, proto=17) / bytes(8)
    dut.udp().bind(9)

    peer.send(first)
    timed = clock.view().next
    peer.send(last)

    assert timed is not None
    assert clock.view().next is None


@scenario("AX-TIME-5")
def test_after_a_connection_the_device_is_idle_again(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.close()
    conn.accept_close()
    sock.destroy()
    peer.send(IP() / ICMP(type="echo-request"))
    clock.advance(2 * dut.profile["msl_ms"] + dut.profile["arp_expiry_ms"])
    peer.frames()

    assert deadlines(dut, clock, TWO_HOURS_MS) == 0
