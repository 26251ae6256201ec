# SPDX-License-Identifier: GPL-2.0-or-later
"""One run at a time writes into a report's folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shlex
import sys
from pathlib import Path

from plumbline.errors import BenchError

OPTION = "--report-lock"  # a descriptor: who started pytest holds the lock, and lends it
_SHOWN = 200  # bytes of who holds it


def lock(folder: Path) -> int:
    """A descriptor; the folder is locked until it and its copies are closed. BenchError, saying by whom, when it is
    locked already."""
    path = folder.with_name(f"{folder.name}.lock")
    try:
        with contextlib.suppress(FileExistsError):
            path.parent.mkdir(parents=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise BenchError(f"cannot write {path}: {error.strerror}") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(fd, _SHOWN, 0).decode("utf-8", "replace").strip()
        os.close(fd)
        raise BenchError(
            f"{folder} is in use by {holder or 'a run that begins'}: "
            "wait for its end, or give this run reports of its own with --report-dir DIR"
        ) from None
    try:
        os.truncate(fd, 0)
        os.pwrite(fd, f"process {os.getpid()}, {shlex.join(['plumb', *sys.argv[1:]])}\n".encode(), 0)
    except OSError as error:
        os.close(fd)
        raise BenchError(f"cannot write {path}: {error.strerror}") from error
    return fd


def take_over(fd: int) -> int:
    """One that was lent: no child of ours is to hold it."""
    os.set_inheritable(fd, False)
    return fd
