# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the probe, the chip behind it and the firmware on its serial line are one board, and the one meant. Pure.

Cables are moved. A suite that flashes one board and talks to another is green for the wrong reason."""

from __future__ import annotations

from dataclasses import dataclass

from plumbline.errors import BenchError
from plumbline.probe.openocd import ProbeIdentity
from plumbline.probe.trouble import Trouble
from plumbline.probe.way_out import WAYS_OUT


@dataclass(frozen=True)
class ShellIdentity:
    """What the firmware answers to `id`."""

    build: str
    profile: str  # the board that it was built for
    unique: str


@dataclass(frozen=True)
class Meant:
    """What rig file and image say; None is not known and agrees with all."""

    board: str
    platform: str
    device: int
    unique: str | None = None
    build: str | None = None


def check_agreement(meant: Meant, probe: ProbeIdentity, shell: ShellIdentity | None = None) -> None:
    """BenchError for all that differs, each with both values and who says so."""
    pairs = [
        ("the chip's kind", "the board's", f"{meant.device:#x}", "the probe", f"{probe.device:#x}"),
        ("the chip's number", "the rig file", meant.unique, f"probe {probe.serial}", probe.unique),
    ]
    if shell is not None:
        pairs += [
            ("the chip's number", f"probe {probe.serial}", probe.unique, "the shell", shell.unique),
            ("the board", "the rig file", meant.platform, "the shell", shell.profile),
            ("the build", "the image", meant.build, "the shell", shell.build),
        ]
    wrong = [
        f"  {what}: {one} says {ours}, {other} says {its}"
        for what, one, ours, other, its in pairs
        if ours is not None and ours != its
    ]
    if wrong:
        way_out = WAYS_OUT[Trouble.WRONG_BOARD]
        raise BenchError("\n".join([f"{meant.board} is not the board it was taken for:", *wrong, f"  {way_out}"]))
