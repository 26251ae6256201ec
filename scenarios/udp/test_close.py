# SPDX-License-Identifier: GPL-2.0-or-later
"""Closing: what is queued either way is dropped, what waits for a neighbour too, and the socket is given back."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, bound, scenario, takes

FRAGMENT = 1480  # octets of a packet that one frame carries


@pytest.mark.parametrize("count", [1, 4])
@scenario("AX-TIME-2", "AX-BENCH-7")
def test_drops_what_was_not_sent_yet(dut: Dut, peer: Peer, count: int) -> None:
    end, udp = bound(dut, peer)
    dut.poll_by_hand()
    for _ in range(count):
        udp.send(peer, end.sport, b"never sent")

    udp.close()
    dut.poll(datagrams=10)

    end.expect_nothing()
    assert dut.mem().levels["udp_sockets"] == 0


@scenario("AX-TIME-2", "AX-BENCH-7")
def test_drops_what_was_not_read_yet(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    end.send(b"never read")

    udp.close()
    again = dut.udp()
    again.bind(7)

    assert not again.state().can_recv
    assert again.stats()["received"] == 0
    end.expect_nothing()


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("length", [0, 100, 4000])
@scenario("AX-UDP-15", "AX-TIME-2", "AX-BENCH-7")
def test_drops_what_waits_for_a_neighbour(dut: Dut, peer: Peer, clock: StackClock, length: int, answered: bool) -> None:
    takes(dut, "neighbour_packets", length // FRAGMENT + 1)
    udp, end = dut.udp(), peer.udp(7, sport=9)
    udp.bind(7)
    peer.arp = False
    udp.send(peer, 9, Pattern(1, 0, length))
    assert dut.mem().pools["neighbour_packets"].used > 0

    udp.close()
    if answered:
        peer.send(ARP(op="is-at"))
    clock.advance(10 * dut.profile["arp_every_ms"])

    end.expect_nothing()
    levels = dut.mem()
    assert (levels.pools["neighbour_packets"].used, levels.levels["udp_sockets"]) == (0, 0)


@scenario("AX-UDP-15", "AX-UDP-17")
def test_leaves_what_others_have_waiting_for_the_same_neighbour(dut: Dut, peer: Peer) -> None:
    closing, staying = dut.udp(), dut.udp()
    closing.bind(7)
    staying.bind(8)
    peer.arp = False
    for udp in (closing, staying):
        udp.send(peer, 9, b"from %d" % udp.state().local.port)

    closing.close()
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    peer.send(ARP(op="is-at"))

    peer.udp(8, sport=9).expect(b"from 8")
    peer.udp(7, sport=9).expect_nothing()
    assert staying.stats()["sent"] == 1


@scenario("AX-UDP-2", "RFC1122 U1")
def test_nothing_is_delivered_from_then_on(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    dut.poll_by_hand()
    end.send(b"came before, is processed after")

    udp.close()
    dut.poll(frames=1)

    peer.expect(IP() / ICMP(type="dest-unreach", code="port-unreachable"))
    end.expect_nothing()


@scenario("AX-UDP-15", "AX-BENCH-7")
def test_a_socket_opened_anew_is_not_told_of_the_old_ones_datagrams(dut: Dut, peer: Peer, clock: StackClock) -> None:
    old = dut.udp()
    old.bind(7)
    peer.arp = False
    old.send(peer, 9, b"waits")

    old.close()
    new = dut.udp()
    new.bind(7)
    clock.advance(10 * dut.profile["arp_every_ms"])

    assert new.handle == old.handle
    assert new.stats()["unreachable"] == 0


@scenario("AX-WAKE-5", "AX-WAKE-10", "AX-BENCH-7")
def test_pumps_of_a_closed_socket_end(dut: Dut, peer: Peer) -> None:
    _, udp = bound(dut, peer)
    pump = dut.pump_udp_sink(udp, 1, 10)

    udp.close()

    done = pump.done()
    assert done is not None
    assert (done.end, done.bytes) == ("aborted", 0)
    peer.expect_nothing()
