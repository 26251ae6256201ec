# SPDX-License-Identifier: GPL-2.0-or-later
"""What a lab lends is given back: when it is done with, and when its board turns out to be of no use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from plumbline.errors import BenchError
from plumbline.probe import ProbeAddress
from plumbline.rig.health import Health
from plumbline.rig.lock import Note
from plumbline.rig.machine import Machine
from plumbline.rig.spec import LabPlace, NoPower, Rig, RigBoard
from plumbline.rig.taken import FromRig
from plumbline.rig.using import Folders, Purpose

BOARD = RigBoard(
    name="desk-1", platform="nucleo-h743zi", probe=ProbeAddress("066B1"), product="", is_connected=True, console=None,
    net=None, mac=None, unique=None, power=NoPower(), out_of_service="", flash_within_s=60, notes="",
)  # fmt: skip
OTHER = replace(BOARD, name="desk-2", probe=ProbeAddress("066B2"))
PURPOSE = Purpose("a test", os.getpid(), 1)


class Lender:
    """Writes down what it lends and gets back."""

    def __init__(self, run: Path, *boards: RigBoard) -> None:
        self.told: list[str] = []
        self.run = run
        rig = Rig(run / "rig.yaml", boards, ())
        self.source = FromRig(rig, BOARD.platform, (), Machine(), Folders(run, run), self._reach)
        self._contexts: list[AbstractContextManager[RigBoard]] = []  # or what nobody refers to would end by itself

    def _reach(self, found: RigBoard | LabPlace, wait_s: float, note: Note) -> AbstractContextManager[RigBoard]:
        self._contexts.append(self._lent(found))
        return self._contexts[-1]

    @contextmanager
    def _lent(self, found: RigBoard | LabPlace) -> Iterator[RigBoard]:
        assert isinstance(found, RigBoard)
        self.told.append(f"{found.name} is lent")
        try:
            yield found
        finally:
            self.told.append(f"{found.name} is back")

    def is_taken(self) -> None:
        with self.source.taken(PURPOSE, lambda text: None, lambda board, word: None) as taken:
            self.told.append(f"{taken.board.name} is used")


def test_a_board_that_is_of_no_use_is_given_back_ahead_of_the_next_and_that_one_when_it_is_done_with(
    tmp_path: Path,
) -> None:
    lender = Lender(tmp_path, BOARD, OTHER)
    Health(tmp_path, "066B1").mark("it hung")

    lender.is_taken()

    assert lender.told == ["desk-1 is lent", "desk-1 is back", "desk-2 is lent", "desk-2 is used", "desk-2 is back"]


def test_where_none_is_to_be_had_none_is_kept(tmp_path: Path) -> None:
    lender = Lender(tmp_path, BOARD)
    Health(tmp_path, "066B1").mark("it hung")

    with pytest.raises(BenchError, match="desk-1 is wedged: it hung"):
        lender.is_taken()

    assert lender.told == ["desk-1 is lent", "desk-1 is back"]
