# SPDX-License-Identifier: GPL-2.0-or-later
"""`plumb` is ended from outside, and nobody but `plumb`: nothing that it started lives on."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PLUMB = (sys.executable, "-m", "plumbline.cli.main")
BOARD = "mps2-an500"
LETTERS = set(".udnX")  # of verdicts
_SOON_S = 180.0  # patience, not a proof: on a loaded machine a new Python takes its time


def started(*arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [*PLUMB, *arguments], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, start_new_session=True
    )


def until_it_runs(run: subprocess.Popen[str]) -> None:
    """Its first verdicts are there."""
    assert run.stdout is not None
    before = ""
    while letter := run.stdout.read(1):
        if before == "\n" and letter in LETTERS:
            return
        before = letter
    raise AssertionError("it ended")


def session_of(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[3])
    except OSError:
        return None


def others_in_session(session: int) -> dict[int, str]:
    """Everything that came of it, by process, with its program's name."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return {pid: name_of(pid) for pid in pids if pid != session and session_of(pid) == session}


def name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "gone"


def live_on(session: int) -> list[str]:
    """What does not end. What begins meanwhile is waited for as well."""
    while others := others_in_session(session):
        for pid, name in others.items():
            try:
                process = os.pidfd_open(pid)
            except ProcessLookupError:
                continue
            ended, _, _ = select.select([process], [], [], _SOON_S)
            os.close(process)
            if not ended:
                os.kill(pid, signal.SIGKILL)
                return [name]
    return []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_whatever_ends_plumb_alone_ends_the_suite_and_its_emulators(
    tmp_path: Path, how: signal.Signals, workers: list[str]
) -> None:
    options = ["--bench", BOARD, "--report-dir", str(tmp_path), "scenarios/full_buffer", *workers]
    with started("run", *options) as run:
        until_it_runs(run)
        os.kill(run.pid, how)
        assert run.wait(_SOON_S) == (-how if how is signal.SIGKILL else 2)
        left = live_on(run.pid)

    assert left == []


@pytest.mark.parametrize(("how", "status"), [(signal.SIGTERM, 128 + 15), (signal.SIGHUP, 128 + 1), (signal.SIGINT, 2)])
def test_a_debugging_that_is_ended_leaves_no_folder_and_no_process(
    tmp_path: Path, how: signal.Signals, status: int
) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [*PLUMB, "debug", "--print", "--bench", BOARD]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, start_new_session=True
    ) as debugging:
        assert debugging.stdout is not None
        assert "held at its start" in debugging.stdout.readline()
        assert "qemu-system-arm" in {name[:15] for name in others_in_session(debugging.pid).values()}
        os.kill(debugging.pid, how)
        assert debugging.wait(_SOON_S) == status
        left = others_in_session(debugging.pid)

    assert left == {}
    assert list(tmp_path.glob("plumb-*")) == []


def test_a_second_run_says_who_writes_the_report_until_that_is_gone(tmp_path: Path) -> None:
    options = ["run", "--bench", "native", "--report-dir", str(tmp_path), "scenarios/handshake"]
    with started(*options) as first:
        until_it_runs(first)
        os.killpg(first.pid, signal.SIGSTOP)  # it has not come to its end when the second one looks
        second = subprocess.run([*PLUMB, *options], cwd=ROOT, capture_output=True, text=True, check=False)
        first.kill()
        os.killpg(first.pid, signal.SIGCONT)
        live_on(first.pid)
    third = subprocess.run([*PLUMB, *options, "-k", "no_such"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert second.returncode == 2
    assert f"{tmp_path}/native is in use by process {first.pid}, plumb run --bench native" in second.stderr
    assert "--report-dir" in second.stderr
    assert "ERROR: no scenario matches" in third.stdout


def test_a_harness_that_was_killed_is_told_with_its_signal() -> None:
    child = f"{[sys.executable, '-c', 'import os; os.kill(os.getpid(), 9)']}"
    code = "import pathlib; from plumbline.cli.apart import exit_status, status_of; "
    code += f"raise SystemExit(exit_status(status_of({child}, pathlib.Path())))"

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (2, "plumb: the harness was killed by signal 9\n")
