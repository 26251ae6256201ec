# SPDX-License-Identifier: GPL-2.0-or-later
"""Profiles: the limits a device is built for. The bench holds them against the device."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.scenario.toml_file import read_toml

UNDECLARED = frozenset({"arena_bytes"})  # what the image's own tables leave of its memory: it moves with every change


def profile_text(limits: Mapping[str, int]) -> str:
    """A profile file for these limits."""
    lines = "".join(f"{name} = {value}\n" for name, value in sorted(limits.items()) if name not in UNDECLARED)
    return f"[limits]\n{lines}"


def load_limits(path: Path) -> Mapping[str, int]:
    """What the profile declares."""
    if not path.is_file():
        raise BenchError(f"{path}: there is no such file; `plumb profile` shows what belongs in it")
    limits = read_toml(path).get("limits")
    if not isinstance(limits, dict) or not all(type(value) is int for value in limits.values()):
        raise BenchError(f"{path}: [limits] must be whole numbers by name")
    return limits


def check_limits(profile: str, declared: Mapping[str, int], said: Mapping[str, int]) -> None:
    """BenchError, naming each limit that the profile declares and the device does not have so. That a profile declares
    all there is, is tested in host/tests: a limit that is new to it breaks no scenario."""
    has = dict(said)  # what it lacks is said here, and by no complaint of its own
    wrong = [
        f"  {name}: the profile says {declared[name]}, the device {has.get(name, 'nothing')}"
        for name in sorted(declared)
        if declared[name] != has.get(name)
    ]
    if wrong:
        head = (
            f"this device is not what fixtures/profiles/{profile}.toml declares (`plumb profile` shows what it says):"
        )
        raise BenchError("\n".join([head, *wrong]))
