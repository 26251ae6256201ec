# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb summary`: the last runs as one page of Markdown, for the page that a CI server shows beside a run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from plumbline.differ import Outcome
from plumbline.errors import BenchError
from plumbline.report import Difference, digest, read_run
from plumbline.scenario.checkout import Checkout


def show(options: argparse.Namespace, _rest: Sequence[str], checkout: Checkout) -> int:
    """Of the benches that are named, or have a report there, in the order in which they were run."""
    reports = checkout.root / options.report_dir if options.report_dir else checkout.reports
    paths = [path for path in reports.glob("*/report.json") if _is_asked_for(path.parent.name, options.bench)]
    runs = sorted((read_run(path) for path in paths), key=lambda run: run.started)
    for line in digest(runs, _differences(reports / "differential.json"), options.evidence):
        print(line)
    return 0


def _is_asked_for(bench: str, names: str) -> bool:
    return not names or bench in names.split(",")


def _differences(path: Path) -> list[Difference]:
    if not path.is_file():
        return []
    try:
        scenarios = json.loads(path.read_text(encoding="utf-8"))["scenarios"]
        return [
            Difference(each["id"], tuple(each["benches"]), each["text"])
            for each in scenarios
            if each["outcome"] == Outcome.DIFFERENT.name.lower()
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise BenchError(f"{path} is no report of differences: {error}") from None
