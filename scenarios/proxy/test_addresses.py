# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that no host sends to another are dropped, and counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import ARP, Ether

from plumbline.scenario import Dut, Peer, Proxy, scenario, takes
from scenarios.proxy.place import ELSEWHERE, PORT, THERE, opened, proxied

ORDINARY = "dropped by the device's own rules"  # which count nothing of the proxy's
HOST = "192.0.2.9"
SYN = TCP(sport=5000, dport=PORT, flags="S")
NO_HOSTS = ["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "10.0.0.255"]


@pytest.mark.parametrize(
    "source", ["0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "10.0.0.255", ELSEWHERE, THERE]
)
@scenario("AX-PROXY-8")
def test_on_the_link_from_whom_nothing_can_come(dut: Dut, peer: Peer, source: str) -> None:
    proxy = proxied(dut, peer, sockets=1)

    peer.send(IP(src=source, dst=THERE) / SYN)

    peer.expect_nothing()
    assert (proxy.stats()["refused"], proxy.listener.stats()["syns"]) == (1, 0)


@pytest.mark.parametrize("source", ["127.0.0.1", "10.0.0.2"])
@scenario("AX-PROXY-8", "AX-PROXY-12")
def test_on_the_link_what_comes_from_nobody_anyhow(dut: Dut, peer: Peer, source: str) -> None:
    proxy = proxied(dut, peer, sockets=1)

    peer.send(IP(src=source, dst=THERE) / SYN)

    peer.expect_nothing()
    assert (proxy.stats()["refused"], proxy.listener.stats()["syns"]) == (0, 0)


@pytest.mark.parametrize("group", ["ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01"])
@scenario("AX-PROXY-8")
def test_a_frame_to_a_group_is_for_no_address_alone(dut: Dut, peer: Peer, group: str) -> None:
    proxy = proxied(dut, peer, sockets=1)

    peer.send(Ether(dst=group) / IP(dst=THERE) / SYN)

    peer.expect_nothing()
    assert (proxy.stats()["refused"], proxy.listener.stats()["syns"]) == (1, 0)


@scenario("AX-PROXY-8")
def test_a_host_beyond_the_prefix_gets_nothing_by_our_ethernet_address(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer, sockets=1)

    for beyond in ("198.51.99.255", "198.51.101.0", "10.0.0.77"):
        peer.send(IP(dst=beyond) / SYN)

    peer.expect_nothing()
    assert proxy.listener.stats()["syns"] == 0


def push(proxy: Proxy, source: str, target: str) -> None:
    proxy.push(bytes(IP(src=source, dst=target) / SYN))


@pytest.mark.parametrize("source", [*NO_HOSTS, "10.0.0.2", THERE])
@scenario("AX-PROXY-8")
def test_of_the_application_from_whom_nothing_can_come(dut: Dut, peer: Peer, source: str) -> None:
    proxy = proxied(dut, peer, sockets=1, packets=4)

    push(proxy, source, "203.0.113.5")

    assert (proxy.stats()["packets_refused"], proxy.pull()) == (1, None)
    peer.expect_nothing()


@pytest.mark.parametrize("target", [*NO_HOSTS, "10.0.0.2", THERE, HOST])
@scenario("AX-PROXY-8")
def test_of_the_application_to_whom_nothing_can_go(dut: Dut, peer: Peer, target: str) -> None:
    proxy = proxied(dut, peer, sockets=1, packets=4)

    push(proxy, HOST, target)

    assert (proxy.stats()["packets_refused"], proxy.pull()) == (1, None)
    peer.expect_nothing()


@scenario("AX-PROXY-5")
def test_an_address_that_becomes_ours_is_the_proxys_no_more(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)
    conn, sock = opened(dut, peer, proxy)
    peer.udp(53, at=THERE).send(b"ask")
    before = len(proxy.tuples())

    dut.net(THERE)

    conn.inbox.take()
    assert (before, proxy.tuples(), sock.state().state) == (1, [], "CLOSED")
    dut.net(peer.dut_ip)


@scenario("AX-PROXY-4", "AX-PROXY-8")
def test_the_gateway_stays_a_host_though_a_prefix_has_its_address(dut: Dut, peers: Callable[[int], list[Peer]]) -> None:
    takes(dut, "proxy", 1)
    gateway, other = peers(2)
    dut.net(gateway.dut_ip, gateway=gateway.ip)
    dut.proxy("10.0.0.0", "255.255.255.128").listener.lend(dut.tcp())

    other.send(ARP(op="who-has", pdst=gateway.ip))
    other.tcp(PORT, at=gateway.ip).send(TCP(flags="S"))
    conn = gateway.tcp(PORT, at="10.0.0.77").handshake()

    conn.expect_nothing()
    other.expect_nothing()
    dut.net(gateway.dut_ip)
