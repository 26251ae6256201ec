# SPDX-License-Identifier: GPL-2.0-or-later
"""Verdicts in pytest's words, and back from pytest's reports to records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plumbline.errors import BenchError, DutError
from plumbline.events import Verdict
from plumbline.plugin import again, conduct, ways
from plumbline.plugin.session import Session, session_of
from plumbline.plugin.subject import Subject, family_of, scenario_id
from plumbline.plugin.verdicts import Outcome, blame
from plumbline.report import Record, folder_name, frames_of, frames_sha256, write_verdict
from plumbline.report.record import RecordJson

# Category, letter, word: as pytest counts, as it runs, and with -v.
WORDS = {
    Verdict.PASS: ("passed", ".", "PASS"),
    Verdict.NON_STRICT: ("passed", "n", "NON-STRICT"),
    Verdict.FAIL: ("failed", "F", "FAIL"),
    Verdict.ERROR: ("error", "E", "ERROR"),
    Verdict.UNSUPPORTED: ("skipped", "u", "UNSUPPORTED"),
    Verdict.DEVIATION: ("xfailed", "d", "DEVIATION"),
    Verdict.UNEXPECTED: ("failed", "X", "UNEXPECTED"),
}
_RECORD, _DEVICE, _STEPS = "plumbline_record", "plumbline_device", "plumbline_steps"
"""Attributes of a report: they travel between processes."""


def shape(report: pytest.TestReport, item: pytest.Item, subject: Subject, call: pytest.CallInfo[None]) -> None:
    """Gives the report of a scenario's phase its verdict, where the phase has one."""
    outcome = _outcome(item, report, call)
    if outcome is None:
        return
    session = session_of(item.config)
    bench = conduct.bench_of(item)
    record = replace(_record(subject, session, outcome, bench, report), again=again.command(item, session, subject))
    device = bench.identity if bench is not None else {}
    if bench is not None:
        folder = session.report_folder / "evidence" / folder_name(subject.signed)
        with session.writing_evidence():
            write_verdict(folder, record, bench.events, device=device, seed=session.seed)
    if session.unwritable:
        item.session.shouldstop = session.unwritable
    setattr(report, _RECORD, record.to_json())
    setattr(report, _DEVICE, device)
    setattr(report, _STEPS, list(bench.steps) if bench is not None else session.steps_in_vain())
    if outcome.verdict is Verdict.UNSUPPORTED and report.failed:  # a fixture of the scenario's asked for too much
        report.outcome, report.longrepr = "skipped", (item.location[0], item.location[1] or 0, outcome.text)
    if outcome.verdict is Verdict.DEVIATION:
        report.outcome = "skipped"
        report.wasxfail = ", ".join(outcome.deviations)
    if report.when == "setup" and call.excinfo is not None and isinstance(call.excinfo.value, DutError | BenchError):
        report.longrepr = outcome.text  # where in this package it was raised is no news about device or bench
    ended = item.stash.get(conduct.KEY, None)
    if report.failed and ended is not None and ended.wire:
        report.sections.append(("on the wire", ended.wire))
    if report.failed:
        report.sections.append(("again", record.again))


def _outcome(item: pytest.Item, report: pytest.TestReport, call: pytest.CallInfo[None]) -> Outcome | None:
    if report.when == "call":
        ended = item.stash.get(conduct.KEY, None)
        return blame(call.excinfo.value if call.excinfo else None) if ended is None else ended.outcome
    return blame(call.excinfo.value) if call.excinfo is not None else None


def _record(
    subject: Subject, session: Session, outcome: Outcome, bench: conduct.Bench | None, report: pytest.TestReport
) -> Record:
    record = replace(
        subject.record(outcome.verdict), text=outcome.text, deviations=outcome.deviations, duration_s=report.duration
    )
    if bench is None:
        return record
    frames = frames_of([*bench.earlier, *bench.events])
    folder = session.report_folder / "evidence" / folder_name(subject.signed)
    root = session.checkout.root
    where = folder.relative_to(root) if folder.is_relative_to(root) else folder
    record = replace(record, evidence=str(where), limits=bench.limits_asked)
    if subject.mark.real_time:  # not all frames are kept, and no two runs have the same
        return replace(record, frames=bench.frame_count)
    return replace(record, frames=len(frames), frames_sha256=frames_sha256(frames, mac=bench.mac))


def record_of(report: pytest.TestReport) -> Record | None:
    plain: RecordJson | None = getattr(report, _RECORD, None)
    return None if plain is None else Record.from_json(plain)


def device_of(report: pytest.TestReport) -> dict[str, str]:
    return getattr(report, _DEVICE, {})


def steps_of(report: pytest.TestReport) -> list[str]:
    """What had to be done for its devices to start."""
    return getattr(report, _STEPS, [])


def lost(report: pytest.TestReport) -> Record | None:
    """The scenario that a worker took with it when it crashed: xdist reports it with no phase."""
    if str(report.when) != "???":
        return None
    id_, way = scenario_id(ways.bare(report.nodeid)), ways.way_in(report.nodeid)
    return Record(
        ways.signed(id_, way), family_of(id_), way, Verdict.ERROR, (), "MUST", report.nodeid, text=str(report.longrepr)
    )
