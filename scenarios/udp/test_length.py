# SPDX-License-Identifier: GPL-2.0-or-later
"""UDP's LEN decides what is payload, and a datagram whose LEN cannot be is dropped, whatever its checksum says."""

from __future__ import annotations

import pytest
from scapy.layers.inet import IP, UDP, in4_chksum

from plumbline.scenario import Dut, Peer, UdpEnd, UdpSocket, Wire, bound, scenario

PAYLOAD = bytes(range(1, 33))
CARRIED = 8 + len(PAYLOAD)  # octets behind the IP header
LENGTHS = {"0": 0, "7": 7, "8": 8, "carried-1": CARRIED - 1, "carried": CARRIED, "carried+1": CARRIED + 1}
BEHIND = b"behind the lie"


def datagram(peer: Peer, end: UdpEnd, length: int, checksum: str, payload: bytes = PAYLOAD) -> UDP:
    """With that LEN, and the checksum right for the octets that LEN covers, wrong, none, or right for all there are."""
    bare = UDP(sport=end.sport, dport=end.dport, len=length, chksum=0) / payload
    covered = bytes(bare)[:length] if length >= 8 else bytes(bare)
    right = in4_chksum(17, IP(src=peer.ip, dst=peer.dut_ip), covered) or 0xFFFF
    of_all = in4_chksum(17, IP(src=peer.ip, dst=peer.dut_ip), bytes(bare)) or 0xFFFF
    bare.chksum = {"right": right, "wrong": right ^ 0x0101, "none": 0, "all": of_all}[checksum]
    return bare


def is_right(length: int, checksum: str) -> bool:
    return 8 <= length <= CARRIED and (checksum in ("right", "none") or (checksum == "all" and length == CARRIED))


def check(udp: UdpSocket, end: UdpEnd, length: int, checksum: str) -> None:
    """What LEN covers was delivered, or nothing was; a later datagram is delivered anyhow."""
    end.send(BEHIND)
    if is_right(length, checksum):
        assert udp.recv().data == PAYLOAD[: length - 8]
    assert udp.recv().data == BEHIND
    state, stats = udp.state(), udp.stats()
    assert (state.can_recv, stats["rx_dropped_payload"], stats["rx_dropped_slots"]) == (False, 0, 0)


@pytest.mark.parametrize("checksum", ["right", "wrong", "none", "all"])
@pytest.mark.parametrize("length", LENGTHS.values(), ids=LENGTHS.keys())
@scenario("AX-UDP-18", "AX-UDP-19", "RFC768 1")
def test_decides_what_is_delivered(dut: Dut, peer: Peer, length: int, checksum: str) -> None:
    end, udp = bound(dut, peer)

    end.send(datagram(peer, end, length, checksum))

    check(udp, end, length, checksum)
    peer.expect_nothing()


@pytest.mark.parametrize("checksum", ["right", "wrong", "none"])
@pytest.mark.parametrize("length", LENGTHS.values(), ids=LENGTHS.keys())
@scenario("AX-UDP-18", "AX-UDP-19", "RFC768 1", "RFC1122 F1")
def test_decides_what_is_delivered_of_fragments(dut: Dut, peer: Peer, wire: Wire, length: int, checksum: str) -> None:
    end, udp = bound(dut, peer)

    for frame in end.fragments(datagram(peer, end, length, checksum), [16, 8], ident=1):
        wire.send(frame)

    check(udp, end, length, checksum)
    peer.expect_nothing()


@pytest.mark.parametrize("length", [0, 7, 9, 0xFFFF])
@scenario("AX-UDP-19")
def test_a_header_alone_whose_length_lies_is_dropped(dut: Dut, peer: Peer, length: int) -> None:
    end, udp = bound(dut, peer)

    end.send(UDP(len=length, chksum=0))

    assert not udp.state().can_recv
    peer.expect_nothing()


@pytest.mark.parametrize("octets", range(8))
@scenario("AX-UDP-19", "RFC768 1")
def test_a_packet_too_short_for_the_header_is_dropped(dut: Dut, peer: Peer, octets: int) -> None:
    end, udp = bound(dut, peer)

    peer.send(IP(proto=17) / bytes(UDP(sport=end.sport, dport=7, len=8, chksum=0))[:octets])
    end.send(BEHIND)

    assert udp.recv().data == BEHIND
    peer.expect_nothing()


@pytest.mark.parametrize("payload", [0, 1, 17])
@scenario("AX-UDP-18")
def test_padding_of_a_short_frame_is_not_delivered(dut: Dut, peer: Peer, wire: Wire, payload: int) -> None:
    end, udp = bound(dut, peer)

    frame = end.fragments(PAYLOAD[:payload], [], ident=1)[0]
    wire.send(frame.ljust(60, b"\xaa"))

    assert udp.recv().data == PAYLOAD[:payload]
    peer.expect_nothing()


@pytest.mark.parametrize("length", [0, 7, CARRIED + 1])
@scenario("AX-UDP-19")
def test_a_lie_to_a_port_nobody_has_is_dropped_in_silence(dut: Dut, peer: Peer, length: int) -> None:
    end = peer.udp(7)

    end.send(datagram(peer, end, length, "none"))

    end.expect_nothing()
    peer.expect_nothing()
