# SPDX-License-Identifier: GPL-2.0-or-later
"""A datagram for a port nobody listens on: what is said to its sender, and to whom nothing is ever said."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import Ether

from plumbline.scenario import WITH_DATAGRAMS, Dut, Peer, scenario

UNREACHABLE, PORT = 3, 3
HEADERS = 28  # of IP and UDP


@scenario("RFC1122 U1", "RFC1122 I3")
@pytest.mark.parametrize("length", [0, 1, 8, 1472])
def test_the_sender_is_told_with_the_start_of_its_datagram(peer: Peer, length: int) -> None:
    datagram = IP(src=peer.ip, dst=peer.dut_ip, id=77) / UDP(sport=1234, dport=9) / bytes(length)
    original = bytes(datagram)

    peer.send(datagram)

    came = peer.expect(ICMP(type=UNREACHABLE, code=PORT))
    quoted = bytes(came.payload)
    assert len(quoted) >= HEADERS
    assert original.startswith(quoted)
    peer.expect_nothing()


@scenario("RFC1122 U1", "AX-UDP-3", ways=WITH_DATAGRAMS)
def test_a_bound_port_is_told_apart_from_its_neighbours(dut: Dut, peer: Peer) -> None:
    udp = dut.udp()
    udp.bind(1000)

    for port in (999, 1001, 1000):
        peer.udp(port).send(b"anybody?")

    for _ in range(2):
        peer.expect(ICMP(type=UNREACHABLE, code=PORT))
    peer.expect_nothing()
    assert (udp.recv().data, udp.stats()["received"]) == (b"anybody?", 1)


@scenario("RFC1122 U1", "AX-UDP-12", ways=WITH_DATAGRAMS)
def test_a_full_socket_is_no_unreachable_port(dut: Dut, peer: Peer) -> None:
    udp = dut.udp(rx=4, rx_slots=1)
    udp.bind(7)

    for _ in range(3):
        peer.udp(7).send(b"full")

    assert udp.stats()["rx_dropped_slots"] == 2
    peer.expect_nothing()


@scenario("RFC1122 U1", "RFC1122 I2")
@pytest.mark.parametrize(
    ("mac", "ip"),
    [
        ("ff:ff:ff:ff:ff:ff", "255.255.255.255"),
        ("ff:ff:ff:ff:ff:ff", "{net}.255"),
        ("01:00:5e:00:00:01", "224.0.0.1"),
        ("ff:ff:ff:ff:ff:ff", None),
        ("01:00:5e:00:00:01", None),
    ],
    ids=["limited-broadcast", "subnet-broadcast", "multicast", "link-broadcast", "link-multicast"],
)
def test_nothing_is_said_about_what_went_to_many(peer: Peer, mac: str, ip: str | None) -> None:
    to = ip.format(net=_net(peer)) if ip else peer.dut_ip

    peer.send(Ether(src=peer.mac.hex(":"), dst=mac) / IP(src=peer.ip, dst=to) / UDP(dport=9) / b"all")

    peer.expect_nothing()


@scenario("RFC1122 I2", "RFC1122 U5", ways=WITH_DATAGRAMS)
@pytest.mark.parametrize("source", ["255.255.255.255", "{net}.255", "224.0.0.1", "127.0.0.1", "0.0.0.0"])
def test_nothing_is_said_to_a_source_that_is_no_host(peer: Peer, dut: Dut, source: str) -> None:
    udp = dut.udp()
    udp.bind(7)

    for port in (9, 7):
        peer.send(IP(src=source.format(net=_net(peer)), dst=peer.dut_ip) / UDP(sport=1234, dport=port) / b"who?")

    peer.expect_nothing()
    assert udp.stats()["received"] == 0


@scenario("RFC1122 I2")
def test_nothing_is_said_about_an_icmp_error(peer: Peer) -> None:
    quoted = IP(src=peer.dut_ip, dst=peer.ip) / UDP(sport=9, dport=1234)

    peer.send(IP() / ICMP(type=UNREACHABLE, code=PORT) / quoted)

    peer.expect_nothing()


@scenario("RFC1122 I2", "RFC1122 U3")
def test_nothing_is_said_about_a_wrong_checksum(peer: Peer) -> None:
    peer.send(IP() / UDP(sport=1234, dport=9, chksum=0x1234) / b"broken")

    peer.expect_nothing()


@scenario("RFC1122 I2")
@pytest.mark.parametrize("first", [1, 100])
def test_nothing_is_said_about_a_fragment_that_is_not_the_first(peer: Peer, first: int) -> None:
    peer.send(IP(frag=first, proto=17) / UDP(sport=1234, dport=9) / b"later")

    peer.expect_nothing()


def _net(peer: Peer) -> str:
    """The first three octets of the subnet."""
    return peer.dut_ip.rpartition(".")[0]
