# SPDX-License-Identifier: GPL-2.0-or-later
"""The workflows for CI servers are such as the server takes, and call what there is. No server is asked."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from plumbline.board import bench_names
from plumbline.cli.commands import parser
from plumbline.scenario.checkout import find_checkout

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "ci/workflows"
NAMES = ("rig", "virtual")
ACTIONS = ("actions/checkout@v4", "actions/upload-artifact@v4")
AWAY_WITH_THE_REPORT = f"rm -rf {find_checkout(ROOT).reports.relative_to(ROOT)}"
LAST_WORDS_M = 15  # between the end of the longest step and that of its job


def workflow(name: str) -> dict[str, Any]:
    read: dict[object, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    return {"on" if key is True else str(key): value for key, value in read.items()}  # what YAML 1.1 makes of `on`


def jobs() -> Iterator[dict[str, Any]]:
    for name in NAMES:
        yield from workflow(name)["jobs"].values()


def steps() -> Iterator[dict[str, Any]]:
    for job in jobs():
        yield from job["steps"]


def commands() -> set[str]:
    """Each line that a shell is given, joined lines apart."""
    told = "\n".join(step["run"] for step in steps() if "run" in step)
    return {command.strip() for command in re.split(r"\n|&&", told) if command.strip()}


def words(command: str) -> list[str]:
    """As a shell splits it, without where its output goes."""
    return shlex.split(command.partition(">>")[0])


def makes() -> Iterator[list[str]]:
    """What is asked of make, for each value of a matrix."""
    doors = [door for job in jobs() for door in job.get("strategy", {}).get("matrix", {}).get("door", [])]
    for command in commands():
        if command.startswith("make "):
            for door in doors if "matrix.door" in command else [""]:
                yield words(command.replace("${{ matrix.door }}", door))[1:]


def test_all_of_them_are_looked_at() -> None:
    assert sorted(path.stem for path in FOLDER.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_keeps_to_the_servers_schema(name: str) -> None:
    schemas = resources.files("check_jsonschema") / "builtin_schemas/vendor/github-workflows.json"

    jsonschema.validate(workflow(name), json.loads(schemas.read_text()))


def test_every_door_is_there() -> None:
    called = list(makes())

    assert {door for door, *_ in called} >= {"lint-check", "test", "boards", "check", "fw"}
    for door, *variables in called:
        values = [variable.replace("$BENCH", "native").replace("$WORKERS", "1") for variable in variables]
        assert "$" not in " ".join(values)
        done = subprocess.run(
            ["make", "--dry-run", door, *values], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_every_command_of_plumb_is_there() -> None:
    called = [words(command) for command in commands() if "plumb " in command]

    assert {tuple(word for word in line[1:3] if not word.startswith("-")) for line in called} == {
        ("rig", "check"),
        ("rig", "list"),
        ("run",),
        ("summary",),
    }
    for program, *arguments in called:
        assert program == ".venv/bin/plumb"
        _, for_pytest = parser().parse_known_args(arguments)
        assert not for_pytest or arguments[0] == "run"


def test_nothing_else_is_run_but_what_a_checkout_needs() -> None:
    ours = {command for command in commands() if command.startswith(("make ", ".venv/bin/plumb ", "apt-get "))}

    assert commands() - ours == {AWAY_WITH_THE_REPORT}
    assert {step["uses"] for step in steps() if "uses" in step} == set(ACTIONS)


def test_every_bench_that_is_named_is_there() -> None:
    named = workflow("virtual")["jobs"]["suite"]["env"]["BENCH"].split(",")
    asked = workflow("rig")["on"]["workflow_dispatch"]["inputs"]["bench"]

    assert {*named, *asked["options"]} <= set(bench_names(ROOT))
    assert asked["default"] in asked["options"]
    assert f"inputs.bench || '{asked['default']}'" in workflow("rig")["env"]["BENCH"]


def test_the_doctor_looks_at_the_boards_of_the_run_that_comes_behind() -> None:
    run = [step["run"] for step in workflow("rig")["jobs"]["suite"]["steps"] if "run" in step]
    check = next(at for at, command in enumerate(run) if "rig check" in command)

    assert words(run[check])[1:5] == ["rig", "check", "--bench", "$BENCH"]
    assert "plumb run --bench" in run[check + 1]


def test_what_is_kept_is_where_the_reports_are_and_is_kept_however_it_ended() -> None:
    kept = [step for step in steps() if step.get("uses", "").startswith("actions/upload-artifact")]
    told = [step for step in steps() if "plumb summary" in step.get("run", "")]

    reports = find_checkout(ROOT).reports.relative_to(ROOT)
    assert [step["with"]["path"] for step in kept] == [str(reports)] * len(NAMES)
    assert len(told) == len(NAMES)
    assert all(step["if"] == "always()" for step in (*kept, *told))
    assert all(step["run"].endswith('>> "$GITHUB_STEP_SUMMARY"') for step in told)


def test_no_report_of_another_run_is_told_of_or_kept() -> None:
    """Where a checkout is cleaned, the server does it: `build/` is nothing of the repository's."""
    for job in jobs():
        at = next(at for at, step in enumerate(job["steps"]) if step.get("uses", "").startswith("actions/checkout"))
        checkout, first = job["steps"][at : at + 2]
        is_cleaned = checkout.get("with", {}).get("clean", True)
        assert is_cleaned or first["run"] == AWAY_WITH_THE_REPORT


def test_a_step_that_hangs_leaves_time_to_tell_of_it() -> None:
    for job in jobs():
        long_steps = [step["timeout-minutes"] for step in job["steps"] if "make check" in step.get("run", "")]
        assert all(minutes + LAST_WORDS_M <= job["timeout-minutes"] for minutes in long_steps)
        assert job["timeout-minutes"] <= 150


def test_a_strangers_change_never_runs_at_the_rig() -> None:
    rig = workflow("rig")

    assert set(rig["on"]) == {"push", "schedule", "workflow_dispatch"}
    assert rig["on"]["push"]["branches"] == ["main"]
    assert all("self-hosted" in job["runs-on"] for job in rig["jobs"].values())
    assert not any("self-hosted" in job["runs-on"] for job in workflow("virtual")["jobs"].values())


def test_the_rig_is_one_runs_at_a_time_and_no_flash_is_broken_off() -> None:
    assert workflow("rig")["concurrency"] == {"group": "plumbline-rig", "cancel-in-progress": False}


def test_no_workflow_may_write_to_the_repository() -> None:
    assert [workflow(name)["permissions"] for name in NAMES] == [{"contents": "read"}] * len(NAMES)
