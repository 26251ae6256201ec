# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that stay incomplete: how long they are kept, what their source is told, and what they cost."""

from __future__ import annotations

import pytest
from scapy.layers.inet import ICMP, IP, IPerror, UDPerror

from plumbline.scenario import Dut, Peer, StackClock, UdpEnd, Wire, bound, non_strict, scenario

PAYLOAD = bytes(range(100))
TICK_MS = 1000  # the timer of reassembly
TOO_LONG = 1_000_000


def fragments(end: UdpEnd, ident: int = 1) -> list[bytes]:
    return end.fragments(PAYLOAD, [8, 16, 32], ident=ident)


@pytest.mark.parametrize("missing", [1, 2, 3])
@scenario("RFC1122 F2")
def test_the_source_is_told_when_the_first_fragment_came(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock, missing: int
) -> None:
    end, udp = bound(dut, peer)
    keeps_ms = dut.profile["reassembly_ms"]
    for index, frame in enumerate(fragments(end)):
        if index != missing:
            wire.send(frame)

    clock.advance(keeps_ms - 1)
    peer.expect_nothing()
    clock.advance_to_frame(at_most_ms=TICK_MS + 1)

    quoted = IPerror(src=peer.ip, dst=peer.dut_ip, id=1) / UDPerror(sport=end.sport, dport=7, len=108)
    peer.expect(IP(dst=peer.ip) / ICMP(type="time-exceeded", code=1) / quoted)
    peer.expect_nothing()
    assert clock.now == keeps_ms + TICK_MS
    assert not udp.state().can_recv
    assert dut.mem().pools["held_frames"].used == 0


@scenario("RFC1122 F2", "RFC1122 I2")
def test_nobody_is_told_when_the_first_fragment_is_missing(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    end, udp = bound(dut, peer)
    for frame in fragments(end)[1:]:
        wire.send(frame)

    clock.advance(dut.profile["reassembly_ms"] + TICK_MS)

    assert not udp.state().can_recv
    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()


@scenario("RFC1122 I2")
def test_nobody_is_told_of_a_broadcast(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    bound(dut, peer)
    peer.send(IP(dst="10.0.0.255", id=1, flags="MF", proto=17) / PAYLOAD[:32])

    clock.advance(dut.profile["reassembly_ms"] + TICK_MS)

    assert dut.mem().pools["held_frames"].used == 0
    peer.expect_nothing()


@scenario("RFC1122 F2", "RFC1122 I3")
def test_the_quotation_is_the_header_and_8_octets_of_the_original(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    end, _ = bound(dut, peer)
    first = fragments(end)[0]
    wire.send(first)

    clock.advance(dut.profile["reassembly_ms"] + TICK_MS)

    told = peer.expect(IP() / ICMP(type="time-exceeded", code=1))
    assert bytes(told[ICMP].payload) == first[14:42]
    peer.expect_nothing()


@scenario("RFC1122 F2")
def test_a_fragment_that_comes_after_that_does_not_complete_it(
    dut: Dut, peer: Peer, wire: Wire, clock: StackClock
) -> None:
    end, udp = bound(dut, peer)
    *others, last = fragments(end)
    for frame in others:
        wire.send(frame)
    clock.advance(dut.profile["reassembly_ms"] + TICK_MS)
    peer.frames()

    wire.send(last)
    assert not udp.state().can_recv
    for frame in others:
        wire.send(frame)

    assert udp.recv().data == PAYLOAD
    peer.expect_nothing()


@scenario("RFC1122 F2")
def test_the_last_fragment_may_come_at_the_last_moment(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    end, udp = bound(dut, peer)
    first, *others = fragments(end)
    wire.send(first)

    clock.advance(dut.profile["reassembly_ms"] - 1)
    for frame in others:
        wire.send(frame)

    assert udp.recv().data == PAYLOAD
    clock.advance(2 * TICK_MS)
    peer.expect_nothing()


@scenario("RFC1122 F2", "RFC1122 F3")
def test_a_later_fragment_does_not_begin_the_time_anew(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    end, _ = bound(dut, peer)
    keeps_ms = dut.profile["reassembly_ms"]
    first, second, *_others = fragments(end)
    wire.send(first)

    clock.advance(keeps_ms - 1)
    wire.send(second)
    clock.advance_to_frame(at_most_ms=TOO_LONG)

    peer.expect(IP() / ICMP(type="time-exceeded", code=1))
    assert clock.now == keeps_ms + TICK_MS
    assert dut.mem().pools["held_frames"].used == 0


@scenario("RFC1122 F3")
def test_is_kept_from_60_to_120_s(dut: Dut, peer: Peer, wire: Wire, clock: StackClock) -> None:
    end, _ = bound(dut, peer)
    wire.send(fragments(end)[0])

    clock.advance_to_frame(at_most_ms=TOO_LONG)

    peer.expect(IP() / ICMP(type="time-exceeded", code=1))
    if not 60_000 <= clock.now <= 120_000:
        non_strict(f"it is given up after {clock.now} ms")
