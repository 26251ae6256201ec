# SPDX-License-Identifier: GPL-2.0-or-later
"""Time as it passes for everybody: the device's own clock and alarm, its sleep. A held clock needs neither."""

from __future__ import annotations

import select
import time
from typing import Protocol

from plumbline.scenario import Dut, StackClock, Wire, scenario

NOBODY = "10.0.0.77"
QUESTIONS = 3  # for an address that nobody has
NOBODY_IP = 0x0A00004D
SILENCE_S = 2.0  # the counter of 24 bits that a board has wraps within 1.4 s
LATE = 2.0  # times as long as it should take: this machine is shared
LOOK_MS = 2  # two clocks that are read in whole milliseconds
DRIFT = 0.01
ASLEEP_S = 0.1  # of the processor's time, all told, in that silence


class Activity(Protocol):
    @property
    def cpu_s(self) -> float: ...


class Device(Protocol):
    def activity(self) -> Activity: ...


class Lines(Protocol):
    def fileno(self) -> int: ...

    def take_in(self) -> int: ...


class Bench(Protocol):
    @property
    def device(self) -> Device: ...

    @property
    def lines(self) -> Lines: ...


def listen(lines: Lines, for_s: float, *, frames: int) -> float:
    """Asks the device nothing, until so many frames came of it or that long has passed. How long it took."""
    began = time.monotonic()
    left = frames - lines.take_in()
    while left > 0 and (left_s := began + for_s - time.monotonic()) > 0:
        select.select([lines.fileno()], [], [], left_s)
        left -= lines.take_in()
    return time.monotonic() - began


@scenario("AX-TIME-11", real_time=True)
def test_a_timer_of_its_own_wakes_it(bench: Bench, dut: Dut, wire: Wire) -> None:
    every_s = dut.profile["arp_every_ms"] / 1000
    udp = dut.udp()
    udp.bind(7)

    udp.send(NOBODY, 9, b"to nobody")
    took_s = listen(bench.lines, QUESTIONS * every_s * LATE, frames=QUESTIONS)

    assert [frame.arp.target_ip if frame.arp else None for frame in wire.frames()] == [NOBODY_IP] * QUESTIONS
    due_s = (QUESTIONS - 1) * every_s
    assert 0.75 * due_s < took_s < LATE * due_s


def is_silent(lines: Lines) -> bool:
    return listen(lines, SILENCE_S, frames=1) >= SILENCE_S


def look(clock: StackClock) -> tuple[int, float, float]:
    """The device's time, and between which moments of ours it was so late there."""
    before_s = time.monotonic()
    return clock.now, before_s, time.monotonic()


@scenario("AX-TIME-11", real_time=True)
def test_its_clock_goes_as_ours_does_through_a_silence(bench: Bench, clock: StackClock) -> None:
    began, began_after_s, began_before_s = look(clock)

    silent = is_silent(bench.lines)
    ended, ended_after_s, ended_before_s = look(clock)

    least_ms = (ended_after_s - began_before_s) * 1000 * (1 - DRIFT) - LOOK_MS
    most_ms = (ended_before_s - began_after_s) * 1000 * (1 + DRIFT) + LOOK_MS
    assert silent
    assert least_ms <= ended - began <= most_ms


@scenario("AX-TIME-5", real_time=True)
def test_with_nothing_to_do_it_takes_no_processor(bench: Bench, dut: Dut) -> None:
    dut.accept_on(7)
    before_s = bench.device.activity().cpu_s

    silent = is_silent(bench.lines)

    assert silent
    assert bench.device.activity().cpu_s - before_s < ASLEEP_S
