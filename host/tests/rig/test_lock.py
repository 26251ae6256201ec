# SPDX-License-Identifier: GPL-2.0-or-later
"""Real processes at one board: one at a time, by name, and nobody waits for the dead."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest

from plumbline.errors import BenchError
from plumbline.rig import lock as lock_module
from plumbline.rig.lease import Lease, Record, read_record
from plumbline.rig.lock import Busy, Lock

SERIAL = "066BFF363154423457182935"
HERE = timezone(timedelta(hours=2))
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=HERE)

HOLDER = """
import sys
from datetime import datetime, timezone, timedelta
from pathlib import Path
from plumbline.rig.lease import Lease, Record
from plumbline.rig.lock import Lock
now = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
lock = Lock(Path(sys.argv[1]), sys.argv[2])
lock.acquire(Lease("ci", 4711, "plumb run", now, now + timedelta(hours=1)))
print("has it", flush=True)
sys.stdin.readline()
lock.close()
"""

WAITER = """
import sys
from datetime import datetime, timezone, timedelta
from pathlib import Path
from plumbline.rig.lease import Lease
from plumbline.rig.lock import Lock
now = datetime(2026, 11, 22, 9, 30, tzinfo=timezone.utc)
Lock(Path(sys.argv[1]), sys.argv[2]).acquire(Lease("cem", 4712, "plumb run", now, now + timedelta(hours=1)), wait_s=600)
"""
SOON_S = 30  # patience, not a proof


def lease(holder: str = "anna", *, pid: int = 1, hours: float = 1, now: datetime = NOON) -> Lease:
    return Lease(holder, pid, "plumb rig flash", now, now + timedelta(hours=hours))


@contextmanager
def somebody(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, that has the board."""
    command = [sys.executable, "-c", HOLDER, str(folder), SERIAL]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "has it\n"
            yield process
        finally:
            process.kill()


def test_somebody_elses_board_is_refused_with_his_name_and_purpose(tmp_path: Path) -> None:
    with somebody(tmp_path), Lock(tmp_path, SERIAL) as lock:
        with pytest.raises(Busy, match=r"taken by ci \(pid 4711\) since 11:30 for plumb run, until 12:30"):
            lock.acquire(lease())
        assert lock.is_taken()


def test_a_lease_that_has_run_out_is_told_but_only_the_end_of_its_process_frees_the_board(tmp_path: Path) -> None:
    with (
        somebody(tmp_path),
        Lock(tmp_path, SERIAL) as lock,
        pytest.raises(Busy, match=r"taken by ci .*, which was to end 12:30"),
    ):
        lock.acquire(lease(now=NOON + timedelta(hours=3)))


def test_the_dead_are_succeeded_at_once_and_it_is_told(tmp_path: Path) -> None:
    with somebody(tmp_path) as other:
        other.send_signal(signal.SIGKILL)
        other.wait()
        told: list[str] = []
        with Lock(tmp_path, SERIAL) as lock:
            lock.acquire(lease(), note=told.append)
            (said,) = told
            assert said.startswith("taken over from ci (pid 4711) since 11:30")
            assert lock.record().taker == lease()


def test_who_lets_go_properly_leaves_no_word(tmp_path: Path) -> None:
    with Lock(tmp_path, SERIAL) as lock:
        lock.acquire(lease())
    told: list[str] = []
    with Lock(tmp_path, SERIAL) as lock:
        assert not lock.is_taken()
        lock.acquire(lease("ben"), note=told.append)

    assert told == []


def test_who_waits_gets_it_when_it_is_let_go(tmp_path: Path) -> None:
    with somebody(tmp_path) as other, Lock(tmp_path, SERIAL) as lock:
        told: list[str] = []

        def note(text: str) -> None:
            told.append(text)
            assert other.stdin is not None
            other.stdin.write("\n")
            other.stdin.flush()

        lock.acquire(lease(), wait_s=60, note=note)

        assert told == ["waits for ci (pid 4711) since 11:30 for plumb run, until 12:30"]
        assert lock.is_taken()


def test_a_wait_dates_the_lease_and_outlasts_a_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program whose end is waited for is the holder's own."""
    clock = SimpleNamespace(monotonic=lambda: 0.0)
    monkeypatch.setattr(lock_module, "time", clock)
    hold = replace(lease("ci", pid=0), until=NOON + timedelta(minutes=1))
    with Lock(tmp_path, SERIAL) as lock:
        lock.hold(hold)
    with Lock(tmp_path, SERIAL) as holder, Lock(tmp_path, SERIAL) as lock:
        holder.acquire(lease("ci"))

        def lets_go(text: str) -> None:
            clock.monotonic = lambda: 60.0
            holder.release()

        lock.acquire(lease(), wait_s=60, note=lets_go)

        assert lock.record().taker == lease(now=NOON + timedelta(minutes=1))


def test_who_only_looks_keeps_nobody_from_the_board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Lock(tmp_path, SERIAL).close()
    with (tmp_path / f"{SERIAL}.lock").open() as look, Lock(tmp_path, SERIAL) as lock:
        fcntl.flock(look, fcntl.LOCK_SH)
        wait = lock_module._waited

        def ends_its_look(file: int, wait_s: float) -> bool:
            fcntl.flock(look, fcntl.LOCK_UN)
            return wait(file, wait_s)

        monkeypatch.setattr(lock_module, "_waited", ends_its_look)
        assert not lock.is_taken()
        lock.acquire(lease())
        assert lock.is_taken()


def test_who_has_looked_holds_nobody_up_though_he_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def waits(file: int, wait_s: float) -> bool:
        raise AssertionError((file, wait_s))

    monkeypatch.setattr(lock_module, "_waited", waits)
    with Lock(tmp_path, SERIAL) as look, Lock(tmp_path, SERIAL) as lock:
        assert not look.is_taken()
        lock.acquire(lease())


def test_waiting_has_an_end(tmp_path: Path) -> None:
    with (
        somebody(tmp_path),
        Lock(tmp_path, SERIAL) as lock,
        pytest.raises(Busy, match=r"still taken by ci .* after 0 s"),
    ):
        lock.acquire(lease(), wait_s=0.1)


def test_who_is_killed_while_he_waits_leaves_nobody_in_the_queue(tmp_path: Path) -> None:
    with somebody(tmp_path) as other, Lock(tmp_path, SERIAL) as lock:
        with subprocess.Popen([sys.executable, "-c", WAITER, str(tmp_path), SERIAL]) as waiter:
            queued = in_the_queue_of(waiter)
            waiter.kill()
        try:
            assert ends(queued)
        finally:
            os.close(queued)

        other.kill()
        other.wait()
        lock.acquire(lease())


def in_the_queue_of(waiter: subprocess.Popen[bytes]) -> int:
    """The program that waits in his place, once it runs."""
    until = time.monotonic() + SOON_S
    while time.monotonic() < until:
        for pid in Path(f"/proc/{waiter.pid}/task/{waiter.pid}/children").read_text().split():
            if Path(f"/proc/{pid}/comm").read_text() == "flock\n":
                return os.pidfd_open(int(pid))
    raise AssertionError("it does not wait")


def ends(process: int) -> bool:
    if select.select([process], [], [], SOON_S)[0]:
        return True
    signal.pidfd_send_signal(process, signal.SIGKILL)
    return False


def test_where_nothing_can_wait_it_is_said_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with somebody(tmp_path), Lock(tmp_path, SERIAL) as lock:
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(BenchError, match="there is no `flock`"):
            lock.acquire(lease(), wait_s=60)


def test_what_a_program_starts_does_not_keep_the_board(tmp_path: Path) -> None:
    with Lock(tmp_path, SERIAL) as lock:
        lock.acquire(lease())
        with subprocess.Popen(["sleep", "10000"], close_fds=False) as left:
            lock.close()
            try:
                with Lock(tmp_path, SERIAL) as next_one:
                    next_one.acquire(lease("ben"))
            finally:
                left.kill()


def test_a_hold_outlives_its_program_and_keeps_others_out_until_its_end(tmp_path: Path) -> None:
    with Lock(tmp_path, SERIAL) as lock:
        lock.hold(lease(pid=0))
    with Lock(tmp_path, SERIAL) as lock:
        assert not lock.is_taken()
        with pytest.raises(Busy, match="held by anna since 12:00 for plumb rig flash, until 13:00"):
            lock.acquire(lease("ci", now=NOON + timedelta(minutes=59)))
        lock.acquire(lease("ci", now=NOON + timedelta(hours=1)))


def test_who_holds_a_board_has_let_it_go_properly(tmp_path: Path) -> None:
    with Lock(tmp_path, SERIAL) as lock:
        lock.hold(lease(pid=0))
        assert lock.record().taker is None
    told: list[str] = []
    with Lock(tmp_path, SERIAL) as lock:
        lock.acquire(lease(), note=told.append)

    assert told == []


def test_who_is_refused_for_a_hold_does_not_keep_the_holder_out(tmp_path: Path) -> None:
    """Though he has not closed yet."""
    with Lock(tmp_path, SERIAL) as lock:
        lock.hold(lease(pid=0))
    with Lock(tmp_path, SERIAL) as refused, Lock(tmp_path, SERIAL) as holder:
        with pytest.raises(Busy, match="held by anna"):
            refused.acquire(lease("ci"))
        holder.acquire(lease())


def test_the_holder_works_with_the_board_and_keeps_his_hold(tmp_path: Path) -> None:
    with Lock(tmp_path, SERIAL) as lock:
        lock.hold(lease(pid=0))
    with Lock(tmp_path, SERIAL) as lock:
        lock.acquire(lease())
    with Lock(tmp_path, SERIAL) as lock, pytest.raises(Busy, match="held by anna"):
        lock.acquire(lease("ci"))


def test_a_board_in_use_cannot_be_held(tmp_path: Path) -> None:
    with somebody(tmp_path), Lock(tmp_path, SERIAL) as lock, pytest.raises(Busy, match="taken by ci"):
        lock.hold(lease(pid=0))


def test_a_hold_is_its_holders_to_end(tmp_path: Path) -> None:
    with Lock(tmp_path, SERIAL) as lock:
        lock.hold(lease(pid=0))
        with pytest.raises(Busy, match="held by anna .*--anyway"):
            lock.let_go("ben", NOON, anyway=False)
        assert lock.let_go("anna", NOON, anyway=False) == lease(pid=0)
        assert lock.let_go("anna", NOON, anyway=False) is None
        lock.hold(lease(pid=0))
        lock.let_go("ben", NOON, anyway=True)
        lock.acquire(lease("ben"))


def test_who_ends_a_hold_undoes_no_end_of_whoever_lets_go_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Lock(tmp_path, SERIAL) as user, Lock(tmp_path, SERIAL) as holder, Lock(tmp_path, SERIAL) as next_one:
        user.acquire(lease())
        writes, notes = holder._write, list[str]()

        def writes_a_moment_later(record: Record) -> None:
            if may_be_written(holder.path):
                user.release()
            writes(record)

        monkeypatch.setattr(holder, "_write", writes_a_moment_later)
        holder.let_go("anna", NOON, anyway=False)
        user.release()
        next_one.acquire(lease("ben"), note=notes.append)

        assert notes == []


def may_be_written(record: Path) -> bool:
    """By another program."""
    with record.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


FOR_EVER = '{"taker": {"holder": "x", "pid": Infinity, "purpose": "x", "since": "2026-11-22T12:00+00:00", "until": '
FOR_EVER += '"2026-11-22T13:00+00:00"}, "hold": null}'


@pytest.mark.parametrize(
    "text", ["", "no json", "[]", '{"taker": {"holder": "x"}, "hold": null}', "null", "\udcff", "[" * 5000, FOR_EVER]
)
def test_a_file_that_nobody_can_read_locks_as_well(tmp_path: Path, text: str) -> None:
    (tmp_path / f"{SERIAL}.lock").write_text(text, errors="surrogateescape")
    with Lock(tmp_path, SERIAL) as lock:
        lock.acquire(lease())
        with Lock(tmp_path, SERIAL) as other, pytest.raises(Busy, match="taken by anna"):
            other.acquire(lease("ben"))


def test_what_somebody_wrote_into_the_file_does_nothing_to_a_terminal() -> None:
    text = Record(hold=replace(lease(pid=0), purpose="a\x1b[2Jscope")).text()

    held = read_record(text).hold
    assert held is not None
    assert held.purpose == "a\N{REPLACEMENT CHARACTER}[2Jscope"


def test_another_day_is_told_with_its_date(tmp_path: Path) -> None:
    assert lease(hours=24).told(NOON).endswith("since 12:00 for plumb rig flash, until 2026-11-23 12:00")


def test_whoever_comes_may_use_the_file(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        Lock(tmp_path, SERIAL).close()
    finally:
        os.umask(old)

    assert (tmp_path / f"{SERIAL}.lock").stat().st_mode & 0o777 == 0o666
