# SPDX-License-Identifier: GPL-2.0-or-later
"""What an image says of the rows it ran, and what each came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plumbline.errors import Died

NOTHING = "nothing"  # the row that counts counting itself


@dataclass(frozen=True)
class Row:
    """As firmware/bench says it: a step is one stretch of counted instructions."""

    name: str
    operations: int
    steps: int
    frames_in: int
    frames_out: int


@dataclass(frozen=True)
class Cost:
    """Of one operation."""

    instructions: float
    frames_in: float
    frames_out: float


Costs = Mapping[str, Cost]


def parse_rows(said: str) -> list[Row]:
    """Rows in the order in which they ran. A run that did not reach its end is none."""
    lines = said.splitlines()
    if not lines or lines[-1] != "done":
        raise Died(f"the bench did not reach its end: {said[-300:]!r}")
    return [_row(line.split()) for line in lines if line.startswith("row ")]


def _row(words: Sequence[str]) -> Row:
    _, name, *numbers = words
    operations, steps, frames_in, frames_out = map(int, numbers)
    return Row(name, operations, steps, frames_in, frames_out)


def costs(rows: Sequence[Row], instructions: Mapping[str, int]) -> Costs:
    """Operation by operation, less what counting costs. `instructions` are those of each whole row."""
    nothing = next(row for row in rows if row.name == NOTHING)
    step = instructions[NOTHING] / nothing.steps
    return {
        row.name: Cost(
            round((instructions[row.name] - step * row.steps) / row.operations, 3),
            round(row.frames_in / row.operations, 3),
            round(row.frames_out / row.operations, 3),
        )
        for row in rows
        if row.name != NOTHING
    }
