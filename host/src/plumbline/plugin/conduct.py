# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of a scenario's body: leaks, the judge, the ledger, evidence. All of it belongs to the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import pytest

from plumbline.errors import Judged, PlumblineError, Unexpected
from plumbline.events import Event, Verdict
from plumbline.judge import Device, Judge
from plumbline.plugin.session import Session
from plumbline.plugin.subject import Subject
from plumbline.plugin.verdicts import Outcome, blame, decide
from plumbline.report import folder_name, write_events

_PACKAGE = __name__.partition(".")[0]


class Bench(Protocol):
    """What the plugin has to know of a bench."""

    @property
    def events(self) -> Sequence[Event]: ...

    @property
    def device_log(self) -> str: ...

    @property
    def identity(self) -> dict[str, str]: ...

    @property
    def judged_as(self) -> Device: ...

    def finish(self) -> None: ...


@dataclass(frozen=True)
class Ended:
    """How the call of a scenario ended."""

    outcome: Outcome
    error: BaseException | None  # what pytest is to show


KEY = pytest.StashKey[Ended]()


def bench_of(item: pytest.Item) -> Bench | None:
    """The bench an item runs on; None when it asked for none, or it never stood."""
    bench: Bench | None = getattr(item, "funcargs", {}).get("bench")
    return bench


def end(subject: Subject, session: Session, bench: Bench | None, error: BaseException | None) -> Ended:
    """Comes to the verdict, and writes down what happened."""
    if bench is not None and error is None:
        error = _finish(bench)
    findings = Judge(bench.judged_as).see_all(bench.events) if bench is not None else []
    deviations = session.ledger.of(subject.id, session.bench_name)
    outcome = decide(blame(error), findings, deviations)
    if bench is not None:
        write_events(session.report_folder / "evidence" / folder_name(subject.id), bench.events, bench.device_log)
    return Ended(outcome, _to_show(outcome, error))


def _finish(bench: Bench) -> BaseException | None:
    try:
        bench.finish()
    except PlumblineError as error:
        return error
    return None


def _to_show(outcome: Outcome, error: BaseException | None) -> BaseException | None:
    if outcome.verdict in (Verdict.PASS, Verdict.NON_STRICT):
        return None
    if outcome.verdict is Verdict.UNEXPECTED:
        return Unexpected(outcome.text)
    if error is None:
        return Judged(outcome.text.replace("Judged: ", ""))
    if outcome.verdict is not Verdict.ERROR:
        error.__traceback__ = _without_our_own(error.__traceback__)
    return error


def _without_our_own(trace: TracebackType | None) -> TracebackType | None:
    """Ends the trace at the scenario's own line: what this package did below it is no news about the device."""
    entry, last = trace, None
    while entry is not None:
        if entry.tb_frame.f_globals.get("__name__", "").partition(".")[0] != _PACKAGE:
            last = entry
        entry = entry.tb_next
    if last is not None:
        last.tb_next = None
    return trace
