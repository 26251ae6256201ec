# SPDX-License-Identifier: GPL-2.0-or-later
"""Two runs of one scenario, frame beside frame. Pure."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import zip_longest

from plumbline.differ.side import Captured
from plumbline.events import Way
from plumbline.match.compare import Row, compare
from plumbline.match.diff import table
from plumbline.match.dissect import dissect
from plumbline.wire.decode import decode
from plumbline.wire.fragments import is_fragment


@dataclass(frozen=True)
class Parting:
    """Where two runs part."""

    index: int  # of the traffic under test, from 1
    fields: frozenset[str]  # what differs in that frame; empty where one side has no such frame
    text: str


def parting(
    one: Sequence[Captured], other: Sequence[Captured], *, padded_to: int = 0, but: Set[str] = frozenset()
) -> Parting | None:
    """The first frame that differs; None when there is none. Short frames of either device are compared as if padded
    to so many bytes; frames that differ in the fields `but` alone are passed over."""
    pairs = zip_longest(one, other)
    for index, (mine, its) in enumerate(pairs, start=1):
        if mine is None or its is None:
            return Parting(index, frozenset(), _missing(index, mine, its))
        if _key(mine, padded_to) != _key(its, padded_to):
            parted = _between(index, mine, its)
            if not parted.fields <= but:
                return parted
    return None


def _key(frame: Captured, padded_to: int) -> tuple[Way, int, bytes]:
    pad = padded_to if frame.way is Way.FROM_DUT else 0
    return frame.way, frame.ms, frame.data.ljust(pad, b"\0")


def _between(index: int, mine: Captured, its: Captured) -> Parting:
    rows = _rows(mine, its)
    differing = [row for row in rows if row.differs]
    head = f"frame {index} of the traffic ({mine.comment or 'no comment'}):"
    return Parting(index, frozenset(row.field for row in differing), f"{head}\n{table(rows)}")


def _rows(mine: Captured, its: Captured) -> list[Row]:
    rows = [_row("way", mine.way.value, its.way.value), _row("stack time", f"{mine.ms} ms", f"{its.ms} ms")]
    frame = decode(mine.data)
    rows += compare(dissect(frame), dissect(decode(its.data)))
    if frame.ip is not None and is_fragment(frame.ip):
        rows = [replace(row, field="fragment") if row.field == "payload" else row for row in rows]
    if not any(row.differs for row in rows):
        rows.append(_row("bytes", mine.data.hex(), its.data.hex()))
    return rows


def _row(field: str, mine: str, its: str) -> Row:
    return Row(field, mine, its, mine != its)


def _missing(index: int, mine: Captured | None, its: Captured | None) -> str:
    frame, side = (mine, "first") if mine is not None else (its, "second")
    if frame is None:
        return ""
    return f"frame {index} is on the {side} bench only, at {frame.ms} ms: {dissect(decode(frame.data)).summary()}"
