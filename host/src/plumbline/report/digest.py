# SPDX-License-Identifier: GPL-2.0-or-later
"""The runs of a report folder on one page of Markdown, as CI servers show it beside a run. Pure.

What a scenario says is the device's text as well: it is shown, and never read as Markdown.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plumbline.events import Verdict
from plumbline.report.record import Record, counts
from plumbline.report.run import Run
from plumbline.report.summary import BAD, NAMES, counted, first_line

_NAMED = 25  # wrong scenarios of a bench; its report has all
_DIFFER = 25
_STATUS = {0: "all passed", 1: "FAILED", 2: "ERROR"}
_OF_A_BOARD = ("board", "probe", "unique", "mac", "build", "version", "lwip", "profile")


@dataclass(frozen=True)
class Difference:
    """Two benches that did not send the same, and nobody knows why."""

    id: str
    benches: tuple[str, ...]
    text: str


def digest(runs: Sequence[Run], differences: Sequence[Difference], evidence: str) -> Iterator[str]:
    """`evidence`: where a person finds the rest, in Markdown; empty when nothing was kept."""
    yield f"# Plumbline: {_headline(runs, differences)}"
    yield from _verdicts(runs)
    yield from _unfinished(runs)
    for run in runs:
        yield from _wrong(run)
    yield from _differing(differences)
    yield from _boards(runs)
    yield from _deviations(runs)
    if evidence:
        yield from ("", f"Captures, transcripts and the whole report: {evidence}")


def _headline(runs: Sequence[Run], differences: Sequence[Difference]) -> str:
    if not runs:
        return "nothing was run"
    return _STATUS[max(*(run.exit_status for run in runs), int(bool(differences)))]


def _verdicts(runs: Sequence[Run]) -> Iterator[str]:
    """A column for each verdict that occurs; those that are wrong stand out."""
    found = [counts(run.records.values()) for run in runs]
    columns = [verdict for verdict in NAMES if any(verdict in each for each in found)]
    if not runs:
        return
    rows = [
        [
            _code(run.bench),
            *(_number(each.get(verdict, 0), verdict) for verdict in columns),
            f"{run.duration_s:.0f} s",
        ]
        for run, each in zip(runs, found, strict=True)
    ]
    yield from _table(["bench", *(NAMES[verdict] for verdict in columns), "took"], rows, numbers_from=1)


def _number(number: int, verdict: Verdict) -> str:
    return f"**{number}**" if number and verdict in BAD else str(number or "")


def _unfinished(runs: Sequence[Run]) -> Iterator[str]:
    for run in runs:
        if run.interrupted:
            yield from ("", f"**{_code(run.bench)} did not come to its end: scenarios are missing.**")
        for lost in run.lost_workers:
            yield from ("", f"A worker was lost on {_code(run.bench)}: {_code(_line(lost))}")


def _wrong(run: Run) -> Iterator[str]:
    wrong = sorted((each for each in run.records.values() if each.verdict in BAD), key=_by_weight)
    if not wrong:
        return
    yield from ("", f"## Wrong on {_code(run.bench)}: {counted(len(wrong), 'scenario')}", "")
    for record in wrong[:_NAMED]:
        assert record.verdict is not None
        kept = f"<br>evidence: {_code(record.evidence)}" if record.evidence else ""
        yield f"- **{NAMES[record.verdict]}** {_code(record.id)}<br>{_code(first_line(record))}{kept}"
    if len(wrong) > _NAMED:
        yield f"- and {len(wrong) - _NAMED} more"


def _by_weight(record: Record) -> tuple[int, str]:
    assert record.verdict is not None
    return (BAD.index(record.verdict), record.id)


def _differing(differences: Sequence[Difference]) -> Iterator[str]:
    if not differences:
        return
    yield from ("", f"## {counted(len(differences), 'unexplained difference')} between benches", "")
    for each in differences[:_DIFFER]:
        yield f"- {_code(each.id)} on {' and '.join(map(_code, each.benches))}<br>{_code(_line(each.text))}"
    if len(differences) > _DIFFER:
        yield f"- and {len(differences) - _DIFFER} more"


def _boards(runs: Sequence[Run]) -> Iterator[str]:
    """Which device it was, as it said itself and as it stood: one bench may have had several."""
    seen = [(run.bench, device) for run in runs for device in run.devices]
    keys = [key for key in _OF_A_BOARD if any(key in device for _, device in seen)]
    if not keys:
        return
    rows = [[_code(bench), *(_code(device[key]) if key in device else "" for key in keys)] for bench, device in seen]
    yield from ("", "## Devices")
    yield from _table(["bench", *keys], rows)
    noted = [(run.bench, note) for run in runs for note in run.notes]
    if noted:
        yield from ("", "<details><summary>What was done to reach them</summary>", "")
        yield from (f"- {_code(bench)} {_code(_line(note))}" for bench, note in noted)
        yield from ("", "</details>")


def _deviations(runs: Sequence[Run]) -> Iterator[str]:
    """The ledger's entries that were seen again, with how many scenarios show each."""
    seen: Mapping[str, Counter[str]] = {run.bench: Counter(_deviating(run)) for run in runs}
    entries = sorted({entry for each in seen.values() for entry in each})
    if not entries:
        return
    rows = [[_code(entry), *(str(each[entry] or "") for each in seen.values())] for entry in entries]
    title = f"{counted(len(entries), 'known deviation')}, seen again"
    yield from ("", f"<details><summary>{title}</summary>")
    yield from _table(["deviation", *map(_code, seen)], rows, numbers_from=1)
    yield from ("", "</details>")


def _deviating(run: Run) -> Iterator[str]:
    for record in run.records.values():
        if record.verdict is Verdict.DEVIATION:
            yield from record.deviations


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int | None = None) -> Iterator[str]:
    right = len(heads) if numbers_from is None else numbers_from
    yield from ("", _row(heads), _row(["---"] * right + ["---:"] * (len(heads) - right)))
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _code(text: str) -> str:
    """Nothing in it means anything to Markdown: neither a bar that would end a cell, nor a tick."""
    plain = html.escape(text, quote=False)
    for mark in "|`*_~[]\\":
        plain = plain.replace(mark, f"&#{ord(mark)};")
    return f"<code>{plain}</code>" if plain else ""
