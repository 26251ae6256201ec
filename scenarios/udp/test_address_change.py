# SPDX-License-Identifier: GPL-2.0-or-later
"""The device's address changes: nothing leaves from the old one, whatever waited or had begun to leave."""

from __future__ import annotations

from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import ARP, Ether

from plumbline.scenario import Dut, Pattern, Peer, StackClock, Wire, bound, introduce, scenario

OLD, NEW = "10.0.0.2", "10.0.0.77"
TO_ALL = "ff:ff:ff:ff:ff:ff"


def move(dut: Dut, peer: Peer, address: str) -> None:
    """The device has another address from now on, and the peer knows it by that."""
    dut.net(address)
    peer.expect(ARP(op="who-has", psrc=address, pdst=address))
    peer.dut_ip = address


@scenario("AX-UDP-31", "AX-UDP-16")
def test_what_waits_for_a_neighbour_is_given_up(dut: Dut, peer: Peer, wire: Wire) -> None:
    udp = dut.udp()
    udp.bind(7)
    peer.arp = False
    ids = [udp.send(peer, 9, b"waits") for _ in range(2)]

    dut.net(NEW)
    peer.send(ARP(op="is-at", pdst=NEW))

    stats = udp.stats()
    assert (stats["sent"], stats["unreachable"], stats["unreachable_id"]) == (0, 2, ids[-1])
    assert [frame for frame in wire.frames() if frame.ip] == []
    assert dut.mem().pools["neighbour_packets"].used == 0


@scenario("AX-UDP-31")
def test_a_reply_that_waits_for_a_neighbour_is_given_up(dut: Dut, peer: Peer, wire: Wire) -> None:
    peer.arp = False
    peer.send(IP() / ICMP(type="echo-request"))
    peer.expect(ARP(op="who-has", psrc=OLD))

    move(dut, peer, NEW)
    peer.send(ARP(op="is-at"))

    assert [frame for frame in wire.frames() if frame.ip] == []


@scenario("AX-UDP-31")
def test_with_another_gateway_alone_it_goes_on_waiting(dut: Dut, peer: Peer) -> None:
    udp, end = dut.udp(), peer.udp(7, sport=9)
    udp.bind(7)
    peer.arp = False
    udp.send(peer, 9, b"waits")

    dut.net(OLD, gateway="10.0.0.99")
    peer.send(ARP(op="is-at"))

    end.expect(b"waits")
    assert udp.stats()["unreachable"] == 0


@scenario("AX-UDP-31", "AX-UDP-2")
def test_what_left_in_part_leaves_whole_from_the_new_one(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    sent = Pattern(1, 0, 4000)
    dut.fault_tx_room(1)
    udp.send(peer, end.sport, sent)

    dut.net(NEW)
    dut.fault_tx_room("off")

    end.expect(bytes(sent))
    assert udp.stats()["sent"] == 1
    end.expect_nothing()


@scenario("AX-UDP-31", "AX-UDP-2")
def test_what_is_still_in_the_ring_leaves_from_the_new_one(dut: Dut, peer: Peer, wire: Wire) -> None:
    _, udp = bound(dut, peer)
    dut.poll_by_hand()
    udp.send(peer, 9, b"one")

    dut.net(NEW)
    wire.frames()
    dut.poll(datagrams=1)

    wire.expect(IP(src=NEW, dst=peer.ip) / UDP() / b"one")
    wire.expect_nothing()


@scenario("AX-UDP-32")
def test_a_socket_of_one_address_waits_for_it_to_come_back(dut: Dut, peer: Peer) -> None:
    udp, end = dut.udp(), peer.udp(7, sport=9)
    udp.bind(7, addr=OLD)
    introduce(peer)

    move(dut, peer, NEW)
    end.send(b"to the new one")
    peer.expect(IP(src=NEW) / ICMP(type="dest-unreach", code="port-unreachable"))
    id_ = udp.send(peer, 9, b"from the old one")
    assert (udp.state().can_recv, udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (False, 1, id_)
    end.expect_nothing()

    move(dut, peer, OLD)
    end.send(b"back")
    udp.send(peer, 9, b"again")
    assert udp.recv().data == b"back"
    end.expect(b"again")


@scenario("AX-UDP-32", "AX-UDP-2")
def test_a_socket_of_any_address_has_the_new_one(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)

    move(dut, peer, NEW)
    end.send(b"to the new one")

    came = udp.recv()
    assert (came.data, came.to.addr) == (b"to the new one", NEW)


@scenario("RFC1122 D1", "AX-UDP-32")
def test_nobody_is_at_the_old_one(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)

    dut.net(NEW)
    peer.frames()
    end.send(b"to the old one")
    peer.send(IP() / ICMP(type="echo-request"))
    peer.send(ARP(op="who-has"))

    assert not udp.state().can_recv
    peer.expect_nothing()


@scenario("RFC5227 1")
def test_it_is_announced_from_the_new_one_alone(dut: Dut, peer: Peer, wire: Wire) -> None:
    introduce(peer)
    wire.frames()

    dut.net(NEW)

    wire.expect(Ether(dst=TO_ALL) / ARP(op="who-has", psrc=NEW, pdst=NEW))
    wire.expect_nothing()


@scenario("RFC1122 F2", "AX-UDP-31")
def test_a_packet_that_stays_incomplete_is_told_of_from_the_new_one(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    end, _ = bound(dut, peer)
    wire.send(end.fragments(bytes(100), [8], ident=1)[0])

    move(dut, peer, NEW)
    clock.advance(2 * dut.profile["reassembly_ms"])

    peer.expect(IP(src=NEW) / ICMP(type="time-exceeded", code=1))
    peer.expect_nothing()
    assert dut.mem().pools["held_frames"].used == 0
