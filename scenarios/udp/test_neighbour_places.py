# SPDX-License-Identifier: GPL-2.0-or-later
"""The places in which datagrams wait for a neighbour's address are few. Who must leave one is counted, by its id."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, UdpSocket, Wire, bound, scenario

Hosts = Callable[[int], list[Peer]]
LARGEST = 1472  # of one frame


def roomy(dut: Dut) -> UdpSocket:
    udp = dut.udp(tx=20000, tx_slots=32)
    udp.bind(7)
    return udp


@pytest.mark.parametrize("more", [0, 1, 3, 20])
@scenario("AX-UDP-15", "AX-UDP-16", "RFC1122 A")
def test_the_newest_take_the_places_of_the_oldest(dut: Dut, peer: Peer, more: int) -> None:
    places = dut.profile["neighbour_packets"]
    udp, end = roomy(dut), peer.udp(7, sport=9)
    peer.arp = False

    ids = [udp.send(peer, 9, b"datagram %d" % number) for number in range(places + more)]
    stats = udp.stats()
    assert (stats["sent"], stats["unreachable"]) == (0, more)
    assert stats["unreachable_id"] == (ids[more - 1] if more else 0)
    assert dut.mem().pools["neighbour_packets"].used == places
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    peer.expect_nothing()
    peer.send(ARP(op="is-at"))

    assert end.payloads() == [b"datagram %d" % number for number in range(more, places + more)]
    assert udp.stats()["sent"] == places
    assert dut.mem().pools["neighbour_packets"].used == 0


@scenario("AX-UDP-16")
def test_all_that_wait_are_given_up_together(dut: Dut, peer: Peer, clock: StackClock) -> None:
    places = dut.profile["neighbour_packets"]
    udp = roomy(dut)
    peer.arp = False
    ids = [udp.send(peer, 9, b"") for _ in range(places)]

    clock.advance(dut.profile["arp_tries"] * dut.profile["arp_every_ms"])

    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (places, ids[-1])
    assert dut.mem().pools["neighbour_packets"].used == 0
    assert len(peer.frames()) == dut.profile["arp_tries"]


@scenario("AX-UDP-16", "AX-UDP-17")
def test_a_neighbour_too_many_takes_the_places_of_the_one_that_waits_longest(dut: Dut, peers: Hosts) -> None:
    hosts = peers(dut.profile["neighbours"] + 1)
    udp = roomy(dut)
    for host in hosts:
        host.arp = False

    ids = [udp.send(host, 9, b"for %d" % number) for number, host in enumerate(hosts)]
    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (1, ids[0])
    for host in hosts:
        host.send(ARP(op="is-at"))

    for number, host in enumerate(hosts):
        assert host.udp(7, sport=9).payloads() == ([b"for %d" % number] if number else [])
    assert udp.stats()["sent"] == len(hosts) - 1


@scenario("RFC1122 A", "AX-UDP-16")
def test_neighbours_that_push_each_other_out_are_not_asked_for_more_often(
    dut: Dut, peers: Hosts, clock: StackClock
) -> None:
    hosts = peers(dut.profile["neighbours"] + 1)
    udp = roomy(dut)
    for host in hosts:
        host.arp = False

    for _ in range(3):
        for host in hosts:
            udp.send(host, 9, b"x")

    clock.advance(dut.profile["arp_every_ms"] - 1)
    for host in hosts:
        host.expect(ARP(op="who-has", pdst=host.ip))
        host.expect_nothing()


@pytest.mark.parametrize("length", [LARGEST + 1, 3000, 5912])  # up to four fragments
@scenario("AX-UDP-15", "AX-UDP-1")
def test_a_datagram_in_fragments_waits_as_a_whole(dut: Dut, peer: Peer, length: int) -> None:
    udp, end = roomy(dut), peer.udp(7, sport=9)
    peer.arp = False

    udp.send(peer, 9, Pattern(1, 0, length))
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    peer.send(ARP(op="is-at"))

    end.expect(bytes(Pattern(1, 0, length)))
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (1, 0)
    end.expect_nothing()


@pytest.mark.parametrize("fragments", [5, 6, 8, 9, 13])
@scenario("AX-UDP-16", "AX-UDP-1")
def test_one_with_more_fragments_than_places_is_given_up_once_and_whole(dut: Dut, peer: Peer, fragments: int) -> None:
    udp = roomy(dut)
    peer.arp = False

    id_ = udp.send(peer, 9, Pattern(1, 0, 1480 * fragments - 8))
    peer.expect(ARP(op="who-has", pdst=peer.ip))
    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (1, id_)
    peer.send(ARP(op="is-at"))

    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (0, 1)
    assert dut.mem().pools["neighbour_packets"].used == 0
    peer.expect_nothing()


@scenario("AX-UDP-16", "AX-UDP-1")
def test_a_datagram_that_needs_one_place_of_another_in_fragments_takes_all_of_them(
    dut: Dut, peer: Peer, wire: Wire
) -> None:
    udp = roomy(dut)
    peer.arp = False
    large = udp.send(peer, 9, Pattern(1, 0, 4000))  # three fragments
    small = [b"one", b"two", b"three"]

    for payload in small:
        udp.send(peer, 9, payload)
    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (1, large)
    peer.send(ARP(op="is-at"))

    assert [frame.udp.payload for frame in wire.frames() if frame.ip and frame.udp] == small
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (3, 1)


@scenario("AX-UDP-15", "AX-UDP-17")
def test_a_socket_counts_only_its_own(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, other = bound(dut, peer, port=8)
    udp = roomy(dut)

    udp.send("10.0.0.77", 9, b"for nobody")
    clock.advance(dut.profile["arp_tries"] * dut.profile["arp_every_ms"])

    assert udp.stats()["unreachable"] == 1
    assert (other.stats()["unreachable"], other.stats()["unreachable_id"]) == (0, 0)


@scenario("AX-UDP-15", "AX-UDP-2", "AX-TIME-7")
def test_a_refused_transmit_when_arp_resolves_keeps_the_order(dut: Dut, peer: Peer) -> None:
    places = dut.profile["neighbour_packets"]
    udp, end = roomy(dut), peer.udp(7, sport=9)
    peer.arp = False
    for number in range(places):
        udp.send(peer, 9, bytes([number]))
    peer.expect(ARP(op="who-has", pdst=peer.ip))

    dut.fault_tx_full(1)
    peer.send(ARP(op="is-at"))
    for number in range(places, 2 * places):
        udp.send(peer, 9, bytes([number]))

    assert end.payloads() == [bytes([number]) for number in range(2 * places)]
    assert (udp.stats()["sent"], udp.stats()["unreachable"]) == (2 * places, 0)
    end.expect_nothing()
