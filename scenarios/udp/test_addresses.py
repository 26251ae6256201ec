# SPDX-License-Identifier: GPL-2.0-or-later
"""Whom a datagram is from and for: broadcast and its destination, sources and destinations that cannot be, port 0."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Ether

from plumbline.scenario import Dut, Peer, Wire, bound, refused, scenario

PAYLOAD = b"for whom"
SUBNET_BROADCAST = "10.0.0.255"
BROADCASTS = ["255.255.255.255", SUBNET_BROADCAST]
TO_ALL = "ff:ff:ff:ff:ff:ff"


@pytest.mark.parametrize("destination", BROADCASTS)
@pytest.mark.parametrize("payload", [PAYLOAD, b""], ids=["full", "empty"])
@scenario("RFC1122 U4", "AX-UDP-2")
def test_a_broadcast_is_received_with_its_destination(dut: Dut, peer: Peer, destination: str, payload: bytes) -> None:
    end, udp = bound(dut, peer)

    peer.send(Ether(dst=TO_ALL) / IP(dst=destination) / UDP(sport=end.sport, dport=7) / payload)

    came = udp.recv()
    assert (came.data, came.from_.addr, came.from_.port) == (payload, peer.ip, end.sport)
    assert (came.to.addr, came.to.port) == (destination, 7)
    peer.expect_nothing()


@pytest.mark.parametrize("destination", BROADCASTS)
@scenario("AX-UDP-2", "RFC1122 G1")
def test_a_broadcast_is_sent_to_all_and_asks_for_nobody(dut: Dut, peer: Peer, wire: Wire, destination: str) -> None:
    _, udp = bound(dut, peer)
    wire.frames()

    udp.send(destination, 9, PAYLOAD)

    wire.expect(Ether(dst=TO_ALL) / IP(dst=destination, src=peer.dut_ip) / UDP(sport=7, dport=9) / PAYLOAD)
    assert udp.stats()["sent"] == 1
    wire.expect_nothing()


@pytest.mark.parametrize("station", ["02:00:00:00:00:03", "00:00:00:00:00:00", "02:00:00:00:00:fe"])
@scenario("RFC1122 D1", "AX-BENCH-2")
def test_a_frame_for_another_station_is_not_even_counted(dut: Dut, peer: Peer, station: str) -> None:
    end, udp = bound(dut, peer)
    before = dut.link()["rx"]

    peer.send(Ether(dst=station) / IP() / UDP(sport=end.sport, dport=7) / PAYLOAD)
    end.send(b"for this one")

    assert udp.recv().data == b"for this one"
    assert (dut.link()["rx"] - before, udp.stats()["received"]) == (1, 1)
    peer.expect_nothing()


@pytest.mark.parametrize("destination", ["10.0.0.77", "192.0.2.1", "10.0.1.255", "127.0.0.1", "224.0.0.9"])
@scenario("RFC1122 D1")
def test_what_is_for_somebody_else_is_not_delivered(dut: Dut, peer: Peer, destination: str) -> None:
    end, udp = bound(dut, peer)

    peer.send(IP(dst=destination) / UDP(sport=end.sport, dport=7) / PAYLOAD)

    assert not udp.state().can_recv
    peer.expect_nothing()


@pytest.mark.parametrize(
    "source",
    ["255.255.255.255", SUBNET_BROADCAST, "224.0.0.1", "239.1.2.3", "127.0.0.1", "own"],
)
@scenario("RFC1122 U5", "RFC1122 I2")
def test_a_source_that_cannot_be_is_discarded_in_silence(dut: Dut, peer: Peer, source: str) -> None:
    end, udp = bound(dut, peer)
    address = peer.dut_ip if source == "own" else source

    for port in (7, 8):  # one that is bound, one that nobody has
        peer.send(IP(src=address) / UDP(sport=end.sport, dport=port) / PAYLOAD)

    assert not udp.state().can_recv
    peer.expect_nothing()


@scenario("RFC768 3", "AX-UDP-2")
def test_source_port_0_is_received_and_cannot_be_answered(dut: Dut, peer: Peer) -> None:
    _, udp = bound(dut, peer)

    peer.send(IP() / UDP(sport=0, dport=7) / PAYLOAD)

    came = udp.recv()
    assert (came.data, came.from_.addr, came.from_.port) == (PAYLOAD, peer.ip, 0)
    with refused("arg"):
        udp.send(came.from_.addr, came.from_.port, b"to nobody")
    peer.expect_nothing()


@pytest.mark.parametrize("port", [0, 6, 8, 0x0700, 7 + 0x100, 7 + 0x8000])
@scenario("RFC768 3")
def test_a_port_is_its_16_bits(dut: Dut, peer: Peer, port: int) -> None:
    end, udp = bound(dut, peer)

    peer.send(IP(dst=SUBNET_BROADCAST) / UDP(sport=end.sport, dport=port) / PAYLOAD)

    assert not udp.state().can_recv
    peer.expect_nothing()


@pytest.mark.parametrize("bits", [1, 0xFFFF, 0x8000])
@scenario("RFC768 3", "AX-UDP-2")
def test_ports_from_the_first_to_the_last_are_sent_and_received(dut: Dut, peer: Peer, bits: int) -> None:
    udp = dut.udp()
    udp.bind(bits)
    end = peer.udp(bits, sport=bits)

    end.send(PAYLOAD)
    udp.send(peer, bits, PAYLOAD)

    assert udp.recv().from_.port == bits
    end.expect(UDP(sport=bits, dport=bits) / PAYLOAD)
    end.expect_nothing()


@scenario("RFC1122 U4")
def test_a_socket_of_one_address_does_not_hear_what_is_for_all(dut: Dut, peer: Peer) -> None:
    udp = dut.udp()
    udp.bind(7, addr=peer.dut_ip)
    end = peer.udp(7)

    end.send(b"to the address")
    came = udp.recv()
    udp.send(peer, end.sport, b"from the address")

    assert (came.data, came.to.addr) == (b"to the address", peer.dut_ip)
    end.expect(IP(src=peer.dut_ip) / UDP(sport=7) / b"from the address")
    assert not udp.state().can_recv
    peer.send(ARP(op="who-has"))
    peer.expect(ARP(op="is-at", psrc=peer.dut_ip))
