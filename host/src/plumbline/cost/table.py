# SPDX-License-Identifier: GPL-2.0-or-later
"""The numbers as a page of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from plumbline.cost.goals import Outcome
from plumbline.cost.images import AX, CORTEX_M7, OF_THE_PROXY, OURS, PROXY, RAW, STYLES, SUMS, Variant
from plumbline.cost.measure import Measurement
from plumbline.cost.rows import Cost, Costs

_SUMS = {"lwip": "lwIP's checksum", "ours": "our checksum", "offload": "offload"}
_ROW, _COLUMN, _STYLE = 18, 26, 12


def table(measurement: Measurement) -> str:
    lines: list[str] = []
    for machine, ways in SUMS.items():
        pairs = [(sums, _both(measurement.costs, machine, sums)) for sums in ways]
        lines += _machine(machine, [(sums, pair) for sums, pair in pairs if pair])
    lines += _styles(measurement.costs)
    return "\n".join([*lines, *_memory(measurement.sizes)])


def _both(costs: Mapping[Variant, Costs], machine: str, sums: str) -> tuple[Costs, Costs] | None:
    raw, ax = costs.get(Variant(machine, RAW, sums)), costs.get(Variant(machine, AX, sums))
    return (raw, ax) if raw and ax else None


def _machine(machine: str, pairs: Sequence[tuple[str, tuple[Costs, Costs]]]) -> Iterator[str]:
    if not pairs:
        return
    yield f"{machine}: instructions of one operation, raw lwIP -> ax (ratio)"
    yield " " * _ROW + "".join(f"{_SUMS[sums]:>{_COLUMN}}" for sums, _ in pairs)
    for row in pairs[0][1][0]:
        cells = "".join(f"{_cell(raw[row], ax[row]):>{_COLUMN}}" for _, (raw, ax) in pairs)
        yield f"{row:{_ROW}}{cells}{_frames(pairs[0][1][0][row], pairs[0][1][1][row])}"
    yield ""


def _styles(costs: Mapping[Variant, Costs]) -> Iterator[str]:
    """An echo of the sockets themselves, of each style over them, and of the proxy."""
    core = costs.get(Variant(CORTEX_M7, AX, OURS))
    found = {style: costs.get(Variant(CORTEX_M7, f"{AX}-{style}", OURS)) for style in (*STYLES, PROXY)}
    if core is None or None in found.values():
        return
    yield f"{CORTEX_M7}, {_SUMS[OURS]}: the sockets themselves, each style over them, and the proxy"
    yield " " * _ROW + "".join(f"{name:>{_STYLE}}" for name in ("core", *found))
    for row in OF_THE_PROXY:
        cells = [core[row], *(own.get(row) for own in found.values() if own is not None)]
        yield f"{row:{_ROW}}" + "".join(f"{_count(cell):>{_STYLE}}" for cell in cells)
    yield ""


def _count(cost: Cost | None) -> str:
    return f"{cost.instructions:,.0f}" if cost else "-"


def _cell(raw: Cost, ax: Cost) -> str:
    return f"{raw.instructions:,.0f} -> {ax.instructions:,.0f} ({ax.instructions / raw.instructions:.2f})"


def _frames(raw: Cost, ax: Cost) -> str:
    """Said only where the stacks do not send as many frames."""
    return "" if raw.frames_out == ax.frames_out else f"   frames sent {raw.frames_out:g} -> {ax.frames_out:g}"


def _memory(numbers: Mapping[str, float]) -> Iterator[str]:
    """A line for all numbers whose keys differ in the last part alone."""
    groups: dict[str, list[str]] = {}
    for key, value in numbers.items():
        group, _, name = key.rpartition(".")
        groups.setdefault(group, []).append(f"{name} {value:,.0f}")
    if groups:
        yield "memory in bytes; a connection has 4 KiB each way, a segment's bytes stay in its ring"
    for group, words in groups.items():
        yield f"{group:{_ROW + 6}}{', '.join(words)}"


def goal_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    met = sum(outcome.is_met for outcome in outcomes)
    yield f"goals: {met} of {len(outcomes)} met"
    for outcome in outcomes:
        word = "met   " if outcome.is_met else "missed"
        over = "" if outcome.is_met else f", {outcome.measured - outcome.limit:,.0f} too many"
        yield f"{word} {outcome.goal.key}: {outcome.measured:,.0f} of {outcome.limit:,.0f}{over} ({outcome.goal.why})"
