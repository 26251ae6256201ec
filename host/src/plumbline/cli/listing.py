# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb list`: what scenarios there are. pytest collects them; no device is started."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
from collections.abc import Sequence

import pytest

from plumbline.errors import HarnessError
from plumbline.plugin import ways
from plumbline.plugin.subject import Subject, subject_of
from plumbline.report import counted
from plumbline.report.run import VERSION
from plumbline.scenario.checkout import Checkout


class _Collected:
    """A plugin that keeps what was collected."""

    def __init__(self) -> None:
        self.subjects: list[Subject] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        found = (subject_of(item) for item in session.items)
        self.subjects = [subject for subject in found if subject is not None]


def collect(checkout: Checkout, filters: Sequence[str] = ()) -> list[Subject]:
    """All scenarios, or those that pytest's own filters leave, in order of their ids."""
    collected = _Collected()
    said = io.StringIO()
    options = [
        "--collect-only",
        *([] if any(word.startswith(ways.OPTION) for word in filters) else [ways.OPTION, ways.ALL]),
        "-q",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "--rootdir",
        str(checkout.root),
        "-c",
        str(checkout.root / "pyproject.toml"),
    ]
    paths = [] if any("::" in word or word.startswith("scenarios") for word in filters) else [str(checkout.scenarios)]
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = pytest.main([*options, *filters, *paths], plugins=[collected])
    if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise HarnessError(f"the scenarios cannot be collected:\n{_trouble(said.getvalue())}")
    return sorted(collected.subjects, key=lambda subject: subject.signed)


def _trouble(said: str) -> str:
    """What pytest says, without the scenarios that it lists ahead of it."""
    lines = said.strip().splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith(("=", "ERROR"))), 0)
    return "\n".join(lines[first:])


def show(options: argparse.Namespace, rest: Sequence[str], checkout: Checkout) -> int:
    subjects = collect(checkout, rest)
    if options.json:
        scenarios = [subject.record(None).to_json() for subject in subjects]
        print(json.dumps({"version": VERSION, "bench": None, "scenarios": scenarios}, indent=1, ensure_ascii=False))
        return 0
    for subject in subjects:
        print(f"{subject.signed}  {', '.join(subject.mark.requirements)}")
    families = {subject.family for subject in subjects}
    print(f"\n{counted(len(subjects), 'scenario')} in {counted(len(families), 'family', 'families')}")
    return 0
