# SPDX-License-Identifier: GPL-2.0-or-later
"""All scenarios of two benches, and what of their differences a profile explains."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plumbline.differ.frames import Parting, parting
from plumbline.differ.side import Side
from plumbline.events import Verdict
from plumbline.report.record import Record

# What the advertised window changes in a frame, and the limit that explains it.
_WINDOW_FIELDS = frozenset({"TCP.window", "TCP.chksum"})
_WINDOW_LIMIT = "window_max"


class Outcome(Enum):
    IDENTICAL = "identical"
    EXPLAINED = "explained"  # they differ, and the profiles say why
    ONE_SIDED = "on one bench only"  # UNSUPPORTED on the other, or not run there
    DIFFERENT = "DIFFERENT"


@dataclass(frozen=True)
class Comparison:
    """One scenario on two benches."""

    id: str
    benches: tuple[str, str]
    outcome: Outcome
    why: str = ""
    text: str = ""  # the first differing frame, field by field


def compare_benches(one: Side, other: Side) -> list[Comparison]:
    """Every scenario that either bench ran, by id."""
    return [_compare(id_, one, other) for id_ in sorted(one.records.keys() | other.records.keys())]


def _compare(id_: str, one: Side, other: Side) -> Comparison:
    benches = (one.bench, other.bench)
    mine, its = one.records.get(id_), other.records.get(id_)
    if mine is None or its is None or Verdict.UNSUPPORTED in (mine.verdict, its.verdict):
        return Comparison(id_, benches, Outcome.ONE_SIDED)
    if mine.frames_sha256 == its.frames_sha256 and mine.verdict is its.verdict:
        return Comparison(id_, benches, Outcome.IDENTICAL)
    parted = parting(one.frames(id_), other.frames(id_), padded_to=max(one.padded_to, other.padded_to))
    why = _explained(one, other, mine, parted)
    if parted is None and mine.verdict is not its.verdict:
        parted_text = f"the same frames, but {_word(mine)} on {one.bench} and {_word(its)} on {other.bench}"
        return Comparison(id_, benches, Outcome.EXPLAINED if why else Outcome.DIFFERENT, why, parted_text)
    if parted is None:
        return Comparison(id_, benches, Outcome.EXPLAINED, f"padded to {max(one.padded_to, other.padded_to)} bytes")
    return Comparison(id_, benches, Outcome.EXPLAINED if why else Outcome.DIFFERENT, why, parted.text)


def _explained(one: Side, other: Side, record: Record, parted: Parting | None) -> str:
    """The limits that the scenario asked for and that are not the same; the window where nothing else differs."""
    names = one.limits.keys() | other.limits.keys()
    differing = {name for name in names if one.limits.get(name) != other.limits.get(name)}
    asked = sorted(differing & set(record.limits))
    if asked:
        return f"asks for {', '.join(asked)}"
    window_only = parted is not None and parted.fields and parted.fields <= _WINDOW_FIELDS
    return _WINDOW_LIMIT if window_only and _WINDOW_LIMIT in differing else ""


def _word(record: Record) -> str:
    return "no verdict" if record.verdict is None else record.verdict.value
