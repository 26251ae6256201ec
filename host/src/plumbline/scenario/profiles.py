# SPDX-License-Identifier: GPL-2.0-or-later
"""Profiles: what a device declares of itself. The bench holds the limits against the device; `can` is for scenarios."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Set
from pathlib import Path

from plumbline.errors import BenchError


def load_features(path: Path) -> frozenset[str]:
    """What a scenario may need of a device with this profile; nothing when none is declared yet."""
    if not path.is_file():
        return frozenset()
    can = tomllib.loads(path.read_text(encoding="utf-8")).get("can", [])
    if not isinstance(can, list) or not all(isinstance(feature, str) for feature in can):
        raise BenchError(f"{path}: can must be a list of strings, not {can!r}")
    return frozenset(can)


def profile_text(limits: Mapping[str, int], can: Set[str]) -> str:
    """A profile file for these limits."""
    features = "".join(f'    "{feature}",\n' for feature in sorted(can))
    lines = "".join(f"{name} = {value}\n" for name, value in sorted(limits.items()))
    return f"can = [\n{features}]\n\n[limits]\n{lines}"
