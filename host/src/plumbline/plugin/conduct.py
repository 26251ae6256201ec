# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of a scenario's body: leaks, the judge, the ledger, evidence. All of it belongs to the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import pytest

from plumbline.errors import BenchError, PlumblineError
from plumbline.events import Event, FrameEvent, Verdict
from plumbline.judge import Finding
from plumbline.match.ladder import recent
from plumbline.plugin.session import Session
from plumbline.plugin.subject import Subject
from plumbline.plugin.verdicts import Outcome, blame, decide, may_be_excused
from plumbline.report import folder_name, write_events

HEADING = "frame  stack time"  # of a ladder
_PACKAGE = __name__.partition(".")[0]


class Bench(Protocol):
    """What the plugin has to know of a bench."""

    @property
    def events(self) -> Sequence[Event]: ...

    @property
    def earlier(self) -> Sequence[Event]: ...

    @property
    def device_log(self) -> str: ...

    @property
    def mac(self) -> bytes: ...

    @property
    def identity(self) -> dict[str, str]: ...

    @property
    def findings(self) -> Sequence[Finding]: ...

    @property
    def reports(self) -> Sequence[str]: ...

    @property
    def troubles(self) -> Sequence[str]: ...

    @property
    def steps(self) -> Sequence[str]: ...

    @property
    def frame_count(self) -> int: ...

    @property
    def limits_asked(self) -> tuple[str, ...]: ...

    def finish(self) -> None: ...


@dataclass(frozen=True)
class Ended:
    """How the call of a scenario ended."""

    outcome: Outcome
    error: BaseException | None  # what pytest is to show
    wire: str  # a ladder, where the error shows none


KEY = pytest.StashKey[Ended]()


def bench_of(item: pytest.Item) -> Bench | None:
    """The bench an item runs on; None when it asked for none, or it never stood."""
    bench: Bench | None = getattr(item, "funcargs", {}).get("bench")
    return bench


def end(subject: Subject, session: Session, bench: Bench | None, error: BaseException | None) -> Ended:
    """Comes to the verdict, and writes down what happened."""
    if bench is not None and error is None:
        error = _finish(bench)
    findings = bench.findings if bench is not None else []
    deviations = session.ledger.of(subject.id, session.bench_name)
    reports = bench.reports if bench is not None else []
    outcome = decide(blame(error), findings, deviations, reports)
    if bench is not None and may_be_excused(outcome, error, reports) and (troubles := bench.troubles):
        error = BenchError("\n".join([*troubles, f"so nothing is known about {outcome.text}"]))
        outcome = blame(error)
    if bench is not None:
        with session.writing_evidence():
            write_events(
                session.report_folder / "evidence" / folder_name(subject.signed), bench.events, bench.device_log
            )
    to_show = _to_show(outcome, error)
    if bench is None or to_show is None or HEADING in outcome.text:
        return Ended(outcome, to_show, "")
    return Ended(outcome, to_show, _ladder(bench, min((finding.number for finding in findings), default=None)))


def _ladder(bench: Bench, first: int | None) -> str:
    """What was on the wire: up to the first frame that the judge found, else the last of it."""
    frames = (
        index for index, event in enumerate(bench.events) if isinstance(event, FrameEvent) and event.number == first
    )
    return recent(bench.events[: next(frames, len(bench.events)) + 1])


def _finish(bench: Bench) -> BaseException | None:
    try:
        bench.finish()
    except Exception as error:  # noqa: BLE001 - what it is decides whose fault it was
        return error
    return None


def _to_show(outcome: Outcome, error: BaseException | None) -> BaseException | None:
    if outcome.verdict in (Verdict.PASS, Verdict.NON_STRICT):
        return None
    if outcome.verdict is Verdict.UNSUPPORTED:
        return pytest.skip.Exception(outcome.text)
    if error is None or outcome.verdict is Verdict.UNEXPECTED or not _is_in_a_scenario(error):
        return pytest.fail.Exception(outcome.text, pytrace=False)
    if outcome.verdict is not Verdict.ERROR:
        error.__traceback__ = _without_our_own(error.__traceback__)
    return error


def _is_in_a_scenario(error: BaseException) -> bool:
    """False for what came behind the body: no line of a scenario is in its trace."""
    return not isinstance(error, PlumblineError) or _last_outside(error.__traceback__) is not None


def _without_our_own(trace: TracebackType | None) -> TracebackType | None:
    """Ends the trace at the scenario's own line: what this package did below it is no news about the device."""
    last = _last_outside(trace)
    if last is not None:
        last.tb_next = None
    return trace


def _last_outside(trace: TracebackType | None) -> TracebackType | None:
    """The innermost entry that is not of this package."""
    last = None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__", "").partition(".")[0] != _PACKAGE:
            last = trace
        trace = trace.tb_next
    return last
