# SPDX-License-Identifier: GPL-2.0-or-later
"""What a debugger has to know of a chip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Chip:
    name: str
    config: str  # in fixtures/openocd/: what a rig tells OpenOCD of it
    identity_at: int  # DBGMCU's word: which device, and which revision
    device: int  # the low 12 bits there
    unique_at: int  # its number, three words
    flash: range  # what an image may fill: both banks


STM32H743 = Chip(
    name="STM32H743",
    config="nucleo-h743zi.cfg",
    identity_at=0x5C001000,
    device=0x450,
    unique_at=0x1FF1E800,
    flash=range(0x08000000, 0x08200000),
)

CHIPS: Mapping[str, Chip] = {"nucleo-h743zi": STM32H743, "nucleo-h743zi2": STM32H743}
"""By the name of the board."""
