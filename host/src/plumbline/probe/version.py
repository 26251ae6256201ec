# SPDX-License-Identifier: GPL-2.0-or-later
"""Which OpenOCD this machine has."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass

from plumbline.probe.child import run
from plumbline.probe.trouble import ProbeError, Trouble
from plumbline.probe.way_out import INSTALL_OPENOCD

OLDEST = (0, 12)
_GREETING = re.compile(r"Open On-Chip Debugger v?(\d+)\.(\d+)(\S*)")
_ANSWERS_S = 30.0


@dataclass(frozen=True)
class OpenOcdProgram:
    path: str
    number: tuple[int, int]
    text: str

    @property
    def is_old(self) -> bool:
        return self.number < OLDEST


def find_openocd(path: str | None = None) -> OpenOcdProgram:
    """The first in `path`, else in $PATH. ProbeError when there is none, or it does not say what it is."""
    program = shutil.which("openocd", path=path)
    if program is None:
        raise ProbeError(Trouble.NO_OPENOCD, INSTALL_OPENOCD)
    ran = run([program, "--version"], within_s=_ANSWERS_S)
    if ran.signal_name:
        raise ProbeError(Trouble.KILLED, f"{program} --version, by {ran.signal_name}", ran.said)
    number = read_version(ran.said)
    if number is None:
        raise ProbeError(Trouble.NO_OPENOCD, f"{program} does not say its version", ran.said)
    return OpenOcdProgram(program, number[0], number[1])


def checked_openocd(path: str | None = None) -> OpenOcdProgram:
    """The same; ProbeError as well when it is too old."""
    found = find_openocd(path)
    if found.is_old:
        raise ProbeError(Trouble.NO_OPENOCD, f"{found.path} is {found.text}; {INSTALL_OPENOCD}")
    return found


def read_version(said: str) -> tuple[tuple[int, int], str] | None:
    """Pure: from what `openocd --version` says."""
    told = _GREETING.search(said)
    return ((int(told[1]), int(told[2])), f"{told[1]}.{told[2]}{told[3]}") if told else None
