# SPDX-License-Identifier: GPL-2.0-or-later
"""What became of a datagram, by its id: while it waits, when it has left, when it is given up, when nobody knows."""

from __future__ import annotations

import pytest
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, UdpEnd, UdpSocket, bound, scenario, takes

SLOTS = 4


def followed(dut: Dut, peer: Peer) -> tuple[UdpEnd, UdpSocket]:
    end, udp = bound(dut, peer, tx_slots=SLOTS)
    udp.follow()
    return end, udp


def unanswered(dut: Dut, peer: Peer) -> UdpSocket:
    """A socket to send from, and a peer that does not answer ARP."""
    takes(dut, "neighbour_packets", 1)
    peer.arp = False
    udp = dut.udp(tx_slots=SLOTS)
    udp.bind(7)
    udp.follow()
    return udp


@scenario("AX-UDP-34")
def test_what_has_left_was_sent(dut: Dut, peer: Peer) -> None:
    end, udp = followed(dut, peer)

    id_ = udp.send(peer, end.sport, b"there")

    end.expect(b"there")
    assert udp.status(id_) == "sent"


@scenario("AX-UDP-34")
def test_what_the_link_does_not_take_is_queued(dut: Dut, peer: Peer) -> None:
    end, udp = followed(dut, peer)
    dut.fault_tx_full("all")

    id_ = udp.send(peer, end.sport, b"later")

    before = udp.status(id_)
    dut.fault_tx_full("off")
    end.expect(b"later")
    assert (before, udp.status(id_)) == ("queued", "sent")


@scenario("AX-UDP-34", "AX-UDP-16")
def test_what_waits_for_its_neighbour_is_held_and_then_sent(dut: Dut, peer: Peer) -> None:
    udp = unanswered(dut, peer)
    end = peer.udp(7)

    id_ = udp.send(peer, end.sport, b"waits")

    before = udp.status(id_)
    peer.expect(ARP(op="who-has"))
    peer.send(ARP(op="is-at", pdst="10.0.0.2"))
    end.expect(b"waits")
    assert (before, udp.status(id_)) == ("held", "sent")


@scenario("AX-UDP-34", "AX-UDP-16")
def test_what_is_given_up_is_unreachable_at_that_very_tick(dut: Dut, peer: Peer, clock: StackClock) -> None:
    udp = unanswered(dut, peer)
    id_ = udp.send(peer, 9, b"in vain")

    clock.advance(dut.profile["arp_tries"] * dut.profile["arp_every_ms"] - 1)

    before = udp.status(id_)
    clock.advance(1)
    assert (before, udp.status(id_)) == ("held", "unreachable")


@scenario("AX-UDP-34")
def test_each_has_a_fate_of_its_own(dut: Dut, peer: Peer) -> None:
    places = dut.profile["neighbour_packets"]
    takes(dut, "neighbour_packets", 1)
    peer.arp = False
    udp = dut.udp(tx_slots=places + 1)
    udp.bind(7)
    udp.follow()

    ids = [udp.send(peer, 9, b"one of them") for _ in range(places + 1)]

    assert [udp.status(id_) for id_ in ids] == ["unreachable", *["held"] * places]
    dut.net("10.0.0.77")
    assert [udp.status(id_) for id_ in ids] == ["unreachable"] * (places + 1)


@pytest.mark.parametrize("more", [1, 2])
@scenario("AX-UDP-34")
def test_as_many_are_known_as_there_are_slots(dut: Dut, peer: Peer, more: int) -> None:
    end, udp = followed(dut, peer)

    ids = [udp.send(peer, end.sport, b"one of many") for _ in range(SLOTS + more)]

    assert [udp.status(id_) for id_ in ids] == ["too-old"] * more + ["sent"] * SLOTS


@scenario("AX-UDP-34")
def test_of_a_socket_that_is_not_followed_nobody_knows(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    id_ = udp.send(peer, end.sport, b"before")

    unknown = udp.status(id_)
    udp.follow()

    assert (unknown, udp.status(id_), udp.status(0), udp.status(id_ + 1)) == ("too-old",) * 4
