# SPDX-License-Identifier: GPL-2.0-or-later
"""One at a time at a board. The lock is the kernel's, so that whoever dies lets go; who has it is written in its file.

The file is named by the probe's serial number and never removed: a lock on a file that another one has replaced locks
nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from plumbline.errors import BenchError
from plumbline.lifetime import ends_with_us
from plumbline.rig.lease import Lease, Record, read_record

_EVERYBODYS = 0o666
_RECORD_BYTES = 1 << 16
_LOOKS_S = 5.0
_LONGEST_S = 24 * 3600
_NAMELESS = "a process that has not said who it is"
Note = Callable[[str], None]


class Busy(BenchError):
    """Somebody else has the board."""


class Held(Busy):
    """A person has it: nobody waits for people."""


class Lock:
    """One board's. Opened by `with`, or closed by hand."""

    def __init__(self, folder: Path, serial: str) -> None:
        self.path = folder / f"{serial}.lock"
        self._file = _opened(self.path)
        self._is_ours = False

    def acquire(self, lease: Lease, *, wait_s: float = 0, note: Note = lambda text: None) -> None:
        """For this process, until `release` or its end. Busy when somebody has it after that long, Held when somebody
        holds it. `note` is told whom it waits for, and whom it is taken over from. The lease begins when the
        board is had, however long it was waited for: a hold that ended meanwhile keeps nobody out."""
        if not self._is_had_at_once():
            began = time.monotonic()
            self._wait(lease, wait_s, note)
            lease = lease.later(time.monotonic() - began)
        self._is_ours = True
        with self._alone():
            record = self.record()
            if held := record.hold_against(lease.holder, lease.since):
                self._unlock()
                raise Held(f"held by {held.told(lease.since)}")
            self._write(replace(record, taker=lease))
        if record.taker is not None:
            note(f"taken over from {record.taker.told(lease.since)}: it ended without letting go")

    def release(self) -> None:
        """A second call has no effect."""
        if self._is_ours:
            try:
                with self._alone():
                    self._write(replace(self.record(), taker=None))
            finally:
                self._unlock()

    def hold(self, lease: Lease) -> None:
        """For a person, beyond the end of this process. Busy when somebody has it or holds it."""
        self.acquire(lease)
        with self._alone():
            self._write(Record(hold=lease))
        self._unlock()

    def let_go(self, holder: str, now: datetime, *, anyway: bool) -> Lease | None:
        """Ends a hold, and tells whose it was. Another's only with `anyway`."""
        with self._alone():
            record = self.record()
            if (held := record.hold_against(holder, now)) and not anyway:
                raise Held(f"held by {held.told(now)}; --anyway ends a hold of somebody else")
            self._write(replace(record, hold=None))
            return record.hold

    def whose(self, now: datetime, *, but: str = "") -> str:
        """Who has it or holds it, in a person's words; empty when nobody does, or `but` holds it."""
        record = self.record()
        if self.is_taken():
            return f"taken by {record.taker.told(now) if record.taker else _NAMELESS}"
        held = record.hold_against(but, now)
        return f"held by {held.told(now)}" if held else ""

    def record(self) -> Record:
        return read_record(os.pread(self._file, _RECORD_BYTES, 0).decode("utf-8", "replace"))

    def is_taken(self) -> bool:
        """Whether a process has it now."""
        if self._is_ours:
            return True
        return not self._is_only_looked_at()

    def close(self) -> None:
        """Releases it. A second call has no effect."""
        if self._file >= 0:
            try:
                self.release()
            finally:
                os.close(self._file)
                self._file = -1

    def _is_had_at_once(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(self, lease: Lease, wait_s: float, note: Note) -> None:
        if self._is_only_looked_at() and _waited(self._file, _LOOKS_S):
            return
        taker = self.record().taker
        who = taker.told(lease.since) if taker else _NAMELESS
        if wait_s <= 0:
            raise Busy(f"taken by {who}")
        note(f"waits for {who}")
        if not _waited(self._file, wait_s):
            raise Busy(f"still taken by {who} after {wait_s:.0f} s")

    def _is_only_looked_at(self) -> bool:
        """Whether no process has it. Those who ask share it for a moment, and nobody is refused for that."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        fcntl.flock(self._file, fcntl.LOCK_UN)
        return True

    def _unlock(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._is_ours = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """With the record, from its reading to its writing: who ends a hold has not the board, and one who has it may
        let go at that moment. Another kind of the kernel's locks, apart from the board's own, and of moments only."""
        fcntl.fcntl(self._file, fcntl.F_OFD_SETLKW, _range(fcntl.F_WRLCK))
        try:
            yield
        finally:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _range(fcntl.F_UNLCK))

    def _write(self, record: Record) -> None:
        text = record.text().encode()
        try:
            os.pwrite(self._file, text, 0)
            os.ftruncate(self._file, len(text))
        except OSError as error:
            raise BenchError(f"{self.path}: {error.strerror}") from error

    def __enter__(self) -> Lock:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def seconds(text: str) -> float:
    """For a command line: how long to wait. ValueError for what nobody can."""
    wait_s = float(text)
    if not 0 <= wait_s <= _LONGEST_S:
        raise ValueError(f"must be from 0 to {_LONGEST_S}")
    return wait_s


def _range(kind: int) -> bytes:
    """struct flock: the whole file."""
    return struct.pack("hhqqi0q", kind, os.SEEK_SET, 0, 0, 0)


def _opened(path: Path) -> int:
    """Without O_CREAT where it is there: in a folder like /tmp the kernel refuses that on another user's file."""
    try:
        try:
            return os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return _made(path)
    except OSError as error:
        raise BenchError(f"{path}: {error.strerror}") from error


def _made(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_CREAT | os.O_EXCL, _EVERYBODYS)
    except FileExistsError:  # somebody was faster
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    os.fchmod(file, _EVERYBODYS)  # whatever the umask
    return file


def _waited(file: int, wait_s: float) -> bool:
    """util-linux's flock locks what its descriptor leads to, which is ours too: the kernel's queue, with an end. It
    does not stand there for a harness that was killed."""
    if shutil.which("flock") is None:
        raise BenchError("there is no `flock` (Debian: util-linux)")
    command = [*ends_with_us("KILL"), "flock", "--exclusive", "--wait", str(wait_s), str(file)]
    return subprocess.run(command, pass_fds=[file], check=False).returncode == 0
