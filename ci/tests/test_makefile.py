# SPDX-License-Identifier: GPL-2.0-or-later
"""The doors pass on what they were told, and refuse what they do not know. Nothing is run."""

from __future__ import annotations

import os
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
    ("bench", "said"),
    [
        ("", "BENCH= names no bench; fixtures/benches has "),
        (",", "BENCH= names no bench; fixtures/benches has "),
        ("foo", "BENCH=foo: there is no bench foo; fixtures/benches has "),
        ("native,foo", "BENCH=native,foo: there is no bench foo; fixtures/benches has "),
    ],
)
def test_a_bench_that_is_not_there_is_named_in_one_line(bench: str, said: str) -> None:
    done = make("check", f"BENCH={bench}")

    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_another_lwip_has_reports_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "src/core").mkdir(parents=True)
    (tmp_path / "src/core/tcp.c").touch()

    other = make("check", "BENCH=native", f"LWIP_DIR={tmp_path}").stdout

    assert f"plumb run --bench native --report-dir build/report/lwip-{tmp_path.name}-" in other
    assert "--report-dir" not in make("check", "BENCH=native").stdout


def test_a_device_gets_the_tap_that_is_named() -> None:
    assert "plumb shell --bench native --tap tap7" in make("device", "TAP=tap7").stdout
    assert "--tap" not in make("device").stdout
