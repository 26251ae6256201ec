# SPDX-License-Identifier: GPL-2.0-or-later
"""Gathers what scenarios came to, in the process that talks to the user, and tells of it at the end."""

from __future__ import annotations

import os
import shlex
from dataclasses import replace

import pytest

from plumbline.errors import BenchError, PlumblineError
from plumbline.plugin import again, junit_words, report_lock, reporting, search, tether, ways
from plumbline.plugin.session import Session
from plumbline.report import Record, begin_run, summary_lines, write_run

_HARNESS_OR_BENCH = 2
_TROUBLE = "plumbline_trouble"  # what a worker of xdist says of itself at its end


def refuse(config: pytest.Config, items: list[pytest.Item], error: PlumblineError) -> None:
    """Runs nothing, and has the reason told where the user is."""
    if not hasattr(config, "workeroutput"):
        raise pytest.UsageError(str(error)) from error
    config.workeroutput[_TROUBLE] = str(error)
    items.clear()


class Collector:
    """A plugin of its own, since pytest's hooks for reports carry no config."""

    def __init__(self, config: pytest.Config, session: Session) -> None:
        self._config = config
        self._session = session
        self._troubles: list[str] = []  # which no scenario tells: why workers ran nothing, or which report is not there
        self._failed_searches: list[str] = []
        self._began = False
        self._is_whole = True  # all that was asked for was collected

    def pytest_sessionstart(self) -> None:
        if not self._session.runs_scenarios:
            return
        try:
            self._session.check()  # what is refused leaves the last run's report
            self._lock()
            begin_run(self._session.report_folder, self._session.run)
        except PlumblineError as error:
            raise pytest.UsageError(str(error)) from error
        self._began = True

    def _lock(self) -> None:
        """Until the end of this process, or of pytest in it."""
        lent: int | None = self._config.getoption("report_lock")
        fd = report_lock.lock(self._session.report_folder) if lent is None else report_lock.take_over(lent)
        self._config.add_cleanup(lambda: os.close(fd))

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Last, so that pytest's own report of the same is there to be corrected."""
        record = reporting.record_of(report) or self._lost(report)
        if record is None or record.verdict is None:
            return
        self._session.run.add(record)
        self._session.run.meet(reporting.device_of(report))
        self._session.run.note(reporting.steps_of(report))
        if report.failed and search.MARK in report.keywords:
            self._failed_searches.append(report.nodeid)
        junit_words.correct(self._config, report, record.verdict)

    def _lost(self, report: pytest.TestReport) -> Record | None:
        record = reporting.lost(report)
        return record and replace(record, again=again.of_lost(self._config, self._session, record.node))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        self._is_whole = self._is_whole and not report.failed  # xdist runs the rest none the less

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object, error: object) -> None:
        """xdist: a worker is gone; with an error, if it did not go by itself."""
        trouble = getattr(node, "workeroutput", {}).get(_TROUBLE)
        if trouble and trouble not in self._troubles:  # all workers say the same
            self._troubles.append(trouble)
        if error:
            self._session.run.lost_workers.append(f"{node}: {error}")

    def pytest_keyboard_interrupt(self) -> None:
        tether.end_workers(self._config)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        search.keep(self._config, self._failed_searches)
        if self._troubles:
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
            return
        if not self._session.has_run:
            return
        run = self._session.run
        run.interrupted = session.exitstatus == pytest.ExitCode.INTERRUPTED or not self._is_whole
        run.duration_s = self._session.elapsed_s()
        try:
            write_run(self._session.report_folder, run, self._session.catalogue)
        except BenchError as error:
            self._troubles.append(str(error))
            session.exitstatus = _HARNESS_OR_BENCH
            return
        if run.exit_status == _HARNESS_OR_BENCH and session.exitstatus in (
            pytest.ExitCode.OK,
            pytest.ExitCode.TESTS_FAILED,
        ):
            session.exitstatus = _HARNESS_OR_BENCH

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, exitstatus: int | pytest.ExitCode
    ) -> None:
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self._began:
            terminalreporter.write_line(f"ERROR: no scenario {_matches(self._config)}")
        for trouble in self._troubles:
            terminalreporter.write_line(f"ERROR: {trouble}")
        if self._session.has_run and self._session.run.records:
            page = self._session.report_folder / "index.html"
            root = self._session.checkout.root
            shown = page.relative_to(root) if page.is_relative_to(root) else page
            for line in summary_lines(self._session.run, str(shown)):
                terminalreporter.write_line(line)


def _matches(config: pytest.Config) -> str:
    """What was asked for in vain, as it was typed."""
    given = {
        "-k": config.getoption("keyword"),
        "-m": config.getoption("markexpr"),
        ways.OPTION: config.getoption("way"),
    }
    filters = [f"{option} {shlex.quote(value)}" for option, value in given.items() if value]
    return f"matches {' '.join(filters)}" if filters else "is left to run"
