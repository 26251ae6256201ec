# SPDX-License-Identifier: GPL-2.0-or-later
"""TTL and TOS of what a socket sends."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, UDP

from plumbline.scenario import Dut, Pattern, Peer, Wire, bound, scenario

DEFAULT_TTL = 255


@pytest.mark.parametrize("ttl", [1, 64, 255])
@pytest.mark.parametrize("tos", [0, 0x10, 0xFC])
@scenario("RFC1122 U6")
def test_are_set_for_one_socket(dut: Dut, peer: Peer, wire: Wire, ttl: int, tos: int) -> None:
    _, udp = bound(dut, peer)
    _, other = bound(dut, peer, port=8)
    wire.frames()

    assert udp.option(ttl=ttl, tos=tos) == {"ttl": ttl, "tos": tos}
    udp.send(peer, 9, b"set")
    other.send(peer, 9, b"not set")

    wire.expect(IP(ttl=ttl, tos=tos) / UDP(sport=7) / b"set")
    wire.expect(IP(ttl=DEFAULT_TTL, tos=0) / UDP(sport=8) / b"not set")
    wire.expect_nothing()


@scenario("RFC1122 U6")
def test_hold_for_every_fragment(dut: Dut, peer: Peer, wire: Wire) -> None:
    _, udp = bound(dut, peer)
    udp.option(ttl=9, tos=0x28)
    wire.frames()

    udp.send(peer, 9, Pattern(1, 0, 4000))

    packets = [frame.ip for frame in wire.frames() if frame.ip]
    assert [(ip.ttl, ip.tos) for ip in packets] == [(9, 0x28)] * 3
    wire.expect_nothing()


@scenario("RFC1122 U6")
def test_0_is_the_default_again(dut: Dut, peer: Peer, wire: Wire) -> None:
    _, udp = bound(dut, peer)
    udp.option(ttl=9, tos=0x28)
    udp.option(ttl=0, tos=0)
    wire.frames()

    udp.send(peer, 9, b"as ever")

    wire.expect(IP(ttl=DEFAULT_TTL, tos=0) / UDP() / b"as ever")
    wire.expect_nothing()


@scenario("RFC1122 U6", "AX-UDP-15")
def test_hold_for_what_waited_for_a_neighbour(dut: Dut, peer: Peer, wire: Wire) -> None:
    udp = dut.udp()
    udp.bind(7)
    udp.option(ttl=3, tos=4)
    wire.frames()

    udp.send(peer, 9, b"after ARP")

    wire.expect(IP(ttl=3, tos=4) / UDP() / b"after ARP", any_order=True)
