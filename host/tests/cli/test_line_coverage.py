# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb run --coverage`, with the plugin in the real emulator."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run(bench: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plumbline.cli.main", "run", "--coverage", "--bench", bench, *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def count(listing: Path, statement: str) -> str:
    """What stands before it."""
    (line,) = (line for line in listing.read_text().splitlines() if line.endswith(f" {statement}"))
    return line.split()[0]


def test_what_a_scenario_makes_run_is_listed_beside_what_it_does_not(tmp_path: Path) -> None:
    done = run("mps2-an500", f"--report-dir={tmp_path}", "scenarios/smoke/test_alive.py::test_answers_ping")
    folder = tmp_path / "mps2-an500/coverage/firmware/src"

    assert done.returncode == 0, done.stdout + done.stderr
    assert count(folder / "stack/netif.c.txt", "stack_doing = STACK_INPUT;").isdecimal()
    assert count(folder / "net/tcp.c.txt", "local = &any;") == "#####"


def test_a_bench_without_an_emulator_is_wrong_usage() -> None:
    done = run("native", "scenarios/nowhere")

    assert done.returncode == 2
    assert "native is no emulated board" in done.stderr
