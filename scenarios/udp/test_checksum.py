# SPDX-License-Identifier: GPL-2.0-or-later
"""The checksum: 0 means there is none, so one that comes to 0 is sent as 0xFFFF. And that of the header below it."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, TCP, UDP, in4_chksum
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Pattern, Peer, Wire, bound, introduce, scenario

PAYLOAD = b"to be summed up"
ASKED = {
    "datagram": (UDP(sport=9, dport=7) / PAYLOAD, UDP(sport=7, dport=9) / PAYLOAD),
    "echo request": (ICMP(type="echo-request", id=1) / PAYLOAD, ICMP(type="echo-reply", id=1) / PAYLOAD),
    "syn": (TCP(sport=9, dport=7, flags="S", seq=1), TCP(sport=7, dport=9, flags="SA", ack=2)),
}


@scenario("RFC768 2")
def test_one_that_comes_to_0_is_sent_as_ffff(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    udp.send(peer, end.sport, bytes(2))
    word = end.expect(UDP() / bytes(2)).chksum.to_bytes(2, "big")  # added to the sum it makes it 0xFFFF

    udp.send(peer, end.sport, word)

    end.expect(UDP(chksum=0xFFFF) / word)
    end.expect_nothing()


@scenario("RFC768 2")
def test_one_that_comes_to_0_is_taken_as_ffff(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer)
    zero = bytes(UDP(sport=end.sport, dport=7, len=10, chksum=0)) + bytes(2)
    word = in4_chksum(17, IP(src=peer.ip, dst=peer.dut_ip), zero).to_bytes(2, "big")

    end.send(UDP(chksum=0xFFFF) / word)

    assert udp.recv().data == word
    end.expect_nothing()


@pytest.mark.parametrize("payload", [b"", b"x", PAYLOAD], ids=["empty", "odd", "more"])
@scenario("RFC768 2")
def test_none_is_none(dut: Dut, peer: Peer, payload: bytes) -> None:
    end, udp = bound(dut, peer)

    end.send(UDP(chksum=0) / payload)

    assert udp.recv().data == payload
    end.expect_nothing()


@pytest.mark.parametrize("bit", range(16))
@scenario("RFC1122 U3")
def test_one_wrong_bit_drops_the_datagram_in_silence(dut: Dut, peer: Peer, bit: int) -> None:
    end, udp = bound(dut, peer)
    bare = bytes(UDP(sport=end.sport, dport=7, len=8 + len(PAYLOAD), chksum=0) / PAYLOAD)
    right = in4_chksum(17, IP(src=peer.ip, dst=peer.dut_ip), bare)

    end.send(UDP(chksum=right ^ 1 << bit) / PAYLOAD)
    assert not udp.state().can_recv
    end.send(UDP(chksum=right) / PAYLOAD)

    assert udp.recv().data == PAYLOAD
    peer.expect_nothing()


@pytest.mark.parametrize("length", [0, 1, 2, 1471, 1472, 1473, 2953])
@scenario("RFC1122 U3", "RFC768 2")
def test_every_datagram_sent_carries_the_right_one(dut: Dut, peer: Peer, length: int) -> None:
    end, udp = bound(dut, peer)
    payload = bytes(Pattern(length, 0, length))

    udp.send(peer, end.sport, Pattern(length, 0, length))

    bare = bytes(UDP(sport=7, dport=end.sport, len=8 + length, chksum=0)) + payload
    right = in4_chksum(17, IP(src=peer.dut_ip, dst=peer.ip), bare) or 0xFFFF
    end.expect(UDP(chksum=right, len=8 + length) / payload)
    end.expect_nothing()


@scenario("RFC1122 U3", "RFC1122 F1")
def test_one_wrong_bit_in_a_fragment_drops_the_whole_datagram(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    first, middle, last = end.fragments(bytes(Pattern(1, 0, 3000)), [1480, 1480], ident=1)

    for frame in (first, middle, last[:-1] + bytes([last[-1] ^ 1])):
        wire.send(frame)
    end.send(PAYLOAD)

    assert udp.recv().data == PAYLOAD
    assert not udp.state().can_recv
    peer.expect_nothing()


@pytest.mark.parametrize("kind", ASKED)
@scenario("RFC1122 I5")
def test_a_wrong_header_sum_drops_the_packet_in_silence(dut: Dut, peer: Peer, kind: str) -> None:
    _, udp = bound(dut, peer)
    sock = dut.accept_on(7)
    introduce(peer)
    question, answer = ASKED[kind]
    frame = Ether(bytes(peer.fill(IP(id=1) / question, [])))
    right = frame[IP].chksum

    for bit in range(16):
        frame[IP].chksum = right ^ 1 << bit
        peer.send(frame)
    peer.expect_nothing()
    assert (udp.state().can_recv, sock.state().state) == (False, "LISTEN")
    frame[IP].chksum = right
    peer.send(frame)

    if kind == "datagram":
        udp.send(peer, 9, udp.recv().data)
    peer.expect(answer)
    peer.expect_nothing()
