# SPDX-License-Identifier: GPL-2.0-or-later
"""The whole chain once: wire, shell, clock, peers, judge. When these fail, look here first."""

from __future__ import annotations

from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.l2 import ARP

from plumbline.scenario import Dut, Peer, StackClock, connected, scenario

GREETING = b"hello, device"
ANSWER = b"hello, peer"


@scenario("RFC826 1")
def test_answers_arp_for_its_own_address_only(dut: Dut, peer: Peer) -> None:
    own = dut.net().addr

    peer.send(ARP(op="who-has", pdst=own))
    peer.send(ARP(op="who-has", pdst=peer.ip))

    peer.expect(ARP(op="is-at", psrc=own, pdst=peer.ip))
    peer.expect_nothing()


@scenario("RFC792 1")
def test_answers_ping(peer: Peer) -> None:
    peer.send(IP() / ICMP(type="echo-request", id=7, seq=3) / GREETING)

    peer.expect(IP() / ICMP(type="echo-reply", id=7, seq=3) / GREETING)
    peer.expect_nothing()


@scenario("AX-UDP-2", "AX-UDP-3")
def test_receives_a_datagram_and_answers_it(dut: Dut, peer: Peer) -> None:
    udp = dut.udp()
    udp.bind(7)
    end = peer.udp(7)

    end.send(UDP() / GREETING)
    datagram = udp.recv(200)
    udp.send(peer, end.sport, ANSWER)

    assert datagram.data == GREETING
    end.expect(ANSWER)


@scenario("AX-TCP-8")
def test_carries_data_both_ways(dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)

    conn.send(GREETING)
    received = sock.recv()
    sock.send(ANSWER)

    assert received == GREETING
    conn.expect(TCP(flags="PA", ack=conn.snd_nxt) / ANSWER)


@scenario("AX-TIME-17", "RFC9293 MUST-40")
def test_acknowledges_after_the_delay_in_stack_time(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, _ = connected(dut, peer)
    conn.send(GREETING)

    conn.expect_nothing()
    clock.advance_to_frame(at_most_ms=dut.profile["delayed_ack_ms"])

    conn.expect(TCP(flags="A", ack=conn.snd_nxt))
