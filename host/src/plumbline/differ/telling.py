# SPDX-License-Identifier: GPL-2.0-or-later
"""Comparisons, for the terminal and for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from plumbline.differ.comparison import Comparison, Outcome

VERSION = 1
_SHOWN = 5  # differences in full; the file has all


def lines(comparisons: Sequence[Comparison]) -> Iterator[str]:
    """A line for each pair of benches, then the differences that no profile explains."""
    for pair in dict.fromkeys(comparison.benches for comparison in comparisons):
        own = [comparison for comparison in comparisons if comparison.benches == pair]
        yield f"  {pair[0]} and {pair[1]}: {_tally(own)}"
    different = [comparison for comparison in comparisons if comparison.outcome is Outcome.DIFFERENT]
    for comparison in different[:_SHOWN]:
        yield ""
        yield f"  {comparison.id}: {' and '.join(comparison.benches)} differ, and no profile says why"
        yield from (f"    {line}" for line in comparison.text.splitlines())
    if len(different) > _SHOWN:
        yield f"  ... and {len(different) - _SHOWN} more"


def to_json(comparisons: Sequence[Comparison]) -> dict[str, object]:
    return {
        "version": VERSION,
        "scenarios": [
            {
                "id": comparison.id,
                "benches": list(comparison.benches),
                "outcome": comparison.outcome.name.lower(),
                "why": comparison.why,
                "text": comparison.text,
            }
            for comparison in comparisons
        ],
    }


def _tally(comparisons: Sequence[Comparison]) -> str:
    counts = Counter(comparison.outcome for comparison in comparisons)
    return ", ".join(f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome])
