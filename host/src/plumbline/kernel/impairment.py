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

FATES = ("lost", "doubled", "late", "spoiled")


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


class _Held(NamedTuple):
    """A late frame: its number, the number of the one behind which it goes on, and what goes on."""

    number: int
    behind: int
    passed: Passed


class Impairment:
    """One way of the bridge. `odds` may be set at any time. Each fate is drawn from a stream of its own, one number a
    frame, so that other odds for one leave the others as they were. `counts` is what really happened, of "frames": a
    frame that was held is late only when another has overtaken it.

    Only IPv4 is touched. ARP has no checksum, and Linux asks three times and no more: without it nothing is tested. One
    bit of a spoiled frame is flipped, behind its Ethernet header: a checksum of ones' complement sees that always."""

    def __init__(self, odds: Odds, seed: str) -> None:
        self.odds = odds
        self.counts: Counter[str] = Counter()
        self._loss, self._duplication, self._reordering, self._corruption, self._how = (
            random.Random(f"{seed} {stream}") for stream in ("loss", "duplication", "reordering", "corruption", "how")
        )
        self._number = 0  # of the frame that came last
        self._newest = 0  # of those that went on
        self._held: list[_Held] = []

    @property
    def holds(self) -> bool:
        """Whether a late frame waits for others to overtake it."""
        return bool(self._held)

    def take(self, frame: bytes) -> list[Passed]:
        """What goes on now, in order."""
        self._number += 1
        at_once = self._fated(frame) if frame[_ETHERTYPE_AT] == _IPV4 else [Passed(frame, "")]
        if at_once:
            self._newest = self._number
        due = [one for one in self._held if one.behind <= self._number]
        self._held = [one for one in self._held if one.behind > self._number]
        return [*at_once, *self._let_go(due)]

    def release(self) -> list[Passed]:
        """The late ones, when nothing more comes to overtake them."""
        held, self._held = self._held, []
        return self._let_go(held)

    def _fated(self, frame: bytes) -> list[Passed]:
        """Of this frame, what goes on at once."""
        self.counts["frames"] += 1
        odds = self.odds
        lost = self._loss.random() < odds.loss
        doubled = self._duplication.random() < odds.duplication
        late = self._reordering.random() < odds.reordering
        spoiled = self._corruption.random() < odds.corruption
        if lost:
            self.counts["lost"] += 1
            return []
        passed = Passed(self._flip(frame), "spoiled") if spoiled else Passed(frame, "")
        self.counts["spoiled"] += spoiled
        again = [Passed(frame, "doubled")] if doubled else []
        self.counts["doubled"] += doubled
        if not late:
            return [passed, *again]
        self._held.append(_Held(self._number, self._number + self._how.randint(1, _LATE_MAX), passed))
        return again

    def _let_go(self, held: list[_Held]) -> list[Passed]:
        went = []
        for number, _, passed in held:
            is_late = number < self._newest
            self._newest = max(self._newest, number)
            self.counts["late"] += is_late
            went.append(Passed(passed.frame, f"{passed.fate} late".strip()) if is_late else passed)
        return went

    def _flip(self, frame: bytes) -> bytes:
        end = _ETHERNET + int.from_bytes(frame[16:18], "big")  # the packet's own end: padding is nobody's
        bit = self._how.randrange(_ETHERNET * 8, max(min(end, len(frame)) * 8, _ETHERNET * 8 + 1))
        spoiled = bytearray(frame)
        spoiled[bit // 8] ^= 1 << bit % 8
        return bytes(spoiled)
