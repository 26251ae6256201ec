# SPDX-License-Identifier: GPL-2.0-or-later
"""The peer of a connection gets another Ethernet address: segments follow it, whoever was told (RFC 826)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import IP, TCP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Packet

from plumbline.scenario import (
    Dut,
    Peer,
    StackClock,
    TcpEnd,
    TcpSocket,
    connected,
    connected_actively,
    introduce,
    scenario,
)

MOVED = bytes.fromhex("0200000000aa")
ELSEWHERE = bytes.fromhex("0200000000bb")
BROADCAST = "ff:ff:ff:ff:ff:ff"
ANOTHER = "10.0.0.77"
PORT = 7
Open = Callable[[Dut, Peer], tuple[TcpEnd, TcpSocket]]


def to(mac: bytes) -> Packet:
    return Ether(dst=mac.hex(":")) / IP()


def news(peer: Peer, how: str) -> Packet:
    """What a host says that has moved; the peer fills its own addresses in."""
    return {
        "answer": ARP(op="is-at"),
        "question": ARP(op="who-has"),
        "announcement": ARP(op="who-has", pdst=peer.ip),
        "announcing-answer": Ether(dst=BROADCAST) / ARP(op="is-at", pdst=peer.ip, hwdst=BROADCAST),
        "question-for-another": ARP(op="who-has", pdst=ANOTHER),
    }[how]


NEWS = ["answer", "question", "announcement", "announcing-answer", "question-for-another"]


@pytest.mark.parametrize("opened", [connected, connected_actively], ids=["passive", "active"])
@pytest.mark.parametrize("how", NEWS)
@scenario("RFC826 2", "RFC1122 A")
def test_what_is_sent_next_goes_to_the_new_address(dut: Dut, peer: Peer, how: str, opened: Open) -> None:
    conn, sock = opened(dut, peer)
    sock.option(no_delay=1)
    sock.send(b"before")
    conn.expect(to(peer.mac) / TCP(flags="PA") / b"before")

    peer.mac = MOVED
    peer.send(news(peer, how))
    sock.send(b"behind")

    conn.expect(to(MOVED) / TCP(flags="PA") / b"behind")
    conn.expect_nothing()


@pytest.mark.parametrize("how", NEWS)
@scenario("RFC826 2", "RFC1122 A")
def test_what_is_sent_again_goes_to_the_new_address(dut: Dut, peer: Peer, clock: StackClock, how: str) -> None:
    conn, sock = connected(dut, peer)
    sock.send(b"lost")
    conn.expect(to(peer.mac) / TCP(flags="PA") / b"lost")

    peer.mac = MOVED
    peer.send(news(peer, how))
    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])

    conn.expect(to(MOVED) / TCP(flags="PA") / b"lost")
    conn.expect_nothing()


@scenario("RFC826 2")
def test_a_segment_from_another_address_does_not_move_it(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    conn.send(Ether(src=ELSEWHERE.hex(":")) / IP() / TCP(flags="A"))
    sock.send(b"stays")

    conn.expect(to(peer.mac) / TCP(flags="PA") / b"stays")
    conn.expect_nothing()


@pytest.mark.parametrize("how", ["announcement", "announcing-answer", "question-for-another"])
@scenario("RFC826 2")
def test_a_stranger_that_talks_to_others_is_still_asked_for(dut: Dut, peer: Peer, how: str) -> None:
    peer.arp = False

    peer.send(news(peer, how))
    dut.tcp().connect(peer, PORT)

    peer.expect(ARP(op="who-has", pdst=peer.ip))
    peer.expect_nothing()


@scenario("RFC826 2", "RFC1122 A")
def test_the_syn_again_goes_to_the_new_address(dut: Dut, peer: Peer, clock: StackClock) -> None:
    introduce(peer)
    conn = peer.tcp(sport=PORT)
    dut.tcp().connect(peer, PORT)
    conn.expect(to(peer.mac) / TCP(flags="S"))

    peer.mac = MOVED
    peer.send(ARP(op="who-has", pdst=peer.ip))
    clock.advance_to_frame(at_most_ms=dut.profile["rto_initial_ms"])

    conn.expect(to(MOVED) / TCP(flags="S", seq=conn.irs))
    conn.expect_nothing()
