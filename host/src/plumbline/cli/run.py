# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb run`: pytest on each bench in turn, each in a process of its own."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from plumbline import differ
from plumbline.board import bench_names, check_image, load_bench
from plumbline.cli.apart import exit_status, pytest_command, status_of
from plumbline.cli.from_rig import check_words
from plumbline.cli.line_coverage import counted
from plumbline.errors import BenchError
from plumbline.plugin import report_lock
from plumbline.report.files import write_whole
from plumbline.scenario.checkout import Checkout

_OPTION = "--report-dir"
_DIFFERENTIAL = "differential.json"
_UNKNOWN = 2  # exit status: an ERROR, or not all was run, and a report may be an older one


def run(options: argparse.Namespace, rest: Sequence[str], checkout: Checkout) -> int:
    benches = _benches(options.bench, checkout)
    reports = _reports(rest, checkout)
    specs = [load_bench(bench, checkout.root) for bench in benches]
    check_words(rest, specs)
    for spec in specs:
        check_image(spec.board)
    with ExitStack() as locks:  # all of them to the end: what is compared was written by this run
        (reports / _DIFFERENTIAL).unlink(missing_ok=True)  # of other runs than these
        held = {bench: report_lock.lock(reports / bench) for bench in benches}
        for fd in held.values():
            locks.callback(os.close, fd)
        statuses = [_run_one(bench, rest, checkout, lock=fd, coverage=options.coverage) for bench, fd in held.items()]
        if max(statuses) < _UNKNOWN:
            statuses.append(_compare(benches, reports, checkout))
        if len(benches) > 1:
            print(_closing_line(benches, statuses, reports))
    return max(statuses)


def _compare(benches: Sequence[str], reports: Path, checkout: Checkout) -> int:
    """Each way of a bench with its core, and each bench with the first; 1 when they differ and no profile says why."""
    first, *others = sides = [_side(bench, reports, checkout) for bench in benches]
    comparisons = [comparison for side in sides for comparison in differ.compare_ways(side)]
    comparisons += [comparison for other in others for comparison in differ.compare_benches(first, other)]
    if not comparisons:
        return 0
    text = json.dumps(differ.to_json(comparisons), indent=1, ensure_ascii=False)
    write_whole(reports / _DIFFERENTIAL, f"{text}\n")
    print("\nframes and stack times, compared")
    for line in differ.lines(comparisons):
        print(line)
    return int(any(comparison.outcome is differ.Outcome.DIFFERENT for comparison in comparisons))


def _side(bench: str, reports: Path, checkout: Checkout) -> differ.Side:
    spec = load_bench(bench, checkout.root)
    return differ.load_side(spec, reports / bench, root=checkout.root, profiles=checkout.profiles)


def _benches(names: str, checkout: Checkout) -> list[str]:
    benches = list(filter(None, names.split(",")))
    known = bench_names(checkout.root)
    for bench in benches:
        if bench not in known:
            raise BenchError(f"there is no bench {bench!r}; fixtures/benches/ has {', '.join(known)}")
        if benches.count(bench) > 1:
            raise BenchError(f"bench {bench} is named twice: the second run would take the place of the first")
    if not benches:
        raise BenchError(f"no bench is named; fixtures/benches/ has {', '.join(known)}")
    return benches


def _run_one(bench: str, rest: Sequence[str], checkout: Checkout, *, lock: int, coverage: bool) -> int:
    print(f"plumbline on {bench}", flush=True)
    rest = [report_lock.OPTION, str(lock), *rest]
    if not coverage:
        return exit_status(status_of(pytest_command(bench, rest, checkout), checkout.root, lends=[lock]))
    with counted(load_bench(bench, checkout.root), _reports(rest, checkout) / bench, checkout) as besides:
        command = pytest_command(bench, [*besides, *rest], checkout)
        return exit_status(status_of(command, checkout.root, lends=[lock]))


def _reports(rest: Sequence[str], checkout: Checkout) -> Path:
    for index, word in enumerate(rest):
        if word.startswith(f"{_OPTION}="):
            return checkout.root / word.partition("=")[2]
        if word == _OPTION and index + 1 < len(rest):
            return checkout.root / rest[index + 1]
    return checkout.reports


def _closing_line(benches: Sequence[str], statuses: Sequence[int], reports: Path) -> str:
    told = (f"{bench}: {_counts(reports / bench / 'report.json')}" for bench in benches)
    word = {0: "all passed", 1: "FAILED"}.get(max(statuses), "ERROR")
    return f"\n{word}   {' | '.join(told)}"


def _counts(report: Path) -> str:
    if not report.is_file():
        return "no report"
    run = json.loads(report.read_text(encoding="utf-8"))
    unfinished = ["not all were run"] if run["interrupted"] else []
    return ", ".join([*(f"{number} {verdict}" for verdict, number in run["counts"].items()), *unfinished])
