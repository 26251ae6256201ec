# SPDX-License-Identifier: GPL-2.0-or-later
"""What a debugger has to know of a board: its chip, and the probe that is soldered to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DHCSR = 0xE000EDF0  # of every core; ARMv7-M Architecture Reference Manual, C1.6.2
S_HALT, S_SLEEP, S_LOCKUP = 1 << 17, 1 << 18, 1 << 19


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


@dataclass(frozen=True)
class OnBoardProbe:
    kind: str
    usb: frozenset[str]  # by vendor and product
    model: str  # in the words of the virtual Nucleo


V2_1 = OnBoardProbe("ST-LINK/V2-1", frozenset({"0483:374b", "0483:3752"}), "v2-1")
V3E = OnBoardProbe("STLINK-V3E", frozenset({"0483:374e"}), "v3e")

PROBES: Mapping[str, OnBoardProbe] = {"nucleo-h743zi": V2_1, "nucleo-h743zi2": V3E}
"""By the name of the board. These two have one chip: nothing else tells them apart."""


def board_around(usb: str) -> str | None:
    """The one of these boards that such a probe is soldered to; None for a probe that may be on any, by hand."""
    return next((board for board, probe in PROBES.items() if usb in probe.usb), None)
