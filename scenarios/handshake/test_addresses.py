# SPDX-License-Identifier: GPL-2.0-or-later
"""SYNs from addresses that nobody has, and to addresses that are not one host's (RFC 9293 3.9.2.3)."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Peer, Wire, scenario

OPEN, CLOSED = 7, 9
BROADCAST_MAC = "ff:ff:ff:ff:ff:ff"
SOURCES = ["0.0.0.0", "255.255.255.255", "10.0.0.255", "224.0.0.1", "239.255.255.255", "127.0.0.1", "10.0.0.2"]
DESTINATIONS = {
    "limited-broadcast": ("255.255.255.255", BROADCAST_MAC),
    "net-broadcast": ("10.0.0.255", BROADCAST_MAC),
    "multicast": ("224.0.0.1", "01:00:5e:00:00:01"),
    "broadcast-in-a-unicast-frame": ("255.255.255.255", None),
    "net-broadcast-in-a-unicast-frame": ("10.0.0.255", None),
    "multicast-in-a-unicast-frame": ("224.0.0.1", None),
    "unicast-in-a-broadcast-frame": ("10.0.0.2", BROADCAST_MAC),
    "unicast-in-a-multicast-frame": ("10.0.0.2", "01:00:5e:00:00:01"),
    "another-host": ("10.0.0.77", None),
}


@pytest.mark.parametrize("port", [OPEN, CLOSED], ids=["listening", "closed"])
@pytest.mark.parametrize("source", SOURCES)
@scenario("RFC9293 MUST-63")
def test_a_syn_from_nobody_is_ignored(dut: Dut, peer: Peer, wire: Wire, source: str, port: int) -> None:
    sock = dut.accept_on(OPEN)
    wire.frames()

    peer.send(IP(src=source) / TCP(sport=50_000, dport=port, flags="S", seq=1))

    wire.expect_nothing()
    assert sock.state().state == "LISTEN"


@pytest.mark.parametrize("port", [OPEN, CLOSED], ids=["listening", "closed"])
@pytest.mark.parametrize("case", DESTINATIONS)
@scenario("RFC9293 MUST-57")
def test_a_syn_to_many_is_dropped_in_silence(dut: Dut, peer: Peer, wire: Wire, case: str, port: int) -> None:
    address, mac = DESTINATIONS[case]
    sock = dut.accept_on(OPEN)
    wire.frames()

    frame = IP(dst=address) / TCP(sport=50_000, dport=port, flags="S", seq=1)
    peer.send(Ether(dst=mac) / frame if mac else frame)

    wire.expect_nothing()
    assert sock.state().state == "LISTEN"


@pytest.mark.parametrize("flags", ["A", "SA", "FA", "RA", "PA"])
@scenario("RFC9293 MUST-57", "RFC9293 SA-03")
def test_nothing_that_goes_to_many_is_reset(peer: Peer, wire: Wire, flags: str) -> None:
    wire.frames()

    peer.send(Ether(dst=BROADCAST_MAC) / IP(dst="255.255.255.255") / TCP(sport=1, dport=CLOSED, flags=flags))

    wire.expect_nothing()
