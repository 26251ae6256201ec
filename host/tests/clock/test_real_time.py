# SPDX-License-Identifier: GPL-2.0-or-later
"""Our own time: waiting ends with what came or with the time, and two clocks are compared however slow the answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from host.tests.clock.test_clock import Stack
from plumbline.clock import Reading, RealTime, StackClock

LONG_S = 60.0
SHORT_S = 0.05


class Wire:
    """A wire whose frames are bytes on a socket."""

    def __init__(self) -> None:
        self.ours, self.its = socket.socketpair()
        self.ours.setblocking(False)

    def fileno(self) -> int:
        return self.ours.fileno()

    def take_in(self) -> int:
        try:
            return len(self.ours.recv(64))
        except BlockingIOError:
            return 0


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    with wire.ours, wire.its:
        yield wire


def real_time(wire: Wire) -> RealTime:
    return RealTime(wire, StackClock(Stack([])), lambda: 0.0)


def test_listening_ends_when_all_frames_came(wire: Wire) -> None:
    wire.its.send(b"123")

    assert real_time(wire).listen(frames=3, within_s=LONG_S) < LONG_S


def test_listening_ends_when_too_few_came_in_time(wire: Wire) -> None:
    wire.its.send(b"12")

    assert real_time(wire).listen(frames=3, within_s=SHORT_S) >= SHORT_S


def test_silence_lasts_to_the_end_and_a_frame_breaks_it(wire: Wire) -> None:
    ours = real_time(wire)
    assert ours.is_silent(SHORT_S)

    wire.its.send(b"1")
    assert not ours.is_silent(LONG_S)


def test_readings_bound_what_the_device_says_across_its_wrap() -> None:
    began, ended = Reading(0xFFFFFFF0, asked_s=1.0, told_s=1.5), Reading(484, asked_s=2.0, told_s=2.25)

    assert began.until(ended) == (500.0, 500, 1250.0)


def test_a_reading_is_taken_between_its_two_moments(wire: Wire) -> None:
    reading = real_time(wire).read()

    assert reading.ms == 0
    assert reading.asked_s <= reading.told_s
