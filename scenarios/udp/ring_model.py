# SPDX-License-Identifier: GPL-2.0-or-later
"""A ring of datagrams as the contract has it, that looks for each datagram's place anew."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from plumbline.scenario import Pattern


@dataclass
class RingModel:
    """So many bytes and slots. A datagram lies behind the newest if it fits there, else at the front, in one piece."""

    size: int
    slots: int
    queued: deque[tuple[int, Pattern]] = field(default_factory=deque)

    def place(self, length: int) -> int | None:
        """Where it goes; None: nowhere now."""
        spans = [(at, at + pattern.length) for at, pattern in self.queued if pattern.length]
        if len(self.queued) == self.slots:
            return None
        for at in (spans[-1][1], 0) if spans else (0,):
            if at + length <= self.size and all(at + length <= first or last <= at for first, last in spans):
                return at
        return None

    def put(self, pattern: Pattern) -> str:
        """The name of the error when it was not taken, else ""."""
        at = self.place(pattern.length)
        if at is None:
            return "too-large" if pattern.length > self.size else "would-block"
        self.queued.append((at, pattern))
        return ""

    def take(self) -> Pattern:
        """The oldest leaves."""
        return self.queued.popleft()[1]

    def drop_counter(self) -> str:
        """What counts a datagram received that finds no place."""
        return "rx_dropped_slots" if len(self.queued) == self.slots else "rx_dropped_payload"

    @property
    def payload(self) -> int:
        return sum(pattern.length for _, pattern in self.queued)
