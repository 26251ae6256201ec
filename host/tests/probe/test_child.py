# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs end, are heard, and leave nothing behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.probe.child import run

SOON_S = 60.0
LONG_S = 10000.0

HARNESS = """
import sys
from plumbline.probe.child import run
run(["sh", "-c", 'exec 9>"$0"; echo it runs >&9; exec sleep 10000', sys.argv[1]], within_s=10000)
"""


def has_ended(held: int) -> bool:
    """Whether all who held the other end of that pipe are gone."""
    return bool(select.select([held], [], [], SOON_S)[0]) and os.read(held, 1) == b""


def is_gone(pid: int) -> bool:
    """Or only waits for its parent to look."""
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
    return False


def test_what_it_says_is_kept_in_order_and_heard_line_by_line() -> None:
    heard: list[str] = []
    ran = run(["sh", "-c", "echo one; echo two >&2; printf three"], within_s=SOON_S, hear=heard.append)

    assert (ran.status, ran.said, heard) == (0, "one\ntwo\nthree", ["one", "two"])


class Clock:
    """Stands until it has heard so many lines; then all deadlines are over."""

    def __init__(self, lines: int) -> None:
        self._lines = lines

    def hear(self, _line: str) -> None:
        self._lines -= 1

    def monotonic(self) -> float:
        return 0.0 if self._lines > 0 else LONG_S


def test_who_talks_without_end_is_ended_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(lines=2)
    monkeypatch.setattr("plumbline.probe.child.time", clock)

    ran = run(["yes"], within_s=SOON_S, hear=clock.hear)

    assert ran.status is None
    assert ran.said.startswith("y\ny\n")


def test_its_exit_status_is_told() -> None:
    ran = run(["sh", "-c", "exit 3"], within_s=SOON_S)

    assert (ran.status, ran.signal_name) == (3, "")


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (15, "SIGTERM"), (11, "SIGSEGV"), (40, "signal 40")])
def test_the_signal_that_ended_it_ahead_of_its_time_is_told(number: int, name: str) -> None:
    ran = run(["sh", "-c", f"echo one; kill -{number} $$; echo two"], within_s=SOON_S)

    assert (ran.status, ran.signal_name, ran.said) == (-number, name, "one\n")


def test_a_deadline_is_no_signal_of_somebody_elses() -> None:
    assert run(["sh", "-c", "sleep 10000"], within_s=0.1).signal_name == ""


@pytest.mark.parametrize("deaf", ["", "trap '' TERM; "])
def test_one_that_does_not_end_is_ended_with_all_that_it_started(deaf: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """At a deadline that comes when both are there."""
    clock = Clock(lines=2)
    monkeypatch.setattr("plumbline.probe.child.time", clock)
    monkeypatch.setattr("plumbline.probe.child._LEAVES_S", 0.2)

    ran = run(
        ["sh", "-c", f"{deaf}echo $$; sleep 10000 & echo $!; wait; sleep 10000"], within_s=SOON_S, hear=clock.hear
    )

    assert ran.status is None
    assert [is_gone(int(pid)) for pid in ran.said.split()] == [True, True]


def test_what_one_that_ends_leaves_behind_is_ended_with_it() -> None:
    ran = run(["sh", "-c", "sleep 10000 >/dev/null 2>&1 & echo $!; exit 3"], within_s=SOON_S)

    assert ran.status == 3
    assert is_gone(int(ran.said))


def test_one_that_says_no_more_but_runs_is_ended_too() -> None:
    assert run(["sh", "-c", "exec >&- 2>&-; sleep 10000"], within_s=0.3).status is None


def test_it_has_a_session_of_its_own() -> None:
    told = run(["sh", "-c", "cut -d' ' -f6 /proc/self/stat"], within_s=SOON_S).said

    assert int(told) != os.getsid(0)


def test_one_that_is_not_there_is_the_benchs_fault() -> None:
    """Named by its own name, with or without `setpriv` before it."""
    with pytest.raises(BenchError, match="/no/such does not start: "):
        run(["/no/such"], within_s=SOON_S)


def test_it_does_not_outlive_a_harness_that_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "held"
    os.mkfifo(path)
    with subprocess.Popen([sys.executable, "-c", HARNESS, str(path)]) as harness:
        held = os.open(path, os.O_RDONLY)
        assert os.read(held, 100) == b"it runs\n"
        harness.send_signal(signal.SIGKILL)

    assert has_ended(held)
    os.close(held)
