# SPDX-License-Identifier: GPL-2.0-or-later
"""The stack clock of the device, moved by the scenario. Peers answer ARP on the way, in stack time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from plumbline.errors import HarnessError, Unexpected
from plumbline.shell.protocol import Reply
from plumbline.shell.views import ClockView, clock_view

FRAMES_MAX = 20_000  # of one advance: more is a device that has run away


class Stepper(Protocol):
    """What the clock needs of the bench."""

    def command(self, command: str, *, changes: bool = True) -> Reply: ...

    def settle(self) -> None: ...

    def advance_to_frame(self, at_most_ms: int) -> ClockView:
        """Moves it to the first deadline that sends a frame, or so far; then lets the peers answer."""

    @property
    def frame_count(self) -> int:
        """Frames so far."""

    def ladder(self) -> str: ...


class StackClock:
    def __init__(self, stepper: Stepper) -> None:
        self._stepper = stepper

    @property
    def now(self) -> int:
        """Milliseconds; wraps at 2^32."""
        return self.view().now

    def view(self) -> ClockView:
        return clock_view(self._stepper.command("clock", changes=False).fields)

    def advance(self, ms: int) -> None:
        """Moves time on by exactly `ms`. It stops only where the device sends, so that it can be answered then."""
        if ms < 0:
            raise HarnessError(f"time does not go back: {ms} ms")
        began = self._stepper.frame_count
        left, view = ms, None
        # A deadline that sent may have others due at the same moment behind it, even at the end of the way.
        while view is None or (view.sent and (left or view.next == 0)):
            view = self._stepper.advance_to_frame(left)
            left -= view.moved
            self._check_runaway(began, ms)

    def advance_to_frame(self, *, at_most_ms: int) -> bool:
        """Moves time on to the deadline that sends a frame. False when none did: time then moved by `at_most_ms`."""
        return self._stepper.advance_to_frame(at_most_ms).sent

    def frames_within(self, ms: int) -> Iterator[int]:
        """Moves time on by `ms` and stops at each deadline that sends a frame, for the scenario to look and to answer.
        Gives the time there."""
        began, left = self._stepper.frame_count, ms
        while (view := self._stepper.advance_to_frame(left)).sent:
            left -= view.moved
            self._check_runaway(began, ms)
            yield view.now

    def step(self) -> ClockView:
        """To the next deadline."""
        view = clock_view(self._stepper.command("clock step").fields)
        self._stepper.settle()
        return view

    def _check_runaway(self, began: int, ms: int) -> None:
        if self._stepper.frame_count - began > FRAMES_MAX:
            raise Unexpected(f"more than {FRAMES_MAX} frames within {ms} ms\n{self._stepper.ladder()}")
