# SPDX-License-Identifier: GPL-2.0-or-later
"""ARP is answered for the addresses of a prefix, by the device's own Ethernet address."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, has_flags, scenario, takes
from scenarios.proxy.place import ELSEWHERE, PORT, THERE, proxied

Peers = Callable[[int], list[Peer]]
OUTSIDE = ["198.51.99.255", "198.51.101.0", "203.0.113.7", "10.0.0.77", "0.0.0.0", "255.255.255.255"]


@pytest.mark.parametrize("address", ["198.51.100.0", THERE, "198.51.100.255"])
@scenario("AX-PROXY-4")
def test_is_answered_for_each_address_of_the_prefix(dut: Dut, peer: Peer, address: str) -> None:
    proxy = proxied(dut, peer)

    peer.send(ARP(op="who-has", pdst=address))

    peer.expect(ARP(op="is-at", psrc=address, hwsrc=peer.dut_mac.hex(":"), pdst=peer.ip))
    assert proxy.stats()["arp_answered"] == 1
    assert dut.net().addr == peer.dut_ip


@pytest.mark.parametrize("address", OUTSIDE)
@scenario("AX-PROXY-4")
def test_is_not_answered_for_others(dut: Dut, peer: Peer, address: str) -> None:
    proxy = proxied(dut, peer)

    peer.send(ARP(op="who-has", pdst=address))

    peer.expect_nothing()
    assert proxy.stats()["arp_answered"] == 0


@scenario("AX-PROXY-4", "AX-PROXY-5")
def test_is_answered_for_our_own_as_ever(dut: Dut, peer: Peer) -> None:
    proxy = proxied(dut, peer)

    peer.send(ARP(op="who-has"))

    peer.expect(ARP(op="is-at", psrc=peer.dut_ip, pdst=peer.ip))
    assert proxy.stats()["arp_answered"] == 0


@pytest.mark.parametrize(
    "word",
    [
        ARP(op="who-has", psrc=THERE, pdst=THERE),
        ARP(op="who-has", psrc=THERE, pdst=ELSEWHERE),
        ARP(op="is-at", pdst=THERE),
    ],
    ids=["announcement", "question", "answer"],
)
@scenario("AX-PROXY-4")
def test_whoever_says_it_is_there_gets_no_answer(dut: Dut, peer: Peer, word: ARP) -> None:
    proxied(dut, peer)

    peer.send(word)

    peer.expect_nothing()


@scenario("AX-PROXY-4")
def test_a_stopped_proxy_answers_no_more(dut: Dut, peer: Peer) -> None:
    proxied(dut, peer).stop()

    peer.send(ARP(op="who-has", pdst=THERE))

    peer.expect_nothing()


@scenario("AX-PROXY-1", "RFC1122 A")
def test_a_next_hop_that_is_not_known_is_asked_for_as_ourselves(dut: Dut, peers: Peers, clock: StackClock) -> None:
    peer, stranger = peers(2)
    proxied(dut, peer, sockets=1)
    stranger.arp = False
    conn = stranger.tcp(PORT, at=THERE)

    conn.send(TCP(flags="S"))

    stranger.expect(ARP(op="who-has", psrc=peer.dut_ip, pdst=stranger.ip))
    conn.expect_nothing()
    stranger.send(ARP(op="is-at"))
    conn.expect(TCP(flags=has_flags("SA"), ack=conn.snd_nxt))


@scenario("AX-PROXY-3")
def test_two_that_differ_in_their_destination_alone_wait_both(dut: Dut, peers: Peers) -> None:
    peer, stranger = peers(2)
    takes(dut, "neighbour_packets", 2)
    proxied(dut, peer, sockets=2)
    stranger.arp = False
    conns = [stranger.tcp(PORT, 5000, at=address) for address in (THERE, ELSEWHERE)]

    for conn in conns:
        conn.send(TCP(flags="S"))
    stranger.expect(ARP(op="who-has", pdst=stranger.ip))
    stranger.send(ARP(op="is-at"))

    for conn in conns:
        conn.expect(TCP(flags="SA", ack=conn.snd_nxt))
