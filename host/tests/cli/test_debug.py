# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb debug`, with the real debugger: the device waits for it, and the scenario goes on behind it."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from plumbline.scratch import sweep

ROOT = Path(__file__).resolve().parents[3]
PLUMB = (sys.executable, "-m", "plumbline.cli.main")
ONE = "scenarios/smoke/test_alive.py::test_answers_ping"
SEEN = ["-batch", "-ex", "break lan9118_start", "-ex", "continue", "-ex", "bt 1", "-ex", "delete", "-ex", "detach"]


def test_it_prints_the_line_that_reaches_the_device_and_then_the_verdict(tmp_path: Path) -> None:
    command = [*PLUMB, "debug", "--print", "--bench", "mps2-an500", "--report-dir", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as plumb:
        assert plumb.stdout is not None
        assert "held at its start" in plumb.stdout.readline()
        line = shlex.split(plumb.stdout.readline())
        debugger = subprocess.run([*line, *SEEN], cwd=ROOT, capture_output=True, text=True, check=False)
        rest = plumb.stdout.read()

    assert "lan9118_start ()" in debugger.stdout
    assert plumb.returncode == 0
    assert "1 pass" in rest


@pytest.mark.parametrize(
    ("looks", "sees"),
    [
        (["-ex", "bt 1"], " in _start ()"),  # of its loader, ahead of all that is the image's
        (["-ex", "break main", "-ex", "continue", "-ex", "bt 1", "-ex", "delete"], "#0  main ("),
    ],
)
def test_a_process_waits_at_its_first_instruction_and_goes_on_when_the_debugger_has_left(
    tmp_path: Path, looks: list[str], sees: str
) -> None:
    options = ["--print", "--bench", "native", "--report-dir", str(tmp_path), ONE]
    with subprocess.Popen([*PLUMB, "debug", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True) as plumb:
        assert plumb.stdout is not None
        assert "held at its start" in plumb.stdout.readline()
        line = shlex.split(plumb.stdout.readline())
        debugger = subprocess.run(
            [*line, "-batch", *looks, "-ex", "detach"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        rest = plumb.stdout.read()

    assert sees in debugger.stdout
    assert "SIG" not in debugger.stdout
    assert plumb.returncode == 0
    assert "1 pass" in rest


def test_what_is_killed_leaves_no_folder_behind_the_next(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    options = ["--print", "--bench", "native", "--report-dir", str(tmp_path / "report"), ONE]
    with subprocess.Popen(
        [*PLUMB, "debug", *options], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as plumb:
        assert plumb.stdout is not None
        assert "held at its start" in plumb.stdout.readline()
        (left,) = tmp_path.glob("plumb-*")
        plumb.kill()

    assert (left / "output").exists()
    sweep(tmp_path)
    assert not left.exists()


@pytest.mark.parametrize(("bench", "says"), [("nope", "no bench 'nope'"), ("native", "no tests ran")])
def test_what_cannot_be_held_is_wrong_usage(tmp_path: Path, bench: str, says: str) -> None:
    options = ["--print", "--bench", bench, "--report-dir", str(tmp_path), "scenarios/nowhere"]
    done = subprocess.run([*PLUMB, "debug", *options], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert says in done.stdout + done.stderr
