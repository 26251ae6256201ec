# SPDX-License-Identifier: GPL-2.0-or-later
"""When the device need not acknowledge yet: while its transmit ring is full and has refused something; and where it may
have lost what came."""

from __future__ import annotations

from plumbline.judge.fences import AT_START, since
from plumbline.wire.fence import FenceAnswer


class Excuses:
    """Faults that the bench asked for, as far as the counters of fences show that they had an effect."""

    def __init__(self) -> None:
        self._refusing: int | None = 0  # sends that are still to be refused; None: all
        self._room: int | None = None  # frames that the ring still takes, if that is bounded
        self._refused = False  # since the ring was full
        self._settled = AT_START
        self._last = AT_START

    def fault(self, words: list[str]) -> None:
        """`link fault KIND VALUE`."""
        match words:
            case ["tx-full", value]:
                self._refusing = None if value == "all" else 0 if value == "off" else int(value, 0)
            case ["tx-room", value]:
                self._room = None if value == "off" else int(value, 0)
            case _:
                return
        self._refused = self._refused and self._is_full

    def frame_left(self) -> None:
        """The sends that a counted fault refused are behind us."""
        if self._refusing is not None:
            self._refusing = 0
        if self._room is not None:
            self._room = max(0, self._room - 1)

    @property
    def _is_full(self) -> bool:
        return self._refusing != 0 or self._room == 0

    def answered(self, answer: FenceAnswer) -> None:
        """A fence was answered: what it tells of sends that were refused."""
        refused = since(self._last, answer, "refused")
        if self._refusing is not None:
            self._refusing = max(0, self._refusing - refused)
        self._refused = self._is_full and (self._refused or refused > 0)
        self._last = answer

    @property
    def cannot_answer(self) -> bool:
        """The ring refused something, and there was no room since."""
        return self._refused

    def has_lost(self, answer: FenceAnswer) -> bool:
        """Whether frames were dropped since the last settled moment."""
        before, self._settled = self._settled, answer
        return since(before, answer, "frames_dropped") != 0
