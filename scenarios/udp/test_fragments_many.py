# SPDX-License-Identifier: GPL-2.0-or-later
"""How many fragments are kept: as many frames as the profile says. One too many costs the oldest, never the newest."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP

from plumbline.scenario import Dut, Pattern, Peer, StackClock, Wire, bound, scenario

PAYLOAD = bytes(range(100))
TICK_MS = 1000
IP_MAX = 65535


def in_pieces(count: int) -> tuple[int, list[int]]:
    """A datagram that comes in so many fragments of 8 octets: its length, and the sizes before the last."""
    return 8 * count - 8, [8] * (count - 1)


@pytest.mark.parametrize("reverse", [False, True])
@scenario("RFC1122 F1", "AX-UDP-2")
def test_a_packet_may_be_in_as_many_as_the_profile_says(dut: Dut, peer: Peer, wire: Wire, reverse: bool) -> None:
    end, udp = bound(dut, peer)
    length, sizes = in_pieces(dut.profile["reassembly_frames"])
    fragments = end.fragments(bytes(Pattern(1, 0, length)), sizes, ident=1)

    for frame in reversed(fragments) if reverse else fragments:
        wire.send(frame)

    came = udp.recv_pattern(length, 1)
    assert (came.n, came.bad) == (length, 0)
    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()


@scenario("RFC1122 F1", "RFC1122 F2")
def test_one_too_many_for_one_packet_is_dropped(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    end, udp = bound(dut, peer)
    length, sizes = in_pieces(dut.profile["reassembly_frames"] + 1)

    for frame in end.fragments(bytes(Pattern(1, 0, length)), sizes, ident=1):
        wire.send(frame)
    assert not udp.state().can_recv
    assert dut.mem().pools["held_frames"].used == dut.profile["reassembly_frames"]
    peer.expect_nothing()
    clock.advance(dut.profile["reassembly_ms"] + TICK_MS)

    peer.expect(IP() / ICMP(type="time-exceeded", code=1))
    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()


@scenario("RFC1122 F1", "AX-UDP-2")
def test_a_newer_packet_takes_the_frames_of_the_oldest(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)
    most = dut.profile["reassembly_frames"]
    pieces = min(4, most // 2)
    for ident, count in ((1, most // 2), (2, most - most // 2)):
        length, sizes = in_pieces(count + 1)
        for frame in end.fragments(bytes(length), sizes, ident=ident)[1:]:  # the first is missing
            wire.send(frame)
    assert dut.mem().pools["held_frames"].used == most

    for frame in end.fragments(PAYLOAD, [32] * (pieces - 1), ident=3):
        wire.send(frame)

    assert udp.recv().data == PAYLOAD
    assert dut.mem().pools["held_frames"].used == most - most // 2
    peer.expect_nothing()


@scenario("RFC1122 F1", "AX-UDP-2")
def test_however_many_stay_incomplete_the_newest_is_put_together(dut: Dut, peer: Peer, wire: Wire) -> None:
    end, udp = bound(dut, peer)

    for ident in range(1, 101):
        first, last = end.fragments(PAYLOAD, [48], ident=ident)
        wire.send(last)
        if ident % 10 == 0:
            wire.send(first)
            assert udp.recv().data == PAYLOAD

    assert dut.mem().pools["held_frames"].used <= dut.profile["reassembly_frames"]
    end.send(b"and whole ones come all the time")
    assert udp.recv().data == b"and whole ones come all the time"
    peer.expect_nothing()


@pytest.mark.parametrize("octets", [8, 1480])
@scenario("RFC1122 F1", "AX-BENCH-10")
def test_a_packet_longer_than_any_can_be_is_dropped(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, octets: int
) -> None:
    end, udp = bound(dut, peer, rx=IP_MAX)
    last = (IP_MAX - 20 - octets + 8) // 8  # in units of 8: it ends beyond what LEN can say

    peer.send(IP(id=1, flags="MF", proto=17) / bytes(1480))
    peer.send(IP(id=1, frag=last, proto=17) / bytes(octets))
    end.send(PAYLOAD)

    assert udp.recv().data == PAYLOAD
    assert not udp.state().can_recv
    clock.advance(dut.profile["reassembly_ms"] + TICK_MS)
    peer.expect(IP() / ICMP(type="time-exceeded", code=1))
    peer.expect_nothing()
