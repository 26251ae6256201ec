# SPDX-License-Identifier: GPL-2.0-or-later
"""What the numbers should be (fixtures/cost/goals.toml), and whether they are."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from plumbline.cost.ledger import Numbers
from plumbline.errors import BenchError


@dataclass(frozen=True)
class Goal:
    """`of`, where given, is the number that `at_most` is a multiple of."""

    key: str
    at_most: float
    why: str
    of: str | None = None

    def limit(self, numbers: Numbers) -> float:
        return self.at_most if self.of is None else self.at_most * numbers[self.of]


@dataclass(frozen=True)
class Outcome:
    goal: Goal
    measured: float
    limit: float

    @property
    def is_met(self) -> bool:
        return self.measured <= self.limit


def read_goals(path: Path) -> list[Goal]:
    try:
        entries = tomllib.loads(path.read_text())["goal"]
        return [Goal(**entry) for entry in entries]
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise BenchError(f"{path}: {error}") from error


def outcomes(goals: list[Goal], numbers: Numbers) -> list[Outcome]:
    """Of every goal whose numbers there are."""
    return [
        Outcome(goal, numbers[goal.key], goal.limit(numbers))
        for goal in goals
        if goal.key in numbers and (goal.of is None or goal.of in numbers)
    ]
