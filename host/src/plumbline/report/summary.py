# SPDX-License-Identifier: GPL-2.0-or-later
"""A run as a person wants to see it at its end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from plumbline.events import Verdict
from plumbline.report.record import Record, counts
from plumbline.report.run import Run

_BAR = 24  # cells
_SLOWEST = 3
_TEXT = 100  # of what a scenario says
_NAMED = 20  # of one kind; the page has all
_WORTH_NAMING_S = 0.25
_MARKS = {
    Verdict.PASS: "█",
    Verdict.NON_STRICT: "▓",
    Verdict.DEVIATION: "▒",
    Verdict.UNSUPPORTED: "░",
    Verdict.FAIL: "✗",
    Verdict.UNEXPECTED: "✗",
    Verdict.ERROR: "!",
}
NAMES = {
    Verdict.PASS: "pass",
    Verdict.NON_STRICT: "non-strict",
    Verdict.DEVIATION: "deviation",
    Verdict.UNSUPPORTED: "unsupported",
    Verdict.FAIL: "FAIL",
    Verdict.UNEXPECTED: "UNEXPECTED",
    Verdict.ERROR: "ERROR",
}
BAD = (Verdict.FAIL, Verdict.UNEXPECTED, Verdict.ERROR)


def summary_lines(run: Run, evidence: str) -> Iterator[str]:
    records = list(run.records.values())
    yield from _families(records)
    yield from _ways(records)
    yield from _named("deviations, seen again", _once(map(_deviation, _of(records, Verdict.DEVIATION))))
    yield from _named("non-strict", _once(map(_line, _of(records, Verdict.NON_STRICT))))
    yield from _named("unsupported", _once(map(_line, _of(records, Verdict.UNSUPPORTED))))
    yield from _named(
        "wrong", [f"{NAMES[verdict]:<10} {_line(record)}" for verdict in BAD for record in _of(records, verdict)]
    )
    yield from _named("lost", run.lost_workers)
    yield from _named("slowest", _slowest(records))
    yield ""
    told = f"{tally(records)}, and not all were run" if run.interrupted else tally(records)
    yield f"  {counted(len(records), 'scenario')} on {run.bench} in {run.duration_s:.1f} s: {told}"
    yield f"  evidence: {evidence}"


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 scenario", "2 scenarios"; `many` where it does not end so."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def tally(records: Sequence[Record]) -> str:
    """ "212 pass, 3 non-strict, 2 FAIL"."""
    found = counts(records)
    ordered = [verdict for verdict in NAMES if verdict in found]
    return ", ".join(f"{found[verdict]} {NAMES[verdict]}" for verdict in ordered) or "none"


def _families(records: Sequence[Record]) -> Iterator[str]:
    yield ""
    families = sorted({record.family for record in records})
    width = max(map(len, families), default=0)
    for family in families:
        own = [record for record in records if record.family == family]
        yield f"  {family:<{width}}  {_bar(own)}  {len(own):>4}  {tally(own)}"


def _ways(records: Sequence[Record]) -> Iterator[str]:
    ways = list(dict.fromkeys(record.way for record in records))
    if len(ways) > 1:
        yield ""
        yield f"  through {', '.join(f'{way} {sum(record.way == way for record in records)}' for way in ways)}"


def _bar(records: Sequence[Record]) -> str:
    """Cells in proportion; what is not PASS keeps at least one."""
    found = counts(records)
    rest = {verdict: number for verdict, number in found.items() if verdict is not Verdict.PASS}
    cells = {verdict: max(1, number * _BAR // len(records)) for verdict, number in rest.items()}
    passed = max(0, _BAR - sum(cells.values())) if Verdict.PASS in found else 0
    bar = _MARKS[Verdict.PASS] * passed + "".join(
        _MARKS[verdict] * cells[verdict] for verdict in _MARKS if verdict in cells
    )
    return f"{bar:<{_BAR}}"


def _of(records: Sequence[Record], verdict: Verdict) -> list[Record]:
    return sorted((record for record in records if record.verdict is verdict), key=lambda record: record.id)


def _line(record: Record) -> str:
    return f"{record.id}  {first_line(record)}".rstrip()


def _deviation(record: Record) -> str:
    return f"{record.id}  {', '.join(record.requirements)}  {', '.join(record.deviations)}"


def _once(lines: Iterable[str]) -> list[str]:
    """What is the same in several ways, once, and in how many."""
    same: dict[str, list[str]] = {}
    for line in lines:
        id_, space, rest = line.partition("  ")
        same.setdefault(f"{id_.partition('@')[0]}{space}{rest}", []).append(line)
    return [own[0] if len(own) == 1 else f"{bare}  in {len(own)} ways" for bare, own in same.items()]


def first_line(record: Record) -> str:
    first = record.text.strip().partition("\n")[0]
    return first if len(first) <= _TEXT else f"{first[: _TEXT - 3]}..."


def _slowest(records: Sequence[Record]) -> list[str]:
    slow = sorted(records, key=lambda record: -record.duration_s)[:_SLOWEST]
    return [f"{record.duration_s:5.2f} s  {record.id}" for record in slow if record.duration_s >= _WORTH_NAMING_S]


def _named(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"  {title}"
        yield from (f"    {line}" for line in lines[:_NAMED])
        if len(lines) > _NAMED:
            yield f"    ... and {len(lines) - _NAMED} more"
