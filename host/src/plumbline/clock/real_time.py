# SPDX-License-Identifier: GPL-2.0-or-later
"""Our own time beside the device's: what it does by itself while nobody asks it anything."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from plumbline.clock.clock import StackClock


class Wire(Protocol):
    """What it needs of the bench."""

    def fileno(self) -> int:
        """Readable when a frame of the device is there."""

    def take_in(self) -> int:
        """Hands on the frames that are there, without waiting. How many."""


@dataclass(frozen=True)
class Reading:
    """The device's clock, and between which moments of ours it stood there."""

    ms: int
    asked_s: float
    told_s: float

    def until(self, later: Reading) -> tuple[float, int, float]:
        """How long it took: at least by our clock, by the device's, at most by ours, in ms. However slow the answers
        were, a clock that is right lies between."""
        least_s, most_s = later.asked_s - self.told_s, later.told_s - self.asked_s
        return least_s * 1000, (later.ms - self.ms) % (1 << 32), most_s * 1000


class RealTime:
    """For scenarios in real time. `processor_s` tells how much of the processor's time the device has taken."""

    def __init__(self, wire: Wire, clock: StackClock, processor_s: Callable[[], float]) -> None:
        self._wire = wire
        self._clock = clock
        self.processor_s = processor_s

    def listen(self, *, frames: int, within_s: float) -> float:
        """Asks the device nothing until so many frames came, or that long has passed. How many seconds it was."""
        began = time.monotonic()
        left = frames - self._wire.take_in()
        while left > 0 and (left_s := began + within_s - time.monotonic()) > 0:
            select.select([self._wire.fileno()], [], [], left_s)
            left -= self._wire.take_in()
        return time.monotonic() - began

    def is_silent(self, for_s: float) -> bool:
        """Asks the device nothing for that long. Whether it said nothing, either."""
        return self.listen(frames=1, within_s=for_s) >= for_s

    def read(self) -> Reading:
        asked_s = time.monotonic()
        return Reading(self._clock.now, asked_s, time.monotonic())
