# SPDX-License-Identifier: GPL-2.0-or-later
"""The fence: what its answer says, that it proves silence, and that it has no effect of its own."""

from __future__ import annotations

from typing import Protocol

from scapy.layers.inet import ICMP, IP

from plumbline.scenario import Dut, FenceAnswer, Peer, StackClock, connected, scenario

PINGS = 5
TWO_SECONDS_MS = 2000


class Lines(Protocol):
    def fence(self) -> FenceAnswer: ...


class Bench(Protocol):
    lines: Lines


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
def test_dropped_frames_are_counted_as_such(bench: Bench, dut: Dut, peer: Peer) -> None:
    before = bench.lines.fence()
    dut.fault_rx_alloc(2)

    for number in range(3):
        peer.send(IP() / ICMP(type="echo-request", id=1, seq=number))
    peer.frames()

    assert bench.lines.fence().frames_dropped - before.frames_dropped == 2


@scenario("AX-BENCH-3")
def test_by_hand_it_says_how_many_frames_wait(bench: Bench, dut: Dut, peer: Peer) -> None:
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
