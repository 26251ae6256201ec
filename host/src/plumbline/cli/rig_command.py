# SPDX-License-Identifier: GPL-2.0-or-later
"""What every command of `plumb rig` begins with."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

from plumbline.cli.streams import tell
from plumbline.lab import reach
from plumbline.rig.desk import Desk
from plumbline.rig.machine import Machine
from plumbline.rig.reading import read_rig
from plumbline.rig.rig_file import find_rig
from plumbline.rig.runtime import runtime_folder
from plumbline.rig.spec import LabPlace, Rig, RigBoard
from plumbline.rig.using import Folders, Purpose, locked
from plumbline.scenario.checkout import Checkout

_LEASE_MINUTES = 15


@dataclass(frozen=True)
class RigCommand:
    options: argparse.Namespace
    checkout: Checkout

    @cached_property
    def machine(self) -> Machine:
        return Machine()

    @cached_property
    def rig(self) -> Rig:
        return read_rig(find_rig(self.options.rig, os.environ, self.checkout.root))

    @cached_property
    def folders(self) -> Folders:
        return Folders(run=runtime_folder(os.environ), checkout=self.checkout.root)

    @property
    def _wait_s(self) -> float:
        """Not every command has one."""
        return float(getattr(self.options, "wait", 0))

    def board(self) -> RigBoard:
        """On the desk: one of labgrid's is refused."""
        return self.rig.board(self.options.board)

    def use(self) -> AbstractContextManager[RigBoard]:
        """The same, or one that labgrid lends for as long as the context lasts."""
        return self.lent(self.rig.find(self.options.board))

    def lent(self, found: RigBoard | LabPlace) -> AbstractContextManager[RigBoard]:
        return reach(self.folders, found, self._wait_s, tell)

    def all(self) -> list[RigBoard | LabPlace]:
        """The one that was named, or all."""
        if self.options.board is None:
            return [*self.rig.boards, *self.rig.places]
        return [self.rig.find(self.options.board)]

    def desk(self, board: RigBoard, *, is_lent: bool = False) -> Desk:
        return Desk(board, self.machine, self.folders, is_lent)

    def purpose(self, text: str) -> Purpose:
        return Purpose(text, os.getpid(), _LEASE_MINUTES, self._wait_s)

    def lock_for(self, board: RigBoard, what: str) -> AbstractContextManager[None]:
        """Without its probe."""
        return locked(board, self.purpose(what), self.machine, self.folders, note=tell)


def tell_of(board: str, word: str) -> None:
    """Of a board that may not be known yet."""
    tell(": ".join(filter(None, (board, word))))


def progress(board: RigBoard) -> Callable[[str], None]:
    """Tells each word with the time that it came at."""
    began = time.monotonic()
    return lambda word: tell(f"{time.monotonic() - began:6.1f} s  {board.name}: {word}")
