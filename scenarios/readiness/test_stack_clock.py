# SPDX-License-Identifier: GPL-2.0-or-later
"""The stack clock: held, stepped, advanced; where it stops, and what it costs to be near its wrap."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scapy.layers.inet import TCP

from plumbline.scenario import Dut, Peer, Refused, StackClock, connected, reach, scenario

PORT = 7
WRAP_MS = 1 << 32
TWO_HOURS_MS = 7_200_000


@scenario("AX-TIME-11")
def test_a_held_clock_stands(dut: Dut, peer: Peer, clock: StackClock) -> None:
    connected(dut, peer)

    before, after = clock.view(), clock.view()

    assert (before.now, after.now, after.held) == (0, 0, True)


@scenario("AX-TIME-11", "AX-TIME-13")
def test_a_step_goes_to_the_next_deadline_and_no_further(dut: Dut, peer: Peer, clock: StackClock) -> None:
    connected(dut, peer)
    ahead = clock.view().next
    assert ahead is not None

    step = clock.step()

    assert (step.moved, step.deadlines, step.now) == (ahead, 1, ahead)


@scenario("AX-TIME-11")
def test_an_advance_ends_where_it_was_told_to(dut: Dut, peer: Peer, clock: StackClock) -> None:
    connected(dut, peer)
    tick_ms = dut.profile["tcp_tick_ms"]
    clock.advance(2 * tick_ms - 1)
    clock.advance(0)

    assert clock.now == 2 * tick_ms - 1
    assert dut.tasks().deadlines == 1


@scenario("AX-TIME-12")
def test_an_advance_can_end_after_a_frame(dut: Dut, peer: Peer, clock: StackClock) -> None:
    reached = reach(dut, peer, "SYN-SENT")

    sent = clock.advance_to_frame(at_most_ms=TWO_HOURS_MS)

    assert sent
    reached.conn.expect(TCP(flags="S", seq=reached.conn.irs))
    assert 0 < clock.now < TWO_HOURS_MS
    reached.conn.expect_nothing()


@scenario("AX-TIME-14")
def test_tasks_run_between_the_deadlines_of_one_advance(dut: Dut, peer: Peer, clock: StackClock) -> None:
    """That frames wait for its end is shown in firmware/test: the bench sends none while a command is under way."""
    _, sock = connected(dut, peer)
    watches = [dut.watch(sock, "readable", deadline_ms=ms) for ms in (300, 100, 200)]

    clock.advance(1000)

    assert [[(event.kind, event.ms) for event in watch.events()] for watch in watches] == [
        [("deadline", 300)], [("deadline", 100)], [("deadline", 200)],
    ]  # fmt: skip


@scenario("AX-TIME-13")
def test_equal_deadlines_fire_in_the_order_they_were_armed(dut: Dut, peer: Peer, clock: StackClock) -> None:
    _, sock = connected(dut, peer)
    watches = [dut.watch(sock, "readable", deadline_ms=700) for _ in range(5)]

    clock.advance(700)

    told = [event for watch in watches for event in watch.events()]
    assert [event.ms for event in told] == [700] * 5
    assert [event.number for event in told] == sorted(event.number for event in told)


@scenario("AX-TIME-11")
def test_a_running_clock_cannot_be_advanced(dut: Dut) -> None:
    dut.command("clock run")

    with pytest.raises(Refused, match="state"):
        dut.command("clock advance 10")

    dut.command("clock hold")


@scenario("AX-TIME-11", "RFC9293 MUST-27")
def test_two_hours_take_no_time(dut: Dut, peer: Peer, clock: StackClock) -> None:
    conn, sock = connected(dut, peer)
    sock.option(keepalive_ms=TWO_HOURS_MS)

    clock.advance_to_frame(at_most_ms=2 * TWO_HOURS_MS)

    conn.expect(TCP(flags="A", seq=conn.rcv_nxt - 1, ack=conn.snd_nxt))
    assert TWO_HOURS_MS <= clock.now <= TWO_HOURS_MS + dut.profile["tcp_slow_tick_ms"]


@scenario("AX-TIME-11")
@pytest.mark.parametrize("before_ms", [1, 100, 250, 1000, 3000])
def test_time_goes_on_across_the_wrap(
    restart: Callable[..., None], dut: Dut, peer: Peer, clock: StackClock, before_ms: int
) -> None:
    restart(held_at_ms=WRAP_MS - before_ms)
    reached = reach(dut, peer, "SYN-SENT")
    began = clock.now

    for _ in range(2):
        clock.advance_to_frame(at_most_ms=TWO_HOURS_MS)
        reached.conn.expect(TCP(flags="S", seq=reached.conn.irs))

    assert began == WRAP_MS - before_ms
    assert clock.now < TWO_HOURS_MS
