# SPDX-License-Identifier: GPL-2.0-or-later
"""Levels before and after a scenario: what was not given back. Pure."""

from __future__ import annotations

from plumbline.shell.views import MemView


def leaks(before: MemView, after: MemView) -> list[str]:
    """ "pool pbuf: 3 used, 0 before", for each level that differs either way: nobody may take what was not lent."""
    pools_before = {name: pool.used for name, pool in before.pools.items()}
    pools_after = {name: pool.used for name, pool in after.pools.items()}
    return [*_differing("pool ", pools_before, pools_after), *_differing("", dict(before.levels), dict(after.levels))]


def _differing(prefix: str, before: dict[str, int], after: dict[str, int]) -> list[str]:
    names = sorted(before.keys() | after.keys())
    return [
        f"{prefix}{name}: {after.get(name, 0)} used, {before.get(name, 0)} before"
        for name in names
        if before.get(name, 0) != after.get(name, 0)
    ]
