# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb run --coverage`, with the plugin in the real emulator."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from plumbline.scratch import sweep

ROOT = Path(__file__).resolve().parents[3]

OWNER = """
import sys
from pathlib import Path
from plumbline.board import load_bench
from plumbline.cli.line_coverage import counted
from plumbline.scenario.checkout import find_checkout
checkout = find_checkout(Path.cwd())
with counted(load_bench("mps2-an500", checkout.root), Path("nowhere"), checkout) as words:
    (Path(words[1]) / "counts").touch()
    print(*words, flush=True)
    sys.stdin.read()
"""


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


def test_the_counts_of_a_run_that_was_killed_are_swept_by_the_next(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", OWNER],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline().startswith(f"--count-in {tmp_path}/")
        owner.kill()

    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_bench_without_an_emulator_is_wrong_usage() -> None:
    done = run("native", "scenarios/nowhere")

    assert done.returncode == 2
    assert "native is no emulated board" in done.stderr
