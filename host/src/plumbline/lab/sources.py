# SPDX-License-Identifier: GPL-2.0-or-later
"""Where boards come from: off a desk, lent by labgrid, or started for one bench alone."""

from __future__ import annotations

import os
import shlex
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from plumbline.board import BenchSpec
from plumbline.errors import BenchError
from plumbline.lab.borrowing import Lab, borrowed
from plumbline.lab.program import labgrid_of
from plumbline.rig.lock import Note
from plumbline.rig.machine import Machine
from plumbline.rig.reading import read_rig
from plumbline.rig.rig_file import find_rig
from plumbline.rig.runtime import runtime_folder
from plumbline.rig.spec import LabPlace, RigBoard
from plumbline.rig.taken import FromRig, Source, Virtual
from plumbline.rig.using import Folders


def source_of(
    spec: BenchSpec, checkout: Path, *, rig: str | None = None, names: str | None = None, number: int = 0
) -> Source:
    """Of a Nucleo's bench. `rig` and `names` as on a command line; `number`: apart from others of the same run.
    BenchError for a rig file that cannot be used. No board is taken yet."""
    if spec.stands == "virtual":
        return Virtual(spec.board.name, checkout, number, os.getpid())
    return from_rig(spec.board.name, checkout, rig=rig, names=names)


def from_rig(platform: str, checkout: Path, *, rig: str | None, names: str | None) -> FromRig:
    """`names` are apart by commas; None: any board of that platform will do."""
    named = _named(names)
    folders = Folders(run=runtime_folder(os.environ), checkout=checkout)
    return FromRig(
        rig=read_rig(find_rig(rig, os.environ, checkout)),
        platform=platform,
        names=named,
        machine=Machine(),
        folders=folders,
        reach=partial(reach, folders),
    )


def _named(names: str | None) -> tuple[str, ...]:
    """A variable of a script that is empty by mistake is not to take anybody's board."""
    named = tuple(filter(None, (names or "").split(",")))
    if names is not None and not named:
        raise BenchError(f"--board {shlex.quote(names)} names no board: leave it out for any that is free")
    return named


def reach(folders: Folders, found: RigBoard | LabPlace, wait_s: float, note: Note) -> AbstractContextManager[RigBoard]:
    """The board of an entry of the rig file: on the desk as it is, of labgrid for as long as the context lasts. The
    kernel's lock is not taken yet. BenchError when it is not to be had, PlaceBusy when somebody has it."""
    if isinstance(found, RigBoard):
        return nullcontext(found)
    return borrowed(found, Lab(labgrid_of(folders.checkout), folders.run), wait_s=wait_s, note=note)
