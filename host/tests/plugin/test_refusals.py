# SPDX-License-Identifier: GPL-2.0-or-later
"""What is wrong before anything runs is said once, and a run that was stopped says so."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import jsonschema
import pytest

from host.tests.plugin.suite import LEDGER, ROOT, Suite
from plumbline.plugin.report_lock import lock
from plumbline.report.run import SCHEMA

pytest_plugins = ["pytester"]

PASSES = """
from plumbline.scenario import scenario

@scenario("R-1")
def test_passes(bench): ...
"""
FILLS = """
from pathlib import Path
from plumbline.scenario import scenario

@scenario("R-1")
def test_fills_the_disk(bench, request):
    file = request.config.rootpath / "build/report/native" / "{file}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    file.symlink_to("/dev/full")

@scenario("R-1")
def test_passes(bench): ...
"""
BROKEN = ["benches/native.toml", "boards/native.toml", "profiles/six-segments.toml", "deviations/own.toml"]


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    suite = Suite(pytester)
    suite.fake_bench()
    suite.scenarios("one/test_one.py", PASSES)
    return suite


def spoil(suite: Suite, name: str) -> Path:
    path: Path = suite.root / "fixtures" / name
    path.write_text(path.read_text() + "\nx = [\n")
    return path


@pytest.mark.parametrize("name", BROKEN)
def test_a_fixture_that_cannot_be_read_is_wrong_usage_and_named(suite: Suite, name: str) -> None:
    path = spoil(suite, name)
    result = suite.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {path}: *"])
    assert "Traceback" not in result.stderr.str() + result.stdout.str()


def test_a_ledger_that_names_what_is_not_there_is_wrong_usage_whatever_runs(suite: Suite) -> None:
    suite.ledger(LEDGER.replace('"R-1"', '"R-9"'))
    result = suite.run("-k", "passes")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: */own.toml: known: there is no requirement 'R-9'*"])


def test_a_profile_that_is_not_there_is_wrong_usage(suite: Suite) -> None:
    (suite.root / "fixtures/profiles/six-segments.toml").unlink()
    result = suite.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: */profiles/six-segments.toml: there is no such file*"])


def test_an_unknown_bench_is_wrong_usage(suite: Suite) -> None:
    result = suite.run("--bench", "nope")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: no bench 'nope'; there are: *native*"])


def test_workers_tell_it_once_where_the_user_is(suite: Suite) -> None:
    path = spoil(suite, "deviations/own.toml")
    result = suite.run_apart("-n", "2")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    said = result.stdout.str() + result.stderr.str()
    assert said.count(f"ERROR: {path}: ") == 1
    assert "INTERNALERROR" not in said


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
def test_what_is_refused_leaves_the_last_runs_report(suite: Suite, workers: list[str]) -> None:
    suite.scenarios("one/test_passes.py", PASSES)
    assert suite.run_apart().ret == pytest.ExitCode.OK
    before = suite.report()
    spoil(suite, "deviations/own.toml")

    assert suite.run_apart(*workers).ret == pytest.ExitCode.USAGE_ERROR
    assert suite.report() == before


def test_an_interrupt_ahead_of_the_first_worker_is_no_traceback(suite: Suite) -> None:
    suite.scenarios("one/test_passes.py", PASSES)
    early = "import pytest\n@pytest.hookimpl(tryfirst=True)\ndef pytest_sessionstart():\n    raise KeyboardInterrupt\n"
    (suite.root / "early.py").write_text(early)

    result = suite.run_apart("-p", "early", "-n", "2")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_a_test_below_scenarios_that_has_no_mark_is_refused(suite: Suite) -> None:
    suite.scenarios("one/test_bare.py", "def test_it(bench): ...\n")
    result = suite.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: scenarios/one/test_bare.py::test_it: a test below scenarios/ carries a mark*"])


def test_what_only_workers_can_refuse_is_told_once_where_the_user_is(suite: Suite) -> None:
    suite.scenarios("one/test_bare.py", "def test_it(bench): ...\n")
    result = suite.run_apart("-n", "2")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stdout.str().count("ERROR: scenarios/one/test_bare.py::test_it: a test below scenarios/ carries") == 1


def test_a_device_that_does_not_start_is_told_without_our_own_lines(suite: Suite) -> None:
    suite.scenarios(
        "one/conftest.py",
        "import pytest\n"
        "from plumbline.errors import Died\n"
        "@pytest.fixture\n"
        "def bench():\n"
        "    raise Died('died before any frame')\n",
    )
    result = suite.run()

    result.stdout.fnmatch_lines(["Died: died before any frame"])
    result.stdout.no_fnmatch_line("*raise Died*")


def test_a_report_folder_that_cannot_be_made_is_one_line(suite: Suite) -> None:
    result = suite.run("--report-dir=/dev/null")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.str().strip() == "ERROR: cannot write /dev/null/native.lock: Not a directory"
    result.stdout.no_fnmatch_line("*passed*")


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_a_report_that_another_run_writes_is_left_alone(suite: Suite, workers: list[str]) -> None:
    suite.run()
    held = lock(suite.root / "build/report/native")
    suite.scenarios("one/test_two.py", PASSES.replace("passes", "passes_too"))
    refused = suite.run_apart(*workers)
    os.close(held)

    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(
        [f"ERROR: */build/report/native is in use by process {os.getpid()}, *--report-dir DIR"]
    )
    assert suite.counts() == {"PASS": 1}
    assert suite.run_apart(*workers).ret == 0


@pytest.mark.parametrize(("file", "workers"), [("wire.pcapng", []), ("verdict.json", []), ("wire.pcapng", ["-n", "1"])])
def test_evidence_that_cannot_be_written_ends_the_run_and_is_named(suite: Suite, file: str, workers: list[str]) -> None:
    suite.scenarios("one/test_one.py", FILLS.format(file=f"evidence/one/one/fills_the_disk/{file}"))
    result = suite.run_apart(*workers)

    assert result.ret == 2
    result.stdout.fnmatch_lines([f"*cannot write */one/one/fills_the_disk/{file}: No space left on device*"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    report = json.loads((suite.root / "build/report/native/report.json").read_text())
    assert (report["interrupted"], report["counts"]) == (True, {"PASS": 1})


@pytest.mark.parametrize("file", ["report.json", "junit.xml", "index.html"])
def test_a_report_that_cannot_be_written_is_named_and_no_half_of_it_is_left(suite: Suite, file: str) -> None:
    suite.scenarios("one/test_one.py", FILLS.format(file=file))
    result = suite.run()

    assert result.ret == 2
    result.stdout.fnmatch_lines([f"ERROR: cannot write */build/report/native/{file}: No space left on device"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert not (suite.root / "build/report/native" / file).is_symlink()


def test_a_cache_that_cannot_be_written_changes_no_verdict(suite: Suite) -> None:
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["filterwarnings"]
    result = suite.run("-o", "cache_dir=/dev/null", *(word for name in ours for word in ("-W", name)))

    assert result.ret == 0
    result.stdout.fnmatch_lines(["*PytestCacheWarning: could not create cache path*"])


def test_a_run_that_was_interrupted_keeps_what_it_has_and_says_so(suite: Suite) -> None:
    suite.scenarios(
        "one/test_two.py", PASSES.replace("passes(bench): ...", "is_stopped(bench): raise KeyboardInterrupt")
    )
    result = suite.run_apart()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    report = json.loads((suite.root / "build/report/native/report.json").read_text())
    assert (report["interrupted"], report["exit_status"], report["counts"]) == (True, 2, {"PASS": 1})
    result.stdout.fnmatch_lines(["*1 scenario on native in *: 1 pass, and not all were run"])


def test_a_scenario_that_runs_when_ctrl_c_comes_has_its_verdict_and_is_the_last(suite: Suite) -> None:
    suite.scenarios(
        "one/test_a.py",
        "import signal\n"
        + PASSES.replace("passes(bench): ...", "it(bench): assert signal.raise_signal(signal.SIGINT)"),
    )
    result = suite.run_apart()

    assert result.ret == pytest.ExitCode.INTERRUPTED
    report = json.loads((suite.root / "build/report/native/report.json").read_text())
    assert (report["interrupted"], report["exit_status"], report["counts"]) == (True, 2, {"FAIL": 1})


@pytest.mark.parametrize(
    "broken", ["raise KeyboardInterrupt\n", "import nowhere\n", "def test_it(bench): raise KeyboardInterrupt\n"]
)
def test_a_run_that_ends_before_its_first_verdict_leaves_nothing_of_the_one_before(suite: Suite, broken: str) -> None:
    suite.run()
    assert suite.counts() == {"PASS": 1}

    suite.scenarios("one/test_a.py", broken.replace("def", "from plumbline.scenario import *\n@scenario('R-1')\ndef"))
    suite.run_apart()

    folder = suite.root / "build/report/native"
    report = json.loads((folder / "report.json").read_text())
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert (report["interrupted"], report["exit_status"], report["counts"]) == (True, 2, {})
    assert "testcase" not in (folder / "junit.xml").read_text()
    assert not (folder / "evidence/one/one").exists()


def test_a_file_that_workers_cannot_collect_is_missed_though_they_run_the_rest(suite: Suite) -> None:
    suite.scenarios("one/test_a.py", "import nowhere\n")
    result = suite.run_apart("-n", "1")

    assert result.ret == 2
    result.stdout.fnmatch_lines(["*1 scenario on native in *: 1 pass, and not all were run"])


@pytest.mark.parametrize("arguments", [["--collect-only"], ["elsewhere"], ["--nope"]])
def test_a_report_is_replaced_only_by_a_run_of_scenarios(suite: Suite, arguments: list[str]) -> None:
    (suite.root / "elsewhere").mkdir()
    (suite.root / "elsewhere/test_other.py").write_text("def test_it(): ...\n")
    suite.run("scenarios")
    suite.run_apart(*arguments)

    assert suite.counts() == {"PASS": 1}
