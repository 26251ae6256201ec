# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a sum is right is said of its own datagram: not of one that lay in the same buffer before."""

from __future__ import annotations

from scapy.layers.inet import IP, UDP, in4_chksum

from plumbline.scenario import Dut, Peer, UdpEnd, UdpSocket, bound, scenario

AT_ONCE = 8  # datagrams that the socket has slots for, twice
BEFORE = 512  # more than any driver has receive buffers, twice over


def numbered(first: int) -> list[bytes]:
    return [number.to_bytes(2, "big") for number in range(first, first + AT_ONCE)]


def off_by_one(peer: Peer, end: UdpEnd, payload: bytes) -> UDP:
    bare = UDP(sport=end.sport, dport=7, len=8 + len(payload), chksum=0)
    right = in4_chksum(17, IP(src=peer.ip, dst=peer.dut_ip), bytes(bare / payload))
    return UDP(chksum=(right + 1) % 0x10000) / payload


def came(udp: UdpSocket) -> list[bytes]:
    return [udp.recv().data for _ in range(udp.state().rx_slots)]


@scenario("RFC1122 U3")
def test_a_wrong_one_is_dropped_wherever_right_ones_lay_before(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx_slots=2 * AT_ONCE)
    for _ in range(BEFORE):
        end.send(b"right")  # most of them meet a full socket, behind the look at their sums
    came(udp)

    for first in (0, AT_ONCE):
        for payload in numbered(first):
            end.send(payload)
            end.send(off_by_one(peer, end, b"wrong" + payload))
        assert came(udp) == numbered(first)

    peer.expect_nothing()
