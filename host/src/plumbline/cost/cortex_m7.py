# SPDX-License-Identifier: GPL-2.0-or-later
"""The bench on a Cortex-M7: QEMU's mps2-an500 and the trace plugin, exact to the instruction."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plumbline.cost.rows import NOTHING, Costs, Row, costs, parse_rows
from plumbline.errors import HarnessError
from plumbline.trace.counts import Ended
from plumbline.trace.emulator import run_traced
from plumbline.trace.spec import Span, Trace
from plumbline.trace.symbols import Symbols, read_symbols

_MACHINE = "mps2-an500"


def count(image: Path, plugin: Path, rows: Sequence[str] = ()) -> Costs:
    """Those rows, or all of them."""
    asked = [" ".join([NOTHING, *rows])] if rows else []
    run = run_traced(image, _MACHINE, _trace(read_symbols(image)), plugin, *asked)
    ran = parse_rows(run.said)
    return costs(ran, split(ran, run.ended))


def profile(image: Path, plugin: Path, row: str) -> dict[str, float]:
    """Instructions of one operation by function, each function's own, the most first."""
    symbols = read_symbols(image)
    run = run_traced(image, _MACHINE, _trace(symbols, ran=symbols.code()), plugin, f"{NOTHING} {row}")
    found = next((one for one in parse_rows(run.said) if one.name == row), None)
    if found is None:
        raise HarnessError(f"the bench has no row {row}")
    return {name: count / found.operations for name, count in symbols.by_function(run.ran).items()}


def split(rows: Sequence[Row], ended: Sequence[Ended]) -> dict[str, int]:
    """The instructions of each row: its steps are the last ones before its end."""
    waiting, found = iter(rows), {}
    steps: list[int] = []
    for span in ended:
        if span.name == "step":
            steps.append(span.instructions)
            continue
        row = next(waiting)
        found[row.name] = sum(steps[len(steps) - row.steps :])
        steps = []
    return found


def _trace(symbols: Symbols, ran: range | None = None) -> Trace:
    return Trace(
        spans=(
            Span("step", symbols.at("count_begin"), symbols.at("count_end")),
            Span("row", symbols.at("count_row_begin"), symbols.at("count_row_end")),
        ),
        skip=(range(symbols.at("uncounted_from"), symbols.at("uncounted_to")),),
        ran=ran,
        within=("row", "step") if ran is not None else (),
    )
