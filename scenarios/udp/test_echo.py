# SPDX-License-Identifier: GPL-2.0-or-later
"""Ping: each checksum that an echo reply can have, each length, and packets in fragments both ways."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import Ether

from plumbline.scenario import Dut, Pattern, Peer, Wire, checksum, introduce, scenario, takes

ECHO_REPLY = 0
ICMP_AT, SUM_AT, DATA_AT = 34, 36, 42  # in a frame
LARGEST = 1472  # of one frame
FRAGMENT = 1480  # octets of a packet that one frame carries
CARRIES = range(0xF7F0, 0x10000)  # from a little below where the sum of the reply carries


def requests_of(peer: Peer, sums: Sequence[int]) -> list[bytes]:
    """An echo request with each checksum: its two octets of data make it right."""
    ether = Ether(src=peer.mac.hex(":"), dst=peer.dut_mac.hex(":"))
    head = bytes(ether / IP(src=peer.ip, dst=peer.dut_ip, len=30) / ICMP(id=1, seq=1, chksum=0))
    without = 0xFFFF - checksum(head[ICMP_AT:])
    fields = [(total, (0xFFFF - total - without) % 0xFFFF) for total in sums]
    return [
        head[:SUM_AT] + total.to_bytes(2, "big") + head[SUM_AT + 2 : DATA_AT] + data.to_bytes(2, "big")
        for total, data in fields
    ]


def assert_echoed(peer: Peer, wire: Wire, sums: Sequence[int]) -> None:
    introduce(peer)
    requests = requests_of(peer, sums)

    for request in requests:
        wire.send(request)

    replies = [frame.data for frame in peer.frames()]
    assert [reply[SUM_AT + 2 : len(request)] for reply, request in zip(replies, requests, strict=True)] == [
        request[SUM_AT + 2 :] for request in requests
    ]
    assert [reply[ICMP_AT] for reply in replies] == [ECHO_REPLY] * len(requests)
    wrong = [hex(total) for total, reply in zip(sums, replies, strict=True) if checksum(reply[ICMP_AT:])]
    assert wrong == []


@scenario("RFC792 1")
def test_each_checksum_that_carries_is_right_in_the_reply(peer: Peer, wire: Wire) -> None:
    assert_echoed(peer, wire, CARRIES)


@scenario("RFC792 1")
def test_each_octet_of_a_checksum_is_right_in_the_reply(peer: Peer, wire: Wire) -> None:
    assert_echoed(peer, wire, [*range(0x100), *range(0, 0x10000, 0x100)])


@pytest.mark.parametrize("bit", range(16))
@scenario("RFC792 1")
def test_one_wrong_bit_of_the_checksum_and_nothing_is_said(peer: Peer, wire: Wire, bit: int) -> None:
    introduce(peer)
    request = bytearray(requests_of(peer, [0x1234])[0])
    request[SUM_AT + bit // 8] ^= 1 << bit % 8

    wire.send(bytes(request))

    peer.expect_nothing()


@pytest.mark.parametrize("length", [0, 1, 2, 3, 17, 18, 19, 55, 56, 57, 1470, 1471, LARGEST])
@scenario("RFC792 1")
def test_each_length_comes_back_unchanged(peer: Peer, length: int) -> None:
    data = bytes(Pattern(length, 0, length))

    peer.send(IP() / ICMP(type="echo-request", id=0xFFFF, seq=0xFF00) / data)

    came = peer.expect(IP(src=peer.dut_ip, len=28 + length) / ICMP(type="echo-reply", id=0xFFFF, seq=0xFF00))
    assert bytes(came[ICMP].payload)[:length] == data
    peer.expect_nothing()


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("length", [LARGEST + 1, 1480, 2952, 2953, 4001, 20_000, 60_000])
@scenario("RFC792 1", "RFC1122 F1")
def test_a_request_in_fragments_is_echoed_whole(dut: Dut, peer: Peer, length: int, reverse: bool) -> None:
    _is_echoed_whole(dut, peer, length, reverse)


@pytest.mark.parametrize("reverse", [False, True])
@scenario("RFC792 1", "RFC1122 F1", needs={"pools"})
def test_the_largest_request_there_can_be_is_echoed_whole(dut: Dut, peer: Peer, reverse: bool) -> None:
    _is_echoed_whole(dut, peer, 65_507, reverse)


def _is_echoed_whole(dut: Dut, peer: Peer, length: int, reverse: bool) -> None:
    data = bytes(Pattern(length, 0, length))
    request = bytes(ICMP(type="echo-request", id=7, seq=3) / data)
    offsets = range(0, len(request), FRAGMENT)
    introduce(peer)

    takes(dut, "reassembly_frames", len(offsets))

    for at in reversed(offsets) if reverse else offsets:
        more = "MF" if at + FRAGMENT < len(request) else 0
        peer.send(IP(id=9, proto=1, flags=more, frag=at // 8) / request[at : at + FRAGMENT])

    came = peer.expect(IP(src=peer.dut_ip, len=28 + length) / ICMP(type="echo-reply", id=7, seq=3))
    assert bytes(came[ICMP].payload) == data
    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()


@pytest.mark.parametrize("destination", ["10.0.0.255", "255.255.255.255", "224.0.0.1"])
@scenario("RFC792 1", "RFC1122 I2")
def test_what_went_to_many_is_not_echoed(peer: Peer, destination: str) -> None:
    introduce(peer)

    peer.send(Ether(dst="ff:ff:ff:ff:ff:ff") / IP(dst=destination) / ICMP(type="echo-request", id=7, seq=3))

    peer.expect_nothing()


@pytest.mark.parametrize("octets", range(8))
@scenario("RFC792 1")
def test_a_request_too_short_for_its_header_is_dropped(peer: Peer, octets: int) -> None:
    introduce(peer)
    whole = bytes(ICMP(type="echo-request", id=7, seq=3))

    peer.send(IP(proto=1) / whole[:octets])

    peer.expect_nothing()


@pytest.mark.parametrize("ttl", [1, 3, 255])
@scenario("RFC792 1")
def test_a_reply_has_the_devices_own_time_to_live(dut: Dut, peer: Peer, ttl: int) -> None:
    peer.send(IP(ttl=ttl) / ICMP(type="echo-request", id=7, seq=3))

    peer.expect(IP(ttl=dut.profile["ttl"]) / ICMP(type="echo-reply", id=7, seq=3))
    peer.expect_nothing()
