# SPDX-License-Identifier: GPL-2.0-or-later
"""What becomes of frames on a bad wire: lost, doubled, late, spoiled. Pure, and the same for the same seed."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

_ETHERNET = 14
_ETHERTYPE_AT, _IPV4 = slice(12, 14), b"\x08\x00"
_LATE_MAX = 4  # so many frames overtake a late one at most


@dataclass(frozen=True)
class Odds:
    """How likely each is for one frame, from 0 to 1. Each falls by itself: a late frame may be spoiled and doubled."""

    loss: float = 0.0
    duplication: float = 0.0
    reordering: float = 0.0
    corruption: float = 0.0

    @classmethod
    def shared(cls, odds: float) -> Odds:
        """So many frames meet with something: a quarter of them with each."""
        return cls(odds / 4, odds / 4, odds / 4, odds / 4)

    def __str__(self) -> str:
        return (
            f"{self.loss:.2%} lost, {self.duplication:.2%} doubled, {self.reordering:.2%} late, "
            f"{self.corruption:.2%} spoiled"
        )


class Passed(NamedTuple):
    """A frame that goes on, and what was done to it: "", "spoiled", "late", "doubled"."""

    frame: bytes
    fate: str


class Impairment:
    """One way of the bridge. Each fate is drawn from a stream of its own, one number a frame, so that other odds for
    one leave the others as they were.

    Only IPv4 is touched. ARP has no checksum, and Linux asks three times and no more: without it nothing is tested. One
    bit of a spoiled frame is flipped, behind its Ethernet header: a checksum of ones' complement sees that always."""

    def __init__(self, odds: Odds, seed: str) -> None:
        self.counts: Counter[str] = Counter()
        self._odds = odds
        self._loss, self._duplication, self._reordering, self._corruption, self._how = (
            random.Random(f"{seed} {stream}") for stream in ("loss", "duplication", "reordering", "corruption", "how")
        )
        self._held: list[tuple[int, Passed]] = []  # those that are late, and how many frames may still overtake them

    @property
    def holds(self) -> bool:
        """Whether a late frame waits for others to overtake it."""
        return bool(self._held)

    def take(self, frame: bytes) -> list[Passed]:
        """What goes on now, in order."""
        if frame[_ETHERTYPE_AT] != _IPV4:
            return [Passed(frame, ""), *self._overtaken()]
        self.counts["frames"] += 1
        odds = self._odds
        lost = self._loss.random() < odds.loss
        doubled = self._duplication.random() < odds.duplication
        late = self._reordering.random() < odds.reordering
        spoiled = self._corruption.random() < odds.corruption
        if lost:
            self.counts["lost"] += 1
            return self._overtaken()
        passed = Passed(self._flip(frame), "spoiled") if spoiled else Passed(frame, "")
        self.counts["spoiled"] += spoiled
        again = [Passed(frame, "doubled")] if doubled else []
        self.counts["doubled"] += doubled
        if not late:
            return [passed, *again, *self._overtaken()]
        self.counts["late"] += 1
        overtaken = self._overtaken()
        held = Passed(passed.frame, f"{passed.fate} late".strip())
        self._held.append((self._how.randint(1, _LATE_MAX), held))
        return [*again, *overtaken]

    def release(self) -> list[Passed]:
        """The late ones, when nothing more comes to overtake them."""
        held, self._held = self._held, []
        return [passed for _, passed in held]

    def _overtaken(self) -> list[Passed]:
        """One frame more has passed those that are late."""
        if not self._held:
            return []
        self._held = [(left - 1, passed) for left, passed in self._held]
        due = [passed for left, passed in self._held if left <= 0]
        self._held = [(left, passed) for left, passed in self._held if left > 0]
        return due

    def _flip(self, frame: bytes) -> bytes:
        end = _ETHERNET + int.from_bytes(frame[16:18], "big")  # the packet's own end: padding is nobody's
        bit = self._how.randrange(_ETHERNET * 8, max(min(end, len(frame)) * 8, _ETHERNET * 8 + 1))
        spoiled = bytearray(frame)
        spoiled[bit // 8] ^= 1 << bit % 8
        return bytes(spoiled)
