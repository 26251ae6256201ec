# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a bench's Nucleo comes from: one that stands on a desk, or one that is started for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from plumbline.board import Controls
from plumbline.board.virtual_nucleo import VirtualNucleo, VirtualSpec, read_facts
from plumbline.errors import BenchError
from plumbline.probe import PROBES, Means, Probe, ProbeAddress
from plumbline.rig.first_free import Left, first_free
from plumbline.rig.health import Health
from plumbline.rig.lock import Note
from plumbline.rig.machine import Machine
from plumbline.rig.reading import BAUD
from plumbline.rig.spec import Console, LabPlace, NoPower, Rig, RigBoard, WireSocket
from plumbline.rig.using import Folders, Purpose, is_free, locked, refuse, take
from plumbline.scratch import scratch

Progress = Callable[[str, str], None]
"""Is told a board's name, and a word on what goes on there."""

Reach = Callable[[RigBoard | LabPlace, float, Note], AbstractContextManager[RigBoard]]
"""The board of an entry of the rig file, there for as long as the context lasts; waited for so many seconds. BenchError
when it is not to be had, Busy when somebody has it."""

_PROGRAM = Path("build/virtual-nucleo/virtual-nucleo")
_STRICT = Path("fixtures/virtual-nucleo/strict/README.md")
_PROBE_SERIAL = "0667FF57525171786{:07d}"
_UNIQUE = "{:02x}0036001451383139363934"
_FIRST_UNIQUE = 0x41
_FLASHES_S = 60


@dataclass(frozen=True)
class TakenBoard:
    """Ours until its context ends."""

    board: RigBoard
    probe: Probe
    controls: Controls | None = None
    entry: str = ""  # what the rig file calls it, whatever labgrid does; empty: it is in none


class Source(Protocol):
    def taken(self, purpose: Purpose, note: Note, progress: Progress) -> AbstractContextManager[TakenBoard]:
        """BenchError when there is none to be had."""


@dataclass(frozen=True)
class FromRig:
    """The first that is free or let go of the boards of that platform, or of those that were named: those that labgrid
    lends behind those of the desk."""

    rig: Rig
    platform: str
    names: tuple[str, ...]
    machine: Machine
    folders: Folders
    reach: Reach

    def boards(self) -> list[RigBoard | LabPlace]:
        """BenchError when there is none."""
        found = {each.name: each for each in map(self.rig.find, self.names)}  # a board by both its names is one
        named = [*found.values()] or [*self.rig.boards, *self.rig.places]
        fit = [each for each in named if each.platform == self.platform]
        if not fit:
            there = ", ".join(f"{each.name} ({each.platform})" for each in named) or "no board at all"
            raise BenchError(f"{self.rig.path}: there is no {self.platform}, but {there}")
        return fit

    def count(self) -> int | None:
        """How many may be had now; None where labgrid decides which."""
        boards = self.boards()
        if any(isinstance(each, LabPlace) and each.place is None for each in boards):
            return None
        return sum(isinstance(each, LabPlace) or is_free(each, self.machine, self.folders) for each in boards)

    def wait_for_more(self, count: int, purpose: Purpose, note: Note) -> None:
        """Until so many more than now may be had, or nobody lets one go in the time of the purpose. They are not taken:
        whoever is first has them. Those of labgrid are not waited for."""
        until = time.monotonic() + purpose.wait_s
        desk = [each for each in self.boards() if isinstance(each, RigBoard)]
        busy: list[RigBoard | LabPlace] = [each for each in desk if not is_free(each, self.machine, self.folders)]
        look_at = partial(self._look_at, purpose, _each_once(note))
        for _ in range(count):
            try:
                busy.remove(first_free(busy, look_at, wait_s=max(until - time.monotonic(), 0)))
            except BenchError:  # of each of them
                return

    def _look_at(self, purpose: Purpose, note: Note, found: RigBoard | LabPlace, left: Left) -> RigBoard:
        assert isinstance(found, RigBoard)
        refuse(found, Health(self.folders.run, found.probe.serial))
        with locked(found, replace(purpose, wait_s=left()), self.machine, self.folders, note=note):
            return found

    @contextmanager
    def taken(self, purpose: Purpose, note: Note, progress: Progress) -> Iterator[TakenBoard]:
        with ExitStack() as stack:
            take_one = partial(self._take, purpose, _each_once(note), progress, stack)
            yield first_free(self.boards(), take_one, wait_s=purpose.wait_s)

    def _take(
        self, purpose: Purpose, note: Note, progress: Progress, stack: ExitStack, found: RigBoard | LabPlace, left: Left
    ) -> TakenBoard:
        with ExitStack() as ours:
            board = ours.enter_context(self.reach(found, left(), note))
            purpose = replace(purpose, wait_s=left())
            hear = partial(progress, board.name)
            probe = ours.enter_context(take(board, purpose, self.machine, self.folders, note=note, hear=hear))
            stack.enter_context(ours.pop_all())
        return TakenBoard(board, probe, entry=found.name)


def _each_once(note: Note) -> Note:
    """For waiting in turns, which says the same each time."""
    told: set[str] = set()

    def tell(text: str) -> None:
        if text not in told:
            told.add(text)
            note(text)

    return tell


@dataclass(frozen=True)
class Virtual:
    """A virtual Nucleo, started for it alone."""

    platform: str
    checkout: Path
    number: int  # apart from others of this machine
    pid: int

    @contextmanager
    def taken(self, purpose: Purpose, note: Note, progress: Progress) -> Iterator[TakenBoard]:
        with scratch() as folder:
            spec = self._spec(folder)
            nucleo = VirtualNucleo(spec)
            try:
                yield from self._with(nucleo, spec, purpose, note, progress)
            finally:
                nucleo.close()

    def _with(
        self, nucleo: VirtualNucleo, spec: VirtualSpec, purpose: Purpose, note: Note, progress: Progress
    ) -> Iterator[TakenBoard]:
        board = self._board(nucleo, spec)
        folders = Folders(run=spec.wire.parent, checkout=self.checkout)
        means = {Means.USB_RESET: nucleo.replug_probe, Means.POWER_CYCLE: nucleo.cycle_power}
        hear = partial(progress, board.name)
        with take(board, purpose, Machine(), folders, note=note, hear=hear, means=means) as probe:
            yield TakenBoard(board, probe, nucleo)

    def _spec(self, folder: Path) -> VirtualSpec:
        return VirtualSpec(
            program=self.checkout / _PROGRAM,
            wire=folder / "wire",
            serial=folder / "serial",
            probe_serial=_PROBE_SERIAL.format(self.pid % 10**7),
            probe_model=PROBES[self.platform].model,
            unique=_UNIQUE.format((_FIRST_UNIQUE + self.number) % 256),
            facts=read_facts(self.checkout / _STRICT),
        )

    def _board(self, nucleo: VirtualNucleo, spec: VirtualSpec) -> RigBoard:
        """As a rig file would have it."""
        return RigBoard(
            name=f"virtual-{self.number}",
            platform=self.platform,
            probe=ProbeAddress(spec.probe_serial, nucleo.probe_port),
            product="virtual Nucleo",
            is_connected=True,
            console=Console(nucleo.serial_path, BAUD),
            net=WireSocket(spec.wire),
            mac=None,
            unique=spec.unique,
            power=NoPower(),
            out_of_service="",
            flash_within_s=_FLASHES_S,
            notes="",
        )
