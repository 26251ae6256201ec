# SPDX-License-Identifier: GPL-2.0-or-later
"""A place of labgrid's, taken and given back; in between, its board as if it stood in the rig file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from plumbline.errors import BenchError
from plumbline.lab.handed_over import board_of
from plumbline.lab.keeper import Keeper
from plumbline.lab.program import Labgrid
from plumbline.rig.lock import Note
from plumbline.rig.spec import CommandPower, LabPlace, NoPower, Power, RigBoard


@dataclass(frozen=True)
class Lab:
    """How this machine reaches labgrid."""

    labgrid: Labgrid
    run: Path  # the folder of locks: who holds places has a file there


@contextmanager
def borrowed(place: LabPlace, lab: Lab, *, wait_s: float = 0, note: Note) -> Iterator[RigBoard]:
    """The board, ours for as long as the context lasts, and no longer than this process lives. BenchError when it is
    not to be had; PlaceBusy when somebody has it after that long. `note` is told whom it waits for."""
    wish = {
        "coordinator": place.coordinator,
        "place": place.place,
        "tags": dict(place.tags),
        "folder": str(lab.run),
    }
    with Keeper(lab.labgrid, wish, wait_s=wait_s, note=lambda text: note(f"{place.name}: {text}")) as keeper:
        name = str(keeper.told["place"])
        board = board_of(name, keeper.told["board"])
        if board.platform != place.platform:
            raise BenchError(f"labgrid's place {name} is a {board.platform}; {place.name} is to be a {place.platform}")
        if isinstance(board.power, NoPower) and keeper.told["has_power"]:
            board = replace(board, power=_power(place, lab.labgrid, name, str(keeper.told["holder"])))
        yield board


def _power(place: LabPlace, labgrid: Labgrid, name: str, holder: str) -> Power:
    """labgrid's own, by its client, under the name that has the place."""
    host, _, user = holder.partition("/")
    variables = {"LG_COORDINATOR": place.coordinator, "LG_HOSTNAME": host, "LG_USERNAME": user}

    def line(how: str) -> str:
        return labgrid.line(variables, "client", "-p", name, "power", how)

    return CommandPower(on=line("on"), off=line("off"))
