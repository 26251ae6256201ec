# SPDX-License-Identifier: GPL-2.0-or-later
"""What labgrid says of a board, made into the same `RigBoard` that a rig file gives, by the same checks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from plumbline.errors import BenchError
from plumbline.rig.reading import read_board
from plumbline.rig.section import sections_of
from plumbline.rig.spec import RigBoard

_POWER = "power_"


def board_of(place: str, told: Mapping[str, object]) -> RigBoard:
    """The board behind that place. BenchError says what is wrong with what was told."""
    power = {key.removeprefix(_POWER): value for key, value in told.items() if key.startswith(_POWER)}
    plain = {key: value for key, value in told.items() if not key.startswith(_POWER)}
    text = yaml.safe_dump([{"name": place, **plain, **({"power": power} if power else {})}], sort_keys=False)
    where = Path(f"labgrid's place {place}")
    sections = sections_of(text.encode(), where)
    if "labgrid" in sections[0]:
        raise BenchError(f"{where} hands over a board of labgrid's: a rig file's own is wanted")
    return read_board(sections[0])
