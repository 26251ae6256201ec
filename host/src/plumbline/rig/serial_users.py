# SPDX-License-Identifier: GPL-2.0-or-later
"""Who else has a serial port open. A lock keeps out those who ask for one, and the kernel those who come later."""

from __future__ import annotations

import os
import stat
from pathlib import Path

_PSEUDO_TERMINALS = range(136, 144)  # their major numbers (Linux, Documentation/admin-guide/devices.txt)
_PROCESSES = Path("/proc")
_DEVICES = 0  # where no file lies
_Device = tuple[int, int]  # whatever its name: where it lies, and its number there


def others_at(line: int | Path, processes: Path = _PROCESSES) -> list[str]:
    """The programs beside this one that have it open, by name and number. A virtual board is none: it is what the line
    leads to. What another user runs is seen by root alone."""
    device, ours = _device(line), str(os.getpid())
    if device is None:
        return []
    others = (path for path in processes.glob("[0-9]*") if path.name != ours and _has_open(path, device))
    return [f"{_name(path)} (pid {path.name})" for path in others if not _is_behind(path, device)]


def is_pseudo(device: int) -> bool:
    """By the number of a device."""
    return os.major(device) in _PSEUDO_TERMINALS


def _has_open(process: Path, device: _Device) -> bool:
    try:
        return any(_device(path) == device for path in (process / "fd").iterdir())
    except OSError:  # it ended meanwhile, or is not ours to look at
        return False


def _is_behind(process: Path, device: _Device) -> bool:
    """Whether it has the other end of that pseudo terminal."""
    where, number = device
    if where != _DEVICES or not is_pseudo(number):
        return False
    told = f"tty-index:\t{os.minor(number)}\n"
    try:
        return any(
            told in path.read_text(encoding="ascii", errors="replace") for path in (process / "fdinfo").iterdir()
        )
    except OSError:
        return False


def _device(line: int | Path) -> _Device | None:
    """None when it was closed meanwhile."""
    try:
        found = os.fstat(line) if isinstance(line, int) else line.stat()
    except OSError:
        return None
    return (_DEVICES, found.st_rdev) if stat.S_ISCHR(found.st_mode) else (found.st_dev, found.st_ino)


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "one that has just ended"
