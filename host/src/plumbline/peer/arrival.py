# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames that came for somebody and were not looked at yet."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from plumbline.errors import Unexpected
from plumbline.match.compare import matches, same_layer
from plumbline.match.diff import describe, side_by_side
from plumbline.match.dissect import dissect
from plumbline.match.layers import Packet
from plumbline.peer.medium import Medium
from plumbline.wire.decode import Frame
from plumbline.wire.summary import summary


@dataclass(frozen=True)
class Arrival:
    """A frame of the device, with its number on the bench and the stack clock when it came."""

    number: int
    ms: int
    frame: Frame


class Inbox:
    """What came for `owner`, oldest first. Every look is at all there will ever be: the bench is settled before."""

    def __init__(self, owner: str, medium: Medium) -> None:
        self._owner = owner
        self._medium = medium
        self.arrivals: deque[Arrival] = deque()

    def take(self) -> list[Arrival]:
        """All of them."""
        self._medium.settle()
        taken = list(self.arrivals)
        self.arrivals.clear()
        return taken

    def expect(self, expected: Packet, *, any_order: bool) -> tuple[Arrival, Packet]:
        """Takes the next arrival, or with `any_order` the first that matches, and gives it with its dissection from
        the layer on that `expected` begins with."""
        self._medium.settle()
        if not self.arrivals:
            raise self._unexpected(f"{self._owner} expected {describe(expected)}; nothing came")
        for arrival in list(self.arrivals):
            came = dissect(arrival.frame)
            if matches(expected, came):
                self.arrivals.remove(arrival)
                return arrival, same_layer(expected, came) or came
            if not any_order:
                break
        raise self._mismatch(expected)

    def expect_nothing(self) -> None:
        self._medium.settle()
        if self.arrivals:
            raise self._unexpected(f"{self._owner} expected nothing; there came\n{self._listed()}")

    def _mismatch(self, expected: Packet) -> Unexpected:
        first = self.arrivals[0]
        others = "" if len(self.arrivals) == 1 else f"\nall that came:\n{self._listed()}"
        return self._unexpected(
            f"{self._owner} expected {describe(expected)}; frame {first.number} at {first.ms} ms is another\n"
            f"{side_by_side(expected, dissect(first.frame))}{others}"
        )

    def _listed(self) -> str:
        return "\n".join(f"{one.number:>5} {one.ms:>8} ms  {summary(one.frame)}" for one in self.arrivals)

    def _unexpected(self, text: str) -> Unexpected:
        return Unexpected(f"{text}\n\n{self._medium.ladder()}")
