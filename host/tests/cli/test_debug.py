# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb debug`, with the real debugger: the device waits for it, and the scenario goes on behind it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SEEN = ["-batch", "-ex", "break lan9118_start", "-ex", "continue", "-ex", "bt 1", "-ex", "delete", "-ex", "detach"]


def test_it_prints_the_line_that_reaches_the_device_and_then_the_verdict(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "plumbline.cli.main", "debug", "--print", "--bench", "mps2-an500"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as plumb:
        assert plumb.stdout is not None
        assert "held at its start" in plumb.stdout.readline()
        line = shlex.split(plumb.stdout.readline())
        debugger = subprocess.run([*line, *SEEN], cwd=ROOT, capture_output=True, text=True, check=False)
        rest = plumb.stdout.read()

    assert "lan9118_start ()" in debugger.stdout
    assert plumb.returncode == 0
    assert "1 pass" in rest


@pytest.mark.parametrize(("bench", "says"), [("nope", "no bench 'nope'"), ("native", "no tests ran")])
def test_what_cannot_be_held_is_wrong_usage(bench: str, says: str) -> None:
    command = [sys.executable, "-m", "plumbline.cli.main", "debug", "--print", "--bench", bench, "scenarios/nowhere"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert says in done.stdout + done.stderr
