# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb` as a user starts it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from dataclasses import replace
from pathlib import Path
from subprocess import PIPE, STDOUT

import jsonschema
import pytest

from plumbline.board.spec import bench_names, images_folder
from plumbline.cli import commands
from plumbline.report.run import SCHEMA
from plumbline.scenario.checkout import find_checkout
from plumbline.scenario.deviations import Ledger
from plumbline.scenario.requirements import Catalogue

ROOT = find_checkout(Path(__file__)).root
SMOKE = "scenarios/smoke/test_alive.py::test_answers_ping"


PLUMB = (sys.executable, "-m", "plumbline.cli.main")
IMAGES = images_folder(ROOT)


def plumb(
    *arguments: str, cwd: Path = ROOT, typed: str = "", images: Path = IMAGES
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PLUMB, *arguments],
        cwd=cwd, input=typed, capture_output=True, text=True, check=False,
        env={**os.environ, "PLUMB_IMAGES": str(images)},
    )  # fmt: skip


def is_gone(group: int, within_s: float) -> bool:
    """A device whose harness went while it was being started ends by itself, a moment later."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        os.sched_yield()
    return False


def test_run_on_two_benches_ends_with_a_line_for_both(tmp_path: Path) -> None:
    done = plumb("run", "--bench", "native,native-asan", "--report-dir", str(tmp_path), SMOKE)

    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "all passed   native: 1 PASS | native-asan: 1 PASS"


def test_run_takes_paths_from_where_the_user_stands(tmp_path: Path) -> None:
    done = plumb("run", "--report-dir", str(tmp_path), SMOKE.removeprefix("scenarios/"), cwd=ROOT / "scenarios")

    assert done.returncode == 0
    assert json.loads((tmp_path / "native/report.json").read_text())["counts"] == {"PASS": 1}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "--bench", "nope"], "there is no bench 'nope'; fixtures/benches/ has lm3s6965evb, mps2-an385"),
        (["run", "--bench", ","], "no bench is named"),
        (["run", "--bench", ""], "no bench is named"),
        (["run", "--bench", "native,native"], "bench native is named twice"),
        (["run", "--hypothesis-profile", "nope"], "no Hypothesis profile 'nope'; scenarios have suite and explore"),
        (["shell", "--tap", "a-name-that-is-too-long"], "is no name of an interface"),
        (["run", "scenarios/nope"], "file or directory not found: scenarios/nope"),
        (["run", "-n", "-3", SMOKE], "-n -3: there are no fewer workers than none"),
        (["run", "--nope"], "unrecognized arguments: --nope"),
        (["shell", "--bench", "nope"], "no bench 'nope'"),
        (["shell", "--board", "desk-1"], "native takes no board from the rig file: --board is for benches that do"),
        (["shell", "--board", ""], "native takes no board from the rig file: --board is for benches that do"),
        (["run", "--board", "desk-1", SMOKE], "native takes no board from the rig file: --board is for benches"),
        (["run", "--bench", "native,native-asan", "--rig=/x.yaml", SMOKE], "native and native-asan take no board from"),
        (["run", "--bench", "nucleo-h743zi-virtual", "--wait", "9", SMOKE], "takes no board from the rig file: --wait"),
        (["debug", "--board", "desk-1"], "native takes no board from the rig file: --board is for benches that do"),
        (["profile", "--wait", "9"], "native takes no board from the rig file: --wait is for benches that do"),
        (["profile", "--nope"], "profile takes no --nope"),
        (["list", "scenarios/nope"], "file or directory not found: scenarios/nope"),
        (["nope"], "invalid choice: 'nope'"),
        ([], "the following arguments are required: COMMAND"),
    ],
)
def test_wrong_usage_is_exit_status_2_and_says_what_is_wrong(arguments: list[str], said: str) -> None:
    done = plumb(*arguments)

    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_of_a_run_names_what_it_takes_of_a_rig(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        commands.obey(["run", "--help"])

    said = capsys.readouterr().out
    assert [option for option in ("--board", "--rig", "--wait", "-n") if f"\n  {option} " not in said] == []


@pytest.mark.parametrize("command", ["run", "shell", "profile"])
@pytest.mark.parametrize(("content", "said"), [(None, "run `make fw BOARD=native`"), ("no program", "is no program")])
def test_without_an_image_one_line_says_so(tmp_path: Path, command: str, content: str | None, said: str) -> None:
    if content:
        (tmp_path / "native").mkdir()
        (tmp_path / "native/dut").write_text(content)
    done = plumb(command, images=tmp_path)

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("bench", ["native", "mps2-an500"])
@pytest.mark.parametrize(
    ("other", "says"), [("lm3s6965evb/dut", "dut for lm3s6965evb"), ("native/echo", "echo for native")]
)
def test_an_image_of_another_board_or_application_is_named_before_anything_starts(
    tmp_path: Path, bench: str, other: str, says: str
) -> None:
    (tmp_path / bench).mkdir()
    shutil.copy(IMAGES / other, tmp_path / bench / "dut")
    done = plumb("run", "--bench", bench, images=tmp_path)

    assert done.returncode == 2
    assert done.stdout == ""
    assert f"dut is {says}, and is to be dut for {bench}: run `make fw BOARD={bench}`" in done.stderr


@pytest.mark.parametrize("words", [["list"], ["run", "--report-dir", "build/report/full", SMOKE]], ids=["list", "run"])
def test_what_cannot_be_shown_is_no_failure_of_a_device(words: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PLUMB, *words], cwd=ROOT, stdout=full, stderr=PIPE, text=True, check=False,
            env={**os.environ, "PLUMB_IMAGES": str(IMAGES)},
        )  # fmt: skip

    assert done.returncode == 2
    assert "cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
@pytest.mark.parametrize("words", ["list", f"run --report-dir build/report/closed {SMOKE}"], ids=["list", "run"])
def test_who_closes_a_stream_hears_nothing_there_and_all_is_as_before(words: str, closed: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {closed}', "sh", *PLUMB, *words.split()],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PLUMB_IMAGES": str(IMAGES)},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert (done.stdout == "") == (closed == ">&-")


@pytest.mark.parametrize(
    "words", ["list", "--help", f"run --report-dir build/report/full {SMOKE}", "run --bench no_such", "no_such"]
)
def test_who_can_be_told_nothing_at_all_gets_the_status_of_an_error(words: str) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*PLUMB, *words.split()], cwd=ROOT, stdout=full, stderr=full, check=False,
            env={**os.environ, "PLUMB_IMAGES": str(IMAGES), "PYTHONUNBUFFERED": ""},
        )  # fmt: skip

    assert done.returncode == 2


def in_a_session(command: list[str], environment: dict[str, str]) -> subprocess.Popen[str]:
    """As a terminal starts it."""
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=PIPE, stderr=STDOUT, start_new_session=True
    )


def test_ctrl_c_ends_a_run_with_its_report_and_no_device_left(tmp_path: Path) -> None:
    command = [*PLUMB, "run", "--bench", "native,native-asan", "--report-dir", str(tmp_path), "scenarios/handshake"]
    environment = {**os.environ, "PLUMB_IMAGES": str(IMAGES), "PYTHONUNBUFFERED": "1"}
    with in_a_session(command, environment) as run:
        assert run.stdout is not None
        assert [run.stdout.read(1) for _ in "plumbline on native\n..."][-1] in ".dn"
        os.killpg(run.pid, signal.SIGINT)
        rest = run.stdout.read()

    assert run.returncode == 2
    assert "Traceback" not in rest
    assert "plumbline on native-asan" not in rest
    assert json.loads((tmp_path / "native/report.json").read_text())["interrupted"]
    for verdict in tmp_path.glob("native/evidence/**/verdict.json"):
        json.loads(verdict.read_text())
    assert is_gone(run.pid, within_s=20)


@pytest.mark.parametrize("workers", [[], ["-n", "2"]])
@pytest.mark.parametrize("whom", ["to plumb alone", "again and again"])
def test_a_run_that_ctrl_c_ends_says_so_whoever_hears_it_and_however_often(
    tmp_path: Path, whom: str, workers: list[str]
) -> None:
    command = [*PLUMB, "run", "--report-dir", str(tmp_path), *workers, "scenarios/handshake"]
    environment = {**os.environ, "PLUMB_IMAGES": str(IMAGES), "PYTHONUNBUFFERED": "1"}
    with in_a_session(command, environment) as run:
        assert run.stdout is not None
        began = ""
        while not re.search(r"^[.dnu]{9}", began, re.MULTILINE):
            more = run.stdout.read(1)
            assert more, f"it ended by itself:\n{began}"
            began += more
        if whom == "to plumb alone":
            run.send_signal(signal.SIGINT)
            rest = run.stdout.read()
        else:
            rest = ""
            os.killpg(run.pid, signal.SIGINT)
            for line in run.stdout:
                rest += line
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(run.pid, signal.SIGINT)

    assert run.returncode == 2
    assert "Traceback" not in rest
    assert ", and not all were run" in rest
    report = json.loads((tmp_path / "native/report.json").read_text())
    assert (report["interrupted"], report["exit_status"]) == (True, 2)


@pytest.mark.parametrize(
    "moments",
    [
        ["import 'scapy"],
        ["plumbline on native"],
        ["plumbline on native", "import '_pytest"],
        ["plumbline on", "'scapy"],
    ],
    ids=["it loads", "pytest starts", "pytest loads", "pytest loads its plugins"],
)
def test_ctrl_c_ahead_of_the_first_scenario_is_2_as_well(tmp_path: Path, moments: list[str]) -> None:
    command = [*PLUMB, "run", "--report-dir", str(tmp_path), SMOKE]
    environment = {**os.environ, "PLUMB_IMAGES": str(IMAGES), "PYTHONVERBOSE": "1"}  # it tells of each import
    with in_a_session(command, environment) as run:
        assert run.stdout is not None
        for moment in moments:
            assert any(moment in line for line in run.stdout)
        os.killpg(run.pid, signal.SIGINT)
        rest = run.stdout.read()

    assert run.returncode == 2
    assert "Traceback" not in rest
    assert "1 pass" not in rest


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_nothing_that_matches_is_wrong_usage_and_says_so(tmp_path: Path, workers: list[str]) -> None:
    done = plumb(
        "run", "-k", "no_such", "-m", "not explore", "--report-dir", str(tmp_path), "scenarios/smoke", *workers
    )

    assert done.returncode == 2
    assert "ERROR: no scenario matches -k no_such -m 'not explore'\n" in done.stdout


def test_a_way_that_no_scenario_goes_is_named(tmp_path: Path) -> None:
    done = plumb("run", "--bench", "native", "--way", "proxy", "--report-dir", str(tmp_path), SMOKE)

    assert (done.returncode, "ERROR: no scenario matches" in done.stdout) == (2, True)
    assert "--way proxy\n" in done.stdout


def test_the_list_has_the_shape_of_a_report_and_needs_no_device() -> None:
    done = plumb("list", "--json", "-k", "answers_ping")

    listed = json.loads(done.stdout)
    jsonschema.validate(listed, json.loads(SCHEMA.read_text()))
    assert [(one["id"], one["verdict"]) for one in listed["scenarios"]] == [("smoke/alive/answers_ping", None)]


def test_each_deviation_of_the_ledger_is_of_a_scenario_that_there_is() -> None:
    ids = [one["id"] for one in json.loads(plumb("list", "--json").stdout)["scenarios"]]
    ledger = Ledger.load(
        ROOT / "fixtures/deviations", Catalogue.load(ROOT / "fixtures/requirements"), bench_names(ROOT)
    )
    globs = [(entry, glob) for entry in ledger for glob in entry.scenarios]

    assert [
        f"{entry.id}: {glob}"
        for entry, glob in globs
        if not any(replace(entry, scenarios=(glob,), benches=("*",)).covers(id_, "native") for id_ in ids)
    ] == []


def test_requirements_say_which_scenarios_prove_them() -> None:
    done = plumb("requirements", "--json")

    assert "smoke/alive/answers_ping" in json.loads(done.stdout)["RFC792 1"]


def test_a_profile_is_a_file_for_the_fixtures() -> None:
    profile = tomllib.loads(plumb("profile").stdout)

    assert profile == tomllib.loads((ROOT / "fixtures/profiles/six-segments.toml").read_text())


def test_the_shell_is_the_devices() -> None:
    done = plumb("shell", typed="@7 clock\n")

    assert "@7= ok now=" in done.stdout
    assert done.returncode == 0
