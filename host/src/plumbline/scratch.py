# SPDX-License-Identifier: GPL-2.0-or-later
"""A folder for as long as this process lives: of one that was killed it is gone when the next is made."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plumbline.errors import BenchError

_PREFIX = "plumb-scratch-"


@contextmanager
def scratch() -> Iterator[Path]:
    """Its path is short: sockets lie in it. It is locked by the kernel as long as its owner lives, and what nobody has
    locked is swept, so that no process is ever taken for another of the same number."""
    try:
        home = Path(tempfile.gettempdir())
        sweep(home)
        folder, lock = _made(home)
    except OSError as error:
        raise BenchError(f"there is no folder to be had in {tempfile.gettempdir()}: {error.strerror}") from error
    try:
        yield folder
    finally:
        _remove(folder, lock)


def sweep(home: Path) -> None:
    """Removes what the dead have left there, as far as this user may."""
    for folder in home.glob(f"{_PREFIX}*"):
        if (lock := _locked(folder)) is not None:
            _remove(folder, lock)


def _made(home: Path) -> tuple[Path, int]:
    """A sweep may come between a folder's making and its lock: then the next one is made."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=home))
        if (lock := _locked(folder)) is not None:
            return folder, lock


def _locked(folder: Path) -> int | None:
    """Its lock, that ends with its descriptor; None when somebody has it, it is gone, or not ours to open."""
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), folder.lstat()):
            return lock
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(lock)
    return None


def _remove(folder: Path, lock: int) -> None:
    """What cannot be removed now, the next one tries."""
    with contextlib.suppress(OSError):
        shutil.rmtree(folder)
    os.close(lock)
