# SPDX-License-Identifier: GPL-2.0-or-later
"""The way to a destination: directly on the link, by the gateway off it, or none at all."""

from __future__ import annotations

from collections.abc import Callable

from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Ether

from plumbline.scenario import (
    Dut,
    Peer,
    StackClock,
    Wire,
    bound,
    connected,
    connected_actively,
    introduce,
    refused,
    scenario,
)

OFF_LINK, FURTHER_OFF = "192.0.2.1", "203.0.113.9"
NET_OF_TWO = "255.255.255.254"  # RFC 3021


@scenario("RFC1122 G1")
def test_what_is_off_the_link_goes_to_the_gateway(dut: Dut, peer: Peer, wire: Wire) -> None:
    _, udp = bound(dut, peer)
    assert dut.net().gateway == peer.ip
    wire.frames()

    udp.send(OFF_LINK, 9, b"far away")

    wire.expect(Ether(dst=peer.mac.hex(":")) / IP(src=dut.net().addr, dst=OFF_LINK) / UDP(dport=9) / b"far away")
    wire.expect_nothing()


@scenario("RFC1122 G1")
def test_what_is_on_the_link_does_not_go_to_the_gateway(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire
) -> None:
    gateway, neighbour = peers(2)
    _, udp = bound(dut, gateway)
    introduce(neighbour)
    wire.frames()

    udp.send(neighbour, 9, b"next door")

    wire.expect(Ether(dst=neighbour.mac.hex(":")) / IP(dst=neighbour.ip) / UDP(dport=9) / b"next door")
    gateway.expect_nothing()


@scenario("RFC1122 G1", "AX-UDP-15")
def test_the_gateway_is_asked_for_not_the_destination(dut: Dut, peer: Peer, wire: Wire) -> None:
    udp = dut.udp()
    udp.bind(7)
    peer.arp = False
    wire.frames()

    udp.send(OFF_LINK, 9, b"one")
    udp.send(FURTHER_OFF, 9, b"two")
    wire.expect(ARP(op="who-has", pdst=peer.ip))
    wire.expect_nothing()
    peer.send(ARP(op="is-at"))

    wire.expect(IP(dst=OFF_LINK) / UDP() / b"one")
    wire.expect(IP(dst=FURTHER_OFF) / UDP() / b"two")
    wire.expect_nothing()


@scenario("AX-UDP-16", "RFC1122 G1")
def test_a_gateway_that_does_not_answer_is_given_up_like_a_neighbour(dut: Dut, peer: Peer, clock: StackClock) -> None:
    udp = dut.udp()
    udp.bind(7)
    peer.arp = False

    id_ = udp.send(OFF_LINK, 9, b"nowhere")
    clock.advance(dut.profile["arp_tries"] * dut.profile["arp_every_ms"])

    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"]) == (1, id_)
    assert len(peer.frames()) == dut.profile["arp_tries"]


@scenario("AX-UDP-5", "RFC1122 G1")
def test_without_a_gateway_what_is_off_the_link_is_refused_at_the_call(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    dut.net(dut.net().addr)  # gateway 0.0.0.0
    wire.frames()

    with refused("unreachable"):
        udp.send(OFF_LINK, 9, b"nowhere")
    udp.send(peer, end.sport, b"next door")

    end.expect(b"next door")
    assert udp.stats()["unreachable"] == 0
    assert [frame for frame in wire.frames() if frame.arp] == []


@scenario("RFC1122 G1", "AX-UDP-16")
def test_a_gateway_that_went_away_while_a_datagram_was_queued_is_counted(dut: Dut, peer: Peer, wire: Wire) -> None:
    _, udp = bound(dut, peer)
    wire.frames()
    dut.poll_by_hand()
    id_ = udp.send(OFF_LINK, 9, b"too late")

    dut.net(dut.net().addr)
    dut.poll(datagrams=1)

    assert (udp.stats()["unreachable"], udp.stats()["unreachable_id"], udp.state().tx_slots) == (1, id_, 0)
    wire.expect_nothing()


@scenario("RFC1122 G1", "AX-UDP-2")
def test_on_a_net_of_two_the_upper_address_is_a_neighbour(dut: Dut, peers: Callable[[int], list[Peer]]) -> None:
    upper = next(peer for peer in peers(2) if peer.ip == "10.0.0.3")
    dut.net(upper.dut_ip, mask=NET_OF_TWO)
    udp, end = dut.udp(), upper.udp(7, sport=9)
    udp.bind(7)

    udp.send(upper, 9, b"to the other")
    end.expect(IP(dst=upper.ip) / UDP() / b"to the other")
    end.send(b"from the other")

    assert udp.recv().data == b"from the other"
    end.expect_nothing()


@scenario("RFC1122 G1", "AX-UDP-2")
def test_on_a_net_of_two_all_ones_is_for_all_still(dut: Dut, peer: Peer, wire: Wire) -> None:
    dut.net(peer.dut_ip, mask=NET_OF_TWO)
    udp = dut.udp()
    udp.bind(7)
    wire.frames()

    udp.send("255.255.255.255", 9, b"to all")

    wire.expect(Ether(dst="ff:ff:ff:ff:ff:ff") / IP(dst="255.255.255.255") / UDP() / b"to all")
    wire.expect_nothing()


@scenario("RFC1122 G1", "RFC9293 MUST-63")
def test_on_a_net_of_two_the_upper_address_connects_and_is_connected_to(
    dut: Dut, peers: Callable[[int], list[Peer]]
) -> None:
    upper = next(peer for peer in peers(2) if peer.ip == "10.0.0.3")
    dut.net(upper.dut_ip, mask=NET_OF_TWO)

    conn, sock = connected_actively(dut, upper, port=9)
    sock.send(b"there")
    conn.expect(b"there")
    other, accepted = connected(dut, upper)
    other.send(b"and back")

    assert accepted.recv() == b"and back"
    assert sock.state().state == "ESTABLISHED"
