# SPDX-License-Identifier: GPL-2.0-or-later
"""Sleeps and deadlines: at their millisecond, in their order, over the wrap of the clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plumbline.scenario import Dut, StackClock, scenario

BEFORE_WRAP = (1 << 32) - 50


@scenario("AX-FUT-6")
@pytest.mark.parametrize("ms", [0, 1, 2, 999, 3_600_000, 2_147_483_647])
def test_a_sleep_is_over_at_its_millisecond(dut: Dut, clock: StackClock, ms: int) -> None:
    sleep = dut.futures.sleep(ms)
    if ms:
        clock.advance(ms - 1)
        assert sleep.ended() is None
        clock.advance(1)

    assert sleep.outcome().ms == ms


@scenario("AX-FUT-6")
def test_at_one_tick_the_operation_counts_and_not_its_deadline(dut: Dut, clock: StackClock) -> None:
    sleeps = {within: dut.futures.sleep(100, within_ms=within) for within in (99, 100, 101)}

    clock.advance(200)

    results = {within: [(told.ms, told.result) for told in sleep.told()] for within, sleep in sleeps.items()}
    assert results == {99: [(99, "timeout")], 100: [(100, 0)], 101: [(100, 0)]}


@scenario("AX-FUT-6", "AX-TIME-13")
def test_equal_deadlines_are_over_in_the_order_in_which_they_were_armed(dut: Dut, clock: StackClock) -> None:
    first = dut.futures.sleep(300)
    clock.advance(100)
    second = dut.futures.sleep(200)
    third = dut.futures.sleep(200)

    clock.advance(200)

    said = [event for event in dut.events() if event.kind == "future"]
    assert [event.fields.number("future") for event in said] == [one.handle for one in (first, second, third)]
    assert {event.ms for event in said} == {300}


@scenario("AX-FUT-6", "AX-TIME-15")
@pytest.mark.parametrize("ms", [49, 50, 51, 1000])
def test_a_sleep_goes_over_the_wrap_of_the_clock(
    dut: Dut, clock: StackClock, restart: Callable[..., None], ms: int
) -> None:
    restart(held_at_ms=BEFORE_WRAP)
    sleep = dut.futures.sleep(ms)
    deadline = dut.futures.sleep(2 * ms, within_ms=ms)

    clock.advance(ms - 1)
    assert (sleep.ended(), deadline.ended()) == (None, None)
    clock.advance(1)

    at = (BEFORE_WRAP + ms) % (1 << 32)
    assert [(told.ms, told.result) for told in sleep.told() + deadline.told()] == [(at, 0), (at, "timeout")]


@scenario("AX-FUT-6", "AX-FUT-8")
def test_a_sleep_that_is_withdrawn_leaves_no_deadline(dut: Dut, clock: StackClock) -> None:
    before = dut.mem().levels["timers"]
    sleep = dut.futures.sleep(100, within_ms=50)
    assert dut.mem().levels["timers"] == before + 2

    sleep.withdraw()

    assert dut.mem().levels["timers"] == before
    fired = dut.tasks().deadlines
    clock.advance(200)
    assert dut.tasks().deadlines == fired


@scenario("AX-FUT-6", "AX-FUT-8")
def test_an_operation_that_is_done_leaves_no_deadline(dut: Dut, clock: StackClock) -> None:
    before = dut.mem().levels["timers"]
    sleep = dut.futures.sleep(50, within_ms=5000)

    clock.advance(50)

    assert (sleep.outcome().ms, dut.mem().levels["timers"]) == (50, before)
