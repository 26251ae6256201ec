# SPDX-License-Identifier: GPL-2.0-or-later
"""The doors pass on what they were told, and refuse what they do not know. Nothing is run."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--dry-run", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "BENCH")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("BENCH=", "BENCH= names no bench; fixtures/benches has "),
        ("BENCH=,", "BENCH= names no bench; fixtures/benches has "),
        ("BENCH=foo", "BENCH=foo: there is no bench foo; fixtures/benches has "),
        ("BENCH=native,foo", "BENCH=native,foo: there is no bench foo; fixtures/benches has "),
        ("BOARD=", "BOARD= names no board; fixtures/boards has "),
        ("BOARD=native,foo", "BOARD=native,foo: there is no board foo; fixtures/boards has "),
        ("SEED=x", "SEED=x is no number"),
        ("SEED=1 2", "SEED=1 2 is no number"),
    ],
)
def test_what_no_door_knows_is_named_in_one_line(wrong: str, said: str) -> None:
    done = make("check", wrong)

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_another_lwip_has_reports_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "src/core").mkdir(parents=True)
    (tmp_path / "src/core/tcp.c").touch()

    other = make("check", "BENCH=native", f"LWIP_DIR={tmp_path}").stdout

    assert re.search(rf"plumb run --bench native .*--report-dir build/report/lwip-{tmp_path.name}-", other)
    assert "--report-dir" not in make("check", "BENCH=native").stdout


def test_a_device_gets_the_tap_that_is_named() -> None:
    assert "plumb shell --bench native --tap 'tap7'" in make("device", "TAP=tap7").stdout
    assert "--tap 'a b'" in make("device", "TAP=a b").stdout
    assert "--tap" not in make("device").stdout


@pytest.mark.parametrize("seed", [[], ["SEED="]])
def test_a_seed_that_is_not_given_is_drawn(seed: list[str]) -> None:
    assert re.search(r"--hypothesis-seed=[0-9]+$", make("explore", *seed).stdout, re.MULTILINE)


def test_what_ci_checks_is_a_process_an_emulated_board_and_a_virtual_nucleo() -> None:
    said = make("check").stdout

    assert "plumb run --bench native,native-asan,mps2-an500,nucleo-h743zi-virtual -n " in said
    assert "-C fixtures/virtual-nucleo" in said
