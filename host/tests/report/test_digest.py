# SPDX-License-Identifier: GPL-2.0-or-later
"""The page that CI shows beside a run says what went wrong first, and shows a device's text as text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.events import Verdict
from plumbline.report import Difference, Record, Run, digest, read_run, write_run
from plumbline.scenario.requirements import Catalogue

RECORD = Record("arp/asks/once", "arp", "core", Verdict.PASS, ("RFC826 1",), "MUST", "scenarios/arp/test_asks.py::once")
DESK = {"board": "desk-1", "probe": "0668FF", "unique": "41", "build": "12ab", "protocol": "1"}


def a_run(*records: Record, bench: str = "nucleo-h743zi") -> Run:
    run = Run(bench, 1, "2026-01-01T00:00:00+00:00", duration_s=61.6)
    for number, record in enumerate(records):
        run.add(replace(record, id=f"{record.id}[{number}]"))
    return run


def page(*runs: Run, differences: tuple[Difference, ...] = (), evidence: str = "") -> str:
    return "\n".join(digest(runs, differences, evidence))


def test_a_run_of_which_all_passed_is_a_line_of_a_table() -> None:
    text = page(a_run(RECORD, RECORD), evidence="the artifact *report*")

    assert text.startswith("# Plumbline: all passed\n")
    assert "| bench | pass | took |\n| --- | ---: | ---: |\n| <code>nucleo-h743zi</code> | 2 | 62 s |" in text
    assert text.endswith("the whole report: the artifact *report*")
    assert "Wrong" not in text


def test_what_is_wrong_is_named_with_its_first_line_and_its_evidence() -> None:
    failed = replace(RECORD, verdict=Verdict.FAIL, text="no ACK came\nframe 12", evidence="build/report/x/evidence/arp")

    text = page(a_run(RECORD, failed), a_run(RECORD, bench="native"))

    assert text.startswith("# Plumbline: FAILED")
    assert "| <code>nucleo-h743zi</code> | 1 | **1** | 62 s |" in text
    assert "| <code>native</code> | 1 |  | 62 s |" in text
    assert (
        "## Wrong on <code>nucleo-h743zi</code>: 1 scenario\n\n- **FAIL** <code>arp/asks/once&#91;1&#93;</code>"
        "<br><code>no ACK came</code><br>evidence: <code>build/report/x/evidence/arp</code>"
    ) in text


def test_a_bench_that_broke_is_an_error_and_no_failure() -> None:
    run = a_run(replace(RECORD, verdict=Verdict.ERROR, text="the board has no power"))
    run.interrupted, run.lost_workers = True, ["gw1: it crashed"]

    text = page(run)

    assert text.startswith("# Plumbline: ERROR")
    assert "did not come to its end: scenarios are missing" in text
    assert "A worker was lost on <code>nucleo-h743zi</code>: <code>gw1: it crashed</code>" in text


def test_benches_that_differ_fail_together() -> None:
    text = page(a_run(RECORD), differences=(Difference("arp/asks/once", ("native", "desk"), "frame 3: 4 | 5"),))

    assert text.startswith("# Plumbline: FAILED")
    assert "## 1 unexplained difference between benches" in text
    assert "on <code>native</code> and <code>desk</code><br><code>frame 3: 4 &#124; 5</code>" in text


def test_every_board_is_named_and_what_had_to_be_done_to_reach_it() -> None:
    run = a_run(RECORD)
    for device in (DESK, {**DESK, "board": "desk-2"}, DESK):
        run.meet(device)
    run.note(["probe: flash, at first: noise", "probe: flash, again: done", "probe: flash, at first: noise"])

    text = page(run)

    assert "| bench | board | probe | unique | build |" in text
    assert [text.count(f"<code>{name}</code>") for name in ("desk-1", "desk-2")] == [1, 1]
    assert text.count("probe: flash, at first: noise") == 1
    assert "probe: flash, again: done" in text


def test_known_deviations_are_counted_by_entry_and_bench() -> None:
    seen = replace(RECORD, verdict=Verdict.DEVIATION, deviations=("no-restart-after-idle",))

    text = page(a_run(seen, seen), a_run(RECORD, bench="native"))

    assert "<summary>1 known deviation, seen again</summary>" in text
    assert "| <code>no-restart-after-idle</code> | 2 |  |" in text


def test_what_a_device_says_cannot_become_part_of_the_page() -> None:
    text = "</code><script>`a` | [b](http://c) **d** _e_ \\"

    line = next(
        line for line in page(a_run(replace(RECORD, verdict=Verdict.FAIL, text=text))).splitlines() if "script" in line
    )

    inside = line.partition("<br><code>")[2].removesuffix("</code>")
    assert not set(inside) & set("<>`|[]*_\\")


def test_many_failures_are_cut_and_counted() -> None:
    text = page(a_run(*[replace(RECORD, verdict=Verdict.FAIL)] * 40))

    assert text.count("- **FAIL**") == 25
    assert "- and 15 more" in text


def test_without_a_report_nothing_was_run() -> None:
    assert page() == "# Plumbline: nothing was run"


def test_a_report_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = a_run(RECORD, replace(RECORD, verdict=Verdict.FAIL))
    run.meet(DESK)
    run.note(["probe: flash, again: done"])
    write_run(tmp_path, run, Catalogue(()))

    assert read_run(tmp_path / "report.json").to_json() == run.to_json()
    (tmp_path / "report.json").write_text("{}")
    with pytest.raises(BenchError, match="report.json is no report of this version: 'bench'"):
        read_run(tmp_path / "report.json")
