# SPDX-License-Identifier: GPL-2.0-or-later
"""The fence: what its answer says, that it proves silence, and that it has no effect of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import pytest
from scapy.layers.inet import ICMP, IP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

from plumbline.scenario import Dut, FenceAnswer, Peer, StackClock, Wire, connected, introduce, scenario

PINGS = 5
TWO_SECONDS_MS = 2000
FENCE_TYPE = 0x88B5
NUMBER = 4_000_000_000  # no fence of the bench comes so far
ETHERNET_HEADER, FRAME_MAX = 14, 1514
ANSWER_HEAD = bytes.fromhex("504c0102")
ANOTHER_MAC, ASKER = "02:00:00:00:00:77", "02:00:00:00:00:66"


class Lines(Protocol):
    def fence(self) -> FenceAnswer: ...


class Bench(Protocol):
    lines: Lines

    @property
    def events(self) -> Sequence[Any]: ...


def fence(dst: str) -> Ether:
    """A question of somebody else's."""
    return Ether(dst=dst, src=ASKER, type=FENCE_TYPE) / Raw(bytes.fromhex("504c0101") + NUMBER.to_bytes(4, "big"))


def lines_said(bench: Bench) -> int:
    return sum(hasattr(event, "line") and event.way.name == "FROM_DUT" for event in bench.events)


def answers(bench: Bench) -> list[bytes]:
    """Those to that question, as frames."""
    frames = [event.data for event in bench.events if hasattr(event, "is_fence") and event.way.name == "FROM_DUT"]
    return [data for data in frames if data[ETHERNET_HEADER:][:8] == ANSWER_HEAD + NUMBER.to_bytes(4, "big")]


@scenario("AX-BENCH-2")
def test_the_answer_counts_frames_both_ways(bench: Bench, peer: Peer) -> None:
    before = bench.lines.fence()

    for number in range(PINGS):
        peer.send(IP() / ICMP(type="echo-request", id=1, seq=number))
    peer.frames()
    after = bench.lines.fence()

    arp = 1  # question and answer, before the first reply
    assert after.frames_in - before.frames_in == PINGS + arp
    assert after.frames_out - before.frames_out == PINGS + arp
    assert (after.frames_dropped, after.waiting) == (before.frames_dropped, 0)
    assert after.polls > before.polls
    assert after.idles > before.idles


@scenario("AX-BENCH-2", "AX-TIME-10")
def test_the_answer_tells_time_deadlines_and_polls_as_the_shell_does(bench: Bench, dut: Dut, clock: StackClock) -> None:
    clock.advance(TWO_SECONDS_MS)
    link = dut.link()
    tasks = dut.tasks()

    answer = bench.lines.fence()

    assert (answer.ms, answer.deadlines) == (TWO_SECONDS_MS, tasks.deadlines)
    assert (answer.frames_in, answer.frames_out) == (link["rx"], link["tx"])
    assert tasks.polls < answer.polls <= tasks.polls + 8


@scenario("AX-BENCH-2")
def test_the_answer_counts_the_lines_that_the_shell_has_said(bench: Bench, dut: Dut) -> None:
    before, heard = bench.lines.fence(), lines_said(bench)

    dut.tasks()
    dut.link()

    after = bench.lines.fence()
    assert after.said - before.said == lines_said(bench) - heard > 2


@scenario("AX-BENCH-2")
def test_dropped_frames_are_counted_as_such(bench: Bench, dut: Dut, peer: Peer) -> None:
    before = bench.lines.fence()
    dut.fault_rx_alloc(2)

    for number in range(3):
        peer.send(IP() / ICMP(type="echo-request", id=1, seq=number))
    peer.frames()

    assert bench.lines.fence().frames_dropped - before.frames_dropped == 2


@scenario("AX-BENCH-3")
def test_by_hand_it_says_how_many_frames_wait(bench: Bench, dut: Dut, peer: Peer) -> None:
    introduce(peer)
    dut.poll_by_hand()
    for number in range(PINGS):
        peer.send(IP() / ICMP(type="echo-request", id=1, seq=number))

    waiting = bench.lines.fence().waiting
    dut.poll(frames=2)

    assert (waiting, bench.lines.fence().waiting) == (PINGS, PINGS - 2)


@scenario("AX-BENCH-4")
def test_a_fence_has_no_effect_of_its_own(bench: Bench, dut: Dut, peer: Peer) -> None:
    conn, sock = connected(dut, peer)
    before, first = sock.state(), bench.lines.fence()

    last = [bench.lines.fence() for _ in range(10)][-1]

    assert sock.state() == before
    assert (last.frames_in, last.frames_out, last.frames_dropped) == (
        first.frames_in, first.frames_out, first.frames_dropped,
    )  # fmt: skip
    conn.expect_nothing()


@pytest.mark.parametrize("size", [1, ETHERNET_HEADER - 1])
@scenario("AX-BENCH-2", needs={"takes_runts"})
def test_a_frame_that_is_too_short_is_counted_as_dropped(bench: Bench, dut: Dut, wire: Wire, size: int) -> None:
    _is_dropped_for_its_size(bench, dut, wire, size)


@scenario("AX-BENCH-2")
def test_a_frame_that_is_too_long_is_counted_as_dropped(bench: Bench, dut: Dut, wire: Wire) -> None:
    _is_dropped_for_its_size(bench, dut, wire, FRAME_MAX + 1)


def _is_dropped_for_its_size(bench: Bench, dut: Dut, wire: Wire, size: int) -> None:
    before = bench.lines.fence()

    wire.send(b"\xff" * size)  # to all, as far as it goes

    after = bench.lines.fence()
    assert (after.frames_dropped - before.frames_dropped, after.frames_in - before.frames_in) == (1, 0)
    assert dut.link()["rx_size"] == 1


@pytest.mark.parametrize("how", ["to its address", "to all"])
@scenario("AX-BENCH-1")
def test_the_answer_goes_to_who_asked(bench: Bench, peer: Peer, wire: Wire, how: str) -> None:
    own = peer.dut_mac.hex(":")

    wire.send(fence(own if how == "to its address" else "ff:ff:ff:ff:ff:ff"))
    bench.lines.fence()

    came = [Ether(data) for data in answers(bench)]
    assert [(frame.dst, frame.src) for frame in came] == [(ASKER, own)]


@scenario("AX-BENCH-1")
def test_a_fence_for_another_is_not_answered(bench: Bench, wire: Wire) -> None:
    before = bench.lines.fence()

    wire.send(fence(ANOTHER_MAC))

    assert bench.lines.fence().frames_in == before.frames_in  # the MAC did not let it in
    assert answers(bench) == []
