# SPDX-License-Identifier: GPL-2.0-or-later
"""The checksum: 0 means there is none, so one that comes to 0 is sent as 0xFFFF."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, UDP, in4_chksum

from plumbline.scenario import Dut, Pattern, Peer, Wire, bound, scenario

PAYLOAD = b"to be summed up"


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
