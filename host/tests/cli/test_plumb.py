# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb` as a user starts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from plumbline.board.spec import images_folder
from plumbline.report.run import SCHEMA
from plumbline.scenario.checkout import find_checkout

ROOT = find_checkout(Path(__file__)).root
SMOKE = "scenarios/smoke/test_alive.py::test_answers_ping"


def plumb(*arguments: str, cwd: Path = ROOT, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "plumbline.cli.main", *arguments],
        cwd=cwd, input=typed, capture_output=True, text=True, check=False,
        env={**os.environ, "PLUMB_IMAGES": str(images_folder(ROOT))},
    )  # fmt: skip


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
        (["run", "--bench", "nope"], "there is no bench 'nope'; fixtures/benches/ has native"),
        (["run", "--bench", ","], "no bench is named"),
        (["run", "scenarios/nope"], "file or directory not found: scenarios/nope"),
        (["run", "--nope"], "unrecognized arguments: --nope"),
        (["shell", "--bench", "nope"], "no bench 'nope'"),
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


def test_nothing_that_matches_is_wrong_usage(tmp_path: Path) -> None:
    assert plumb("run", "-k", "no_such_scenario", "--report-dir", str(tmp_path)).returncode == 2


def test_the_list_has_the_shape_of_a_report_and_needs_no_device() -> None:
    done = plumb("list", "--json", "-k", "answers_ping")

    listed = json.loads(done.stdout)
    jsonschema.validate(listed, json.loads(SCHEMA.read_text()))
    assert [(one["id"], one["verdict"]) for one in listed["scenarios"]] == [("smoke/alive/answers_ping", None)]


def test_requirements_say_which_scenarios_prove_them() -> None:
    done = plumb("requirements", "--json")

    assert "smoke/alive/answers_ping" in json.loads(done.stdout)["RFC792 1"]


def test_a_profile_is_a_file_for_the_fixtures() -> None:
    profile = tomllib.loads(plumb("profile").stdout)

    assert profile == tomllib.loads((ROOT / "fixtures/profiles/native.toml").read_text())


def test_the_shell_is_the_devices() -> None:
    done = plumb("shell", typed="@7 clock\n")

    assert "@7= ok now=" in done.stdout
    assert done.returncode == 0
