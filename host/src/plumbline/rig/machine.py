# SPDX-License-Identifier: GPL-2.0-or-later
"""This machine, as far as a rig has to do with it. Where the kernel and udev show things is a parameter, so that tests
have a desk of their own."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.probe.child import Ran, run

_ASKED_S = 20.0
_GROUPS_OWN = stat.S_IRGRP | stat.S_IWGRP
_PACKAGES = {"ip": "iproute2"}  # of Debian, where it is not the program's own name
_SBIN = "/usr/sbin:/sbin"  # where Debian has ip, ethtool and uhubctl, and users do not look


def _ask(command: Sequence[str]) -> Ran:
    return run(command, within_s=_ASKED_S)


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{_SBIN}")


@dataclass(frozen=True)
class Access:
    """Who may open a device's node for both reading and writing."""

    is_ours: bool
    owner: str
    group: str  # empty: none may, or root's alone


def _access(path: Path) -> Access:
    """OSError when it is gone."""
    found, is_ours = path.stat(), os.access(path, os.R_OK | os.W_OK)
    may = found.st_gid != 0 and found.st_mode & _GROUPS_OWN == _GROUPS_OWN
    return Access(is_ours, _named(path.owner, found.st_uid), _named(path.group, found.st_gid) if may else "")


def _named(name: Callable[[], str], number: int) -> str:
    try:
        return name()
    except KeyError:
        return str(number)


@dataclass(frozen=True)
class Machine:
    sys: Path = Path("/sys")
    dev: Path = Path("/dev")
    proc: Path = Path("/proc")
    etc: Path = Path("/etc")
    run: Path = Path("/run")
    which: Callable[[str], str | None] = _which
    ask: Callable[[Sequence[str]], Ran] = _ask  # runs a program that only looks
    access: Callable[[Path], Access] = _access
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)

    @property
    def user(self) -> str:
        try:
            return pwd.getpwuid(os.geteuid()).pw_name
        except KeyError:  # as in a container
            return f"user {os.geteuid()}"

    @property
    def holder(self) -> str:
        """Who takes and holds boards: the user, and apart from him what CI does under his name."""
        return f"{self.user} in CI" if self.environment.get("CI") else self.user

    def members(self, group: str) -> list[str]:
        """Who is in it by /etc/group: a login that began before does not know."""
        lines = (line.split(":") for line in text_of(self.etc / "group").splitlines())
        return next((fields[3].split(",") for fields in lines if len(fields) > 3 and fields[0] == group), [])

    def is_running(self, name: str) -> bool:
        """Whether a program of that name runs."""
        return any(text_of(process / "comm") == name for process in self.proc.glob("[0-9]*"))

    def said_by(self, *command: str) -> str:
        """What a program that only looks has to say. BenchError when there is none, or it fails."""
        program = self.which(command[0])
        if program is None:
            raise BenchError(f"there is no `{command[0]}` here: sudo apt-get install {package_of(command[0])}")
        ran = self.ask([program, *command[1:]])
        if ran.status != 0:
            raise BenchError(f"`{' '.join(command)}` failed: {ran.said.strip() or ran.status}")
        return ran.said

    def udev(self, kind: str) -> Mapping[str, str]:
        """What udev knows of a device: "c166:0", "b8:16", "n3". Nothing where it keeps no data."""
        try:
            lines = (self.run / "udev" / "data" / kind).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return {}
        pairs = (line[2:].partition("=") for line in lines if line.startswith("E:"))
        return {key: value for key, _, value in pairs}


def package_of(program: str) -> str:
    return _PACKAGES.get(program, program)


def text_of(path: Path) -> str:
    """One value of sysfs; empty when it is not there, or cannot be read now."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
