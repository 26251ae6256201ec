# SPDX-License-Identifier: GPL-2.0-or-later
"""What the doctor says: in plain words, with the command that mends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class Level(Enum):
    WELL = "ok"
    NOTE = "note"  # works without
    MISSING = "MISSING"


@dataclass(frozen=True)
class Mend:
    """A line for a shell."""

    command: str
    as_root: bool = True
    by_itself: bool = True  # `check --mend` may run it: it takes nothing from anybody


@dataclass(frozen=True)
class Finding:
    level: Level
    says: str
    mends: tuple[Mend, ...] = ()
    is_firmwares: bool = False  # what runs on the board may be why, and a run puts its own there

    def ahead_of_a_run(self) -> Finding:
        return replace(self, level=Level.NOTE) if self.is_firmwares else self


def well(says: str) -> Finding:
    return Finding(Level.WELL, says)


def note(says: str, *mends: Mend) -> Finding:
    return Finding(Level.NOTE, says, mends)


def missing(says: str, *mends: Mend) -> Finding:
    return Finding(Level.MISSING, says, mends)


def missing_or_firmwares(says: str, *mends: Mend) -> Finding:
    return Finding(Level.MISSING, says, mends, is_firmwares=True)


def by_hand(command: str, *, as_root: bool = True) -> Mend:
    """One that a person decides about."""
    return Mend(command, as_root, by_itself=False)
