# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb run`: pytest on each bench in turn, each in a process of its own."""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from plumbline import differ
from plumbline.board import bench_names, check_image, load_bench
from plumbline.cli.line_coverage import counted
from plumbline.errors import BenchError
from plumbline.report.files import write_whole
from plumbline.scenario.checkout import Checkout

_USAGE = 2
_QUIET = ["-q", "--no-header", "-rN"]  # our own summary says the rest
_PYTEST = str(Path(__file__).with_name("pytest_apart.py"))
_OPTION = "--report-dir"


def run(options: argparse.Namespace, rest: Sequence[str], checkout: Checkout) -> int:
    benches = _benches(options.bench, checkout)
    for bench in benches:
        check_image(load_bench(bench, checkout.root).board.image)
    statuses = [_run_one(bench, rest, checkout, coverage=options.coverage) for bench in benches]
    if len(benches) > 1:
        statuses.append(_compare(benches, _reports(rest, checkout), checkout))
        print(_closing_line(benches, statuses, _reports(rest, checkout)))
    return max(statuses)


def _compare(benches: Sequence[str], reports: Path, checkout: Checkout) -> int:
    """Each bench with the first; 1 when they differ and no profile says why."""
    first, *others = [_side(bench, reports, checkout) for bench in benches]
    comparisons = [comparison for other in others for comparison in differ.compare_benches(first, other)]
    text = json.dumps(differ.to_json(comparisons), indent=1, ensure_ascii=False)
    write_whole(reports / "differential.json", f"{text}\n")
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


def _run_one(bench: str, rest: Sequence[str], checkout: Checkout, *, coverage: bool) -> int:
    print(f"plumbline on {bench}", flush=True)
    if not coverage:
        return exit_status(_status_of(pytest_command(bench, rest, checkout), checkout.root))
    spec = load_bench(bench, checkout.root)
    with counted(spec, _reports(rest, checkout) / bench, checkout) as besides:
        return exit_status(_status_of(pytest_command(bench, [*besides, *rest], checkout), checkout.root))


def exit_status(status: int) -> int:
    """`plumb run`'s own, for pytest's."""
    return status if status in (0, 1) else _USAGE


def pytest_command(bench: str, rest: Sequence[str], checkout: Checkout) -> list[str]:
    """pytest on one bench, to be run at the root of the checkout."""
    paths_as_meant = [_from_here(word, checkout.root) for word in rest]
    # Named, since pytest would look for it beside whatever path stands among the options. `testpaths` is where it looks
    # for tests when it is given none.
    settings = ["-c", str(checkout.root / "pyproject.toml"), "-o", "testpaths=scenarios"]
    settings += ["-o", f"cache_dir=build/cache/pytest-{bench}"]  # --lf: what failed on another bench may pass on this
    return [sys.executable, "-P", _PYTEST, *_QUIET, *settings, "--bench", bench, *paths_as_meant]


def _status_of(command: Sequence[str], root: Path) -> int:
    """Ctrl-C reaches pytest as well: it is left to say how far it came, and no further bench is begun."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited, until pytest_apart.py can answer it
    with subprocess.Popen(command, cwd=root) as pytest:
        if signal.SIGINT in signal.sigpending():
            pytest.send_signal(signal.SIGINT)  # it may have come ahead of the process; two that are held back are one
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            return pytest.wait()
        except KeyboardInterrupt:
            pytest.wait()
            raise


def _from_here(word: str, root: Path) -> str:
    """A path that is meant from the working folder, though pytest starts at the root."""
    path, *names = word.split("::")
    if Path.cwd() == root or path.startswith("-") or not Path(path).exists():
        return word
    return "::".join([str(Path(path).absolute()), *names])


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
