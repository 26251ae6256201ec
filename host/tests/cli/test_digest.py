# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb summary` tells of the runs whose reports are there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plumbline.cli import commands
from plumbline.events import Verdict
from plumbline.report import Record, Run, write_run
from plumbline.scenario.requirements import Catalogue


def written(folder: Path, bench: str, started: str) -> None:
    run = Run(bench, 1, started)
    run.add(Record("arp/asks/once", "arp", "core", Verdict.PASS, (), "MUST", "x"))
    write_run(folder / bench, run, Catalogue(()))


def test_benches_stand_in_the_order_of_their_runs_and_differences_beside_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written(tmp_path, "native", "2026-01-02T00:00:00+00:00")
    written(tmp_path, "mps2-an500", "2026-01-01T00:00:00+00:00")
    scenario = {"id": "arp/asks/once", "benches": ["native", "mps2-an500"], "text": "frame 3"}
    differences = [{**scenario, "outcome": "different"}, {**scenario, "outcome": "explained"}]
    (tmp_path / "differential.json").write_text(json.dumps({"scenarios": differences}))

    status = commands.obey(["summary", "--report-dir", str(tmp_path), "--evidence", "there"])
    page = capsys.readouterr().out
    commands.obey(["summary", "--report-dir", str(tmp_path), "--bench", "native,other"])
    one = capsys.readouterr().out

    assert status == 0
    assert page.startswith("# Plumbline: FAILED\n")
    assert "## 1 unexplained difference" in page
    assert page.index("<code>mps2-an500</code> |") < page.index("<code>native</code> |")
    assert "mps2-an500</code> |" not in one
