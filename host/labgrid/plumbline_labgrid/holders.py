# SPDX-License-Identifier: GPL-2.0-or-later
"""Who has a place for plumbline, and whether he lives.

labgrid's coordinator gives a place to a name, and keeps it for that name until somebody releases it: whoever had it may
be long dead. So each of ours has a name of his own, and beside it, in the folder where the boards' locks are, a file
that he has locked for as long as he lives.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_READ_BY_ALL = 0o644
_NAME = re.compile(r"(?P<host>[^/]+)/.+\.plumb-(?P<token>[0-9a-f]{12})")


@dataclass(frozen=True)
class Holder:
    """`host` and `user` are what labgrid shows."""

    host: str
    user: str
    file: Path

    def __str__(self) -> str:
        return f"{self.host}/{self.user}"

    def leave(self) -> None:
        self.file.unlink(missing_ok=True)


def new_holder(host: str, user: str, folder: Path) -> Holder:
    """This process, until its end."""
    token = secrets.token_hex(6)
    path = _file(folder, token)
    fcntl.flock(_made(path), fcntl.LOCK_EX)
    return Holder(host, f"{user}.plumb-{token}", path)


def is_dead(name: str, host: str, folder: Path) -> bool:
    """Whether it is one of ours that has ended without giving back what he had.

    A file that nobody has locked says so. No file at all, of a name of this machine's, says that the machine was
    started anew since. Who sits at another machine is taken to live, and so is one whose file we may not read."""
    found = _NAME.fullmatch(name)
    if found is None:
        return False
    try:
        file = os.open(_file(folder, found["token"]), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return found["host"] == host
    except PermissionError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(file)
    return True


def bury(name: str, folder: Path) -> None:
    """Removes the file of a dead one, where this user may."""
    if found := _NAME.fullmatch(name):
        with contextlib.suppress(OSError):
            _file(folder, found["token"]).unlink()


def use(place: str, folder: Path) -> int | None:
    """A place that a person acquired is all his programs' to use, one at a time: None when another of them does. Else a
    descriptor: until it is closed, or this process ends, the place is ours. The file stays, as those of boards do.
    PermissionError where it is another user's, who keeps us from it."""
    path = folder / f"place-{quote(place, safe='')}.lock"
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        file = _made(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _made(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _READ_BY_ALL)
    except FileExistsError:  # somebody was faster
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    os.fchmod(file, _READ_BY_ALL)  # whatever the umask
    return file


def _file(folder: Path, token: str) -> Path:
    return folder / f"labgrid-{token}"
