# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether the probe, the chip behind it and the firmware on its serial line are one board, and the one meant. Pure.

Cables are moved. A suite that flashes one board and talks to another is green for the wrong reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.errors import BenchError
from plumbline.probe.chip import PROBES, board_around
from plumbline.probe.openocd import ProbeIdentity
from plumbline.probe.trouble import Trouble
from plumbline.probe.way_out import WAYS_OUT

_Pair = tuple[str, str, str | None, str, str | None]
"""What it is; who says what of it, and who else says what."""


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
    kinds: list[_Pair] = [
        ("the chip's kind", "the board's", f"{meant.device:#x}", "the probe", f"{probe.device:#x}"),
        ("its probe", "the rig file", _on(meant.platform), f"probe {probe.serial}", _on(board_around(probe.usb))),
    ]
    pairs: list[_Pair] = [("the chip's number", "the rig file", meant.unique, f"probe {probe.serial}", probe.unique)]
    if shell is not None:
        pairs += [
            ("the chip's number", f"probe {probe.serial}", probe.unique, "the shell", shell.unique),
            ("the board", "the rig file", meant.platform, "the shell", shell.profile),
            ("the build", "the image", meant.build, "the shell", shell.build),
        ]
    other_kind, other_one = _differing(kinds), _differing(pairs)
    if other_kind or other_one:
        way_out = WAYS_OUT[Trouble.WRONG_CHIP if other_kind else Trouble.WRONG_BOARD]
        told = [f"{meant.board} is not the board it was taken for:", *other_kind, *other_one, f"  {way_out}"]
        raise BenchError("\n".join(told))


def _on(board: str | None) -> str | None:
    """The probe that is soldered to it."""
    probe = PROBES.get(board or "")
    return f"{probe.kind}, as on a {board}" if probe else None


def _differing(pairs: Sequence[_Pair]) -> list[str]:
    return [
        f"  {what}: {one} says {ours}, {other} says {its}"
        for what, one, ours, other, its in pairs
        if None not in (ours, its) and ours != its
    ]
