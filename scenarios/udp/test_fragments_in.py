# SPDX-License-Identifier: GPL-2.0-or-later
"""Datagrams that come in fragments: in any order, cut anywhere, twice, mixed with others."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from scapy.layers.inet import IP

from plumbline.scenario import Dut, Pattern, Peer, Wire, bound, introduce, non_strict, scenario, takes

PAYLOAD = bytes(range(100))
LARGEST = 1472  # of one frame


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@scenario("RFC1122 F1", "AX-UDP-2")
def test_any_order_will_do(dut: Dut, peer: Peer, wire: Wire, order: tuple[int, ...]) -> None:
    end, udp = bound(dut, peer)
    fragments = end.fragments(PAYLOAD, [8, 16, 32], ident=1)

    for index in order:
        assert not udp.state().can_recv
        wire.send(fragments[index])

    assert udp.recv().data == PAYLOAD
    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()


@pytest.mark.parametrize("first", [8, 16, 24, 64, 96, 104])
@scenario("RFC1122 F1")
def test_a_cut_may_be_anywhere(dut: Dut, peer: Peer, wire: Wire, first: int) -> None:
    end, udp = bound(dut, peer)

    for frame in end.fragments(PAYLOAD, [first], ident=1):
        wire.send(frame)

    assert udp.recv().data == PAYLOAD
    peer.expect_nothing()


@pytest.mark.parametrize("twice", range(4))
@scenario("RFC1122 F1")
def test_a_fragment_that_comes_twice_does_no_harm(dut: Dut, peer: Peer, wire: Wire, twice: int) -> None:
    end, udp = bound(dut, peer)
    fragments = end.fragments(PAYLOAD, [8, 16, 32], ident=1)

    for index in (twice, *range(len(fragments) - 1, -1, -1)):
        wire.send(fragments[index])

    assert udp.recv().data == PAYLOAD
    assert not udp.state().can_recv
    peer.expect_nothing()


@pytest.mark.parametrize("other_first", [False, True])
@scenario("RFC791 1")
def test_fragments_that_overlap_are_put_together(dut: Dut, peer: Peer, wire: Wire, other_first: bool) -> None:
    end, udp = bound(dut, peer)
    first = end.fragments(PAYLOAD, [56], ident=1)[0]
    last = end.fragments(PAYLOAD, [40], ident=1)[1]

    for frame in (last, first) if other_first else (first, last):
        wire.send(frame)

    if not udp.state().can_recv:
        non_strict("a fragment that overlaps another is thrown away, and the packet stays incomplete")
    assert udp.recv().data == PAYLOAD


@scenario("RFC1122 F1", "AX-UDP-2")
def test_packets_of_several_hosts_with_one_identification_do_not_mix(
    dut: Dut, peers: Callable[[int], list[Peer]], wire: Wire
) -> None:
    takes(dut, "reassembly_frames", 6)
    udp = dut.udp()
    udp.bind(7)
    datagrams = []
    for number, host in enumerate(peers(3)):
        introduce(host)
        datagrams.append(host.udp(7).fragments(bytes([number]) * 100, [32, 32], ident=1))

    for fragments in zip(*datagrams, strict=True):
        for frame in fragments:
            wire.send(frame)

    assert [udp.recv().data for _ in range(3)] == [bytes([number]) * 100 for number in range(3)]


@scenario("RFC1122 F1")
def test_packets_of_one_host_are_told_apart_by_identification(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    datagrams = [end.fragments(bytes([ident]) * 100, [48], ident=ident) for ident in (1, 2, 3)]

    for fragments in zip(*reversed(datagrams), strict=True):
        for frame in fragments:
            wire.send(frame)

    assert [udp.recv().data for _ in range(3)] == [bytes([ident]) * 100 for ident in (3, 2, 1)]
    peer.expect_nothing()


@pytest.mark.parametrize("protocol", [1, 6, 255])
@scenario("RFC1122 F1")
def test_packets_of_one_host_are_told_apart_by_protocol(dut: Dut, peer: Peer, wire: Wire, protocol: int) -> None:
    end, udp = bound(dut, peer)
    first, last = end.fragments(PAYLOAD, [64], ident=1)

    peer.send(IP(id=1, frag=8, proto=protocol) / bytes(len(PAYLOAD)))
    wire.send(first)
    wire.send(last)

    assert udp.state().can_recv, "the datagram is not delivered"
    assert udp.recv().data == PAYLOAD


@scenario("RFC1122 F1", "AX-FULL-9", "AX-UDP-12")
def test_a_whole_one_that_finds_no_room_is_counted_once(dut: Dut, peer: Peer) -> None:
    end, udp = bound(dut, peer, rx=3000)

    end.send(bytes(Pattern(1, 0, 3001)))
    end.send(bytes(Pattern(2, 0, 3000)))

    stats = udp.stats()
    assert (stats["received"], stats["rx_dropped_payload"], stats["rx_dropped_slots"]) == (1, 1, 0)
    assert udp.recv_pattern(3000, 2).bad == 0
    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()
